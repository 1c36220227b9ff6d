"""EfficientNet-Lite0 is the size it should be."""

from __future__ import annotations

import pytest
import torch

from interview_analysis.training.networks import EfficientNetLite0


def test_it_has_the_published_number_of_weights() -> None:
    features = sum(weights.numel() for name, weights in EfficientNetLite0(7).named_parameters() if not name.startswith("_fc"))
    assert features == 3_371_008


@pytest.mark.parametrize("size", [64, 96])
def test_pictures_become_logits(size: int) -> None:
    with torch.inference_mode():
        assert EfficientNetLite0(7).eval()(torch.zeros(2, 3, size, size)).shape == (2, 7)
