"""MixUp and CutMix keep the account of labels right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from interview_analysis.training.mixing import Mixed, mix
from training_builders import tiny_config

IMAGES = torch.arange(6.0).view(6, 1, 1, 1).expand(6, 3, 20, 20)
"""Each picture is its own number."""


def mixed(seed: int, mixup: float, cutmix: float) -> Mixed:
    config = tiny_config(Path("out"), mixup_probability=mixup, cutmix_probability=cutmix, mixup_alpha=1.0)
    return mix(IMAGES, config, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("mixup", "cutmix"), [(1.0, 0.0), (0.0, 1.0)], ids=["mixup", "cutmix"])
def test_the_share_of_a_label_is_its_share_of_the_pixels(seed: int, mixup: float, cutmix: float) -> None:
    result = mixed(seed, mixup, cutmix)
    own = torch.arange(6.0)
    expected = result.share * own + (1 - result.share) * own[result.partner]
    torch.testing.assert_close(result.images.mean(dim=(1, 2, 3)), expected)


def test_cutmix_takes_pixels_whole() -> None:
    assert set(mixed(1, 0.0, 1.0).images.flatten().tolist()) <= set(range(6))


def test_without_probability_nothing_is_mixed() -> None:
    result = mixed(1, 0.0, 0.0)
    assert result.share == 1
    assert torch.equal(result.images, IMAGES)
