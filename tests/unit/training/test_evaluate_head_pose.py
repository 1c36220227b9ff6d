"""Head-pose errors by hand, on pictures whose brightness stands for the angle."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.domain.pose import HeadAngles
from interview_analysis.errors import InputError
from interview_analysis.training.evaluate_head_pose import evaluate_head_pose

LABELS = {"a.png": (0.0, 10.0, 0.0), "b.png": (0.0, -20.0, 0.0), "c.png": (0.0, 80.0, 0.0)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = ["file,pitch_deg,yaw_deg,roll_deg", *(f"{name},{p},{y},{r}" for name, (p, y, r) in LABELS.items())]
    (tmp_path / "labels.csv").write_text("\n".join(lines))
    for name, (_, yaw, _) in LABELS.items():
        cv2.imwrite(str(tmp_path / name), np.full((8, 8, 3), 100 + yaw, np.uint8))
    return tmp_path


def measured(picture: NDArray[np.uint8]) -> HeadAngles:
    return HeadAngles(pitch=3.0, yaw=float(picture[0, 0, 0]) - 100 + 6, roll=0.0)


def test_errors_by_hand(folder: Path) -> None:
    result = evaluate_head_pose(folder, measured, max_yaw=90)
    values = {name: figure.value for name, figure in result.metrics.items()}
    assert values == pytest.approx({"mae": 3, "mae_pitch": 3, "mae_yaw": 6, "mae_roll": 0})
    assert (result.n, result.coverage) == (3, 1.0)


def test_pictures_turned_too_far_are_left_out(folder: Path) -> None:
    assert evaluate_head_pose(folder, measured, max_yaw=45).n == 2


def test_faces_that_are_not_found_lower_coverage_only(folder: Path) -> None:
    result = evaluate_head_pose(folder, lambda picture: None if picture[0, 0, 0] > 150 else measured(picture), max_yaw=90)
    assert result.coverage == pytest.approx(2 / 3)
    assert result.metrics["mae_yaw"].value == pytest.approx(6)


def test_without_any_face_there_is_no_figure(folder: Path) -> None:
    result = evaluate_head_pose(folder, lambda picture: None, max_yaw=90)
    assert (result.coverage, str(result.metrics["mae"].value)) == (0.0, "nan")


@pytest.mark.parametrize("labels", [None, "file,pitch\na.png,1\n", "file,pitch_deg,yaw_deg,roll_deg\nnone.png,0,0,0\n"])
def test_a_folder_without_labels_or_pictures_is_refused(tmp_path: Path, labels: str | None) -> None:
    if labels is not None:
        (tmp_path / "labels.csv").write_text(labels)
    with pytest.raises(InputError):
        evaluate_head_pose(tmp_path, measured, max_yaw=90)
