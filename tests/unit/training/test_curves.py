"""Curves as pictures."""

from __future__ import annotations

from pathlib import Path

from interview_analysis.training.curves import draw_curves
from interview_analysis.training.progress import EpochResult


def test_each_curve_is_a_picture_and_nothing_is_drawn_of_nothing(tmp_path: Path) -> None:
    result: EpochResult = {
        "epoch": 1,
        "stage": "head",
        "learning_rate": 3e-4,
        "train_loss": 1.9,
        "validation_loss": 1.8,
        "accuracy": 0.3,
        "seconds": 12.0,
    }
    names = ["training-loss.png", "training-accuracy.png", "training-learning_rate.png"]
    assert draw_curves([], tmp_path) == []
    assert [path.name for path in draw_curves([result], tmp_path)] == names
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in names)
