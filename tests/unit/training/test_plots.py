"""Every figure becomes a picture of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from interview_analysis.domain.episode import Episode
from interview_analysis.errors import DependencyUnavailable, InputError
from interview_analysis.training.plots import (
    Draw,
    agreement,
    confusion_matrix,
    directions,
    episodes,
    error_by,
    reliability,
    write_plots,
)

RNG = np.random.default_rng(1)
ANGLES = RNG.normal(0, 20, (30, 2))
TIMES = np.arange(60) / 15.0

PLOTS: dict[str, Draw] = {
    "confusion": confusion_matrix(("a", "b"), np.array([[3, 1], [0, 0]])),
    "reliability": reliability(np.array([[0.9, 0.1], [0.4, 0.6]], np.float32), np.array([0, 0]), 15),
    "agreement": agreement(("pitch", "yaw"), ANGLES, ANGLES + 1),
    "error": error_by("yaw", ANGLES[:, 1], np.abs(ANGLES[:, 0]), 15.0),
    "directions": directions(("center", "left"), RNG.integers(0, 2, 30), ANGLES, 10.0),
    "episodes": episodes((TIMES, np.sin(TIMES)), "openness", [Episode(1, 1.2)], [Episode(1, 1.3), Episode(2, 2.1)]),
    "no-episodes": episodes((TIMES, np.sin(TIMES)), "openness", [], []),
    "no-samples": agreement(("pitch",), np.zeros((0, 1)), np.zeros((0, 1))),
    "no-errors": error_by("yaw", np.zeros(0), np.zeros(0), 15.0),
}


def test_figures_are_written_and_differ(tmp_path: Path) -> None:
    written = write_plots("task", PLOTS, tmp_path / "new")
    assert [path.name for path in written] == [f"task-{name}.png" for name in PLOTS]
    pictures = [np.asarray(cv2.imread(str(path))) for path in written]
    assert all(picture.shape == (600, 840, 3) for picture in pictures)
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file"):
        write_plots("task", PLOTS, tmp_path / "file")


def test_without_matplotlib_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(DependencyUnavailable, match="train"):
        write_plots("task", PLOTS, tmp_path)
