"""Gaze figures by hand: angles between directions, meshes of heads that turn on demand, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from face_builders import projected_mesh
from interview_analysis.domain.pose import GazeAngles
from interview_analysis.errors import InputError
from interview_analysis.training.evaluate_gaze import angular_error, evaluate_gaze

TURNS = {"middle": (0.0, 0.0), "left": (0.0, 0.4), "right": (0.0, -0.4), "up": (-0.4, 0.0), "down": (0.4, 0.0)}
"""Rotation about the viewer's x and y axes, radians: the person's left is the picture's right."""


def not_asked(picture: NDArray[np.uint8]) -> GazeAngles | None:
    raise AssertionError("there is no picture to measure")


def save(path: Path, arrays: dict[str, Any]) -> None:
    np.savez(path, **arrays)


def meshes(turn: tuple[float, float], count: int = 4) -> NDArray[np.float32]:
    """(N, 468, 2): the same head with a little noise."""
    points, _ = projected_mesh((*turn, 0.0))
    return points[None, :468] + np.random.default_rng(1).normal(0, 0.2, (count, 468, 2)).astype(np.float32)


@pytest.mark.parametrize(
    ("one", "other", "degrees"),
    [((0, 0), (0, 0), 0), ((10, 0), (0, 0), 10), ((0, 10), (0, -20), 30), ((60, 0), (60, 90), 41.41), ((0, 0), (0, 180), 180)],
)
def test_angles_between_directions(one: tuple[float, float], other: tuple[float, float], degrees: float) -> None:
    assert angular_error(np.array([one], float), np.array([other], float))[0] == pytest.approx(degrees, abs=0.01)


def test_meshes_that_turn_as_asked_are_all_right(tmp_path: Path) -> None:
    save(tmp_path / "turns.npz", {name: meshes(turn) for name, turn in TURNS.items()})
    result = evaluate_gaze(tmp_path, not_asked)
    assert result.metrics["direction_accuracy"].value == 1.0
    assert (result.n, result.coverage) == (18, 1.0)
    assert result.confusion is not None
    assert np.diag(result.confusion.rows).tolist() == [2, 4, 4, 4, 4]


def test_a_wrong_direction_and_one_that_cannot_be_told_are_counted_apart(tmp_path: Path) -> None:
    files = {name: meshes(turn) for name, turn in TURNS.items()}
    files["up"][0] = files["down"][0]
    files["up"][1] = np.nan
    save(tmp_path / "turns.npz", files)
    result = evaluate_gaze(tmp_path / "turns.npz", not_asked)
    assert result.coverage == pytest.approx(17 / 18)
    assert result.metrics["direction_accuracy"].value == pytest.approx(16 / 17)
    assert result.metrics["recall_up"].value == pytest.approx(2 / 3)


def test_predictions_of_others(tmp_path: Path) -> None:
    truth = np.zeros((100, 2))
    np.savez(tmp_path / "fold.npz", pred=truth + np.radians((0.0, 3.0)), gt=truth)
    result = evaluate_gaze(tmp_path, not_asked)
    assert result.metrics["angular_error_deg"].value == pytest.approx(3.0)
    assert result.n == 100


def test_labelled_pictures_are_measured(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("file,pitch_deg,yaw_deg\na.png,4,0\nb.png,0,10\n")
    for name, level in (("a.png", 100), ("b.png", 0)):
        cv2.imwrite(str(tmp_path / name), np.full((8, 8, 3), level, np.uint8))
    result = evaluate_gaze(tmp_path, lambda picture: GazeAngles(0.0, 0.0) if picture.any() else None)
    assert result.metrics["angular_error_deg"].value == pytest.approx(4.0)
    assert (result.n, result.coverage) == (2, 0.5)


MESHES = {name: np.zeros((4, 468, 2)) for name in TURNS}


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        {"image": np.zeros(3)},
        MESHES | {"up": np.zeros((4, 30, 2))},
        MESHES,
        {"pred": np.zeros((3, 2)), "gt": np.zeros((4, 2))},
        {"pred": np.full((3, 2), np.nan), "gt": np.zeros((3, 2))},
    ],
    ids=["nothing", "something else", "not meshes", "no face", "unequal", "not numbers"],
)
def test_what_cannot_be_measured_is_refused(tmp_path: Path, arrays: dict[str, NDArray[np.float64]]) -> None:
    if arrays:
        save(tmp_path / "data.npz", arrays)
    with pytest.raises(InputError):
        evaluate_gaze(tmp_path, not_asked)


@pytest.mark.parametrize(
    "labels", ["file,pitch_deg\na.png,1\n", "file,pitch_deg,yaw_deg\na.png,nan,0\n", "pitch_deg,yaw_deg\n0,0\n"]
)
def test_labels_that_cannot_be_read_are_refused(tmp_path: Path, labels: str) -> None:
    (tmp_path / "labels.csv").write_text(labels)
    with pytest.raises(InputError, match=r"labels\.csv"):
        evaluate_gaze(tmp_path, not_asked)


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.npz").write_text("text")
    with pytest.raises(InputError, match=r"bad\.npz"):
        evaluate_gaze(tmp_path, not_asked)


@pytest.mark.data
def test_a_peers_published_error_is_reproduced(data_dir: Path) -> None:
    fold = data_dir / "gaze" / "peer_mpiifacegaze_resnet" / "p00.npz"
    assert evaluate_gaze(fold, not_asked).metrics["angular_error_deg"].value == pytest.approx(2.1106, abs=1e-4)


@pytest.mark.data
def test_five_directions_of_a_recording_are_told_apart(data_dir: Path) -> None:
    result = evaluate_gaze(data_dir / "gaze" / "webgazer_direction_landmarks468.npz", not_asked)
    assert result.metrics["direction_accuracy"].value >= 0.95
    assert result.coverage == 1.0
