"""Hyperparameters that make no sense are refused by name; stages and sizes follow from the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from training_builders import tiny_config


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dropout", 1.5),
        ("ema_decay", -0.1),
        ("epochs_finetune", -1),
        ("image_size", -64),
        ("mixup_alpha", 0),
        ("grow_after", 2),
        ("plateau_factor", 1),
        ("freeze_bn", "s4"),
        ("backbone", "resnet18"),
        ("class_names", "happy"),
        ("class_names", "happy,,sad"),
        ("class_names", "happy,happy"),
        ("name", "../model"),
    ],
)
def test_a_value_out_of_range_is_named(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=field):
        tiny_config(Path("out"), **{field: value})


def test_a_batch_cannot_be_mixed_twice() -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        tiny_config(Path("out"), mixup_probability=0.6, cutmix_probability=0.6)


def test_a_run_without_epochs_is_refused() -> None:
    with pytest.raises(ValueError, match="both be 0"):
        tiny_config(Path("out"), epochs_head=0, epochs_finetune=0)


def test_pictures_grow_after_the_given_share_of_epochs() -> None:
    config = tiny_config(Path("out"), start_size=64, image_size=96, epochs_head=1, epochs_finetune=4, grow_after=0.6)
    assert [config.size_in(epoch) for epoch in range(5)] == [64, 64, 64, 96, 96]
    assert tiny_config(Path("out"), image_size=96, grow_after=1).size_in(0) == 96


def test_stages_without_epochs_do_not_exist() -> None:
    both = tiny_config(Path("out"), epochs_head=2, epochs_finetune=3).stages
    assert [(stage.name, stage.start, stage.epochs) for stage in both] == [("head", 0, 2), ("finetune", 2, 3)]
    assert [stage.name for stage in tiny_config(Path("out"), epochs_head=0).stages] == ["finetune"]
