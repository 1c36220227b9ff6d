"""Hyperparameters that make no sense are refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from training_builders import tiny_config


@pytest.mark.parametrize(
    ("field", "value"),
    [("dropout", 1.5), ("ema_decay", -0.1), ("epochs", 0), ("image_size", -64), ("mixup_alpha", 0), ("grow_after", 2)],
)
def test_a_value_out_of_range_is_named(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=field):
        tiny_config(Path("out"), **{field: value})


def test_a_batch_cannot_be_mixed_twice() -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        tiny_config(Path("out"), mixup_probability=0.6, cutmix_probability=0.6)


def test_pictures_grow_after_the_given_share_of_epochs() -> None:
    config = tiny_config(Path("out"), start_size=64, image_size=96, epochs=5, grow_after=0.6)
    assert [config.size_in(epoch) for epoch in range(5)] == [64, 64, 64, 96, 96]
