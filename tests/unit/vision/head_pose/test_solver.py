"""Head pose: exact on the projected model, signs, gate; accuracy on labelled pictures."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from face_builders import HEIGHT, WIDTH, projected_mesh
from interview_analysis.vision.face_count import FaceFinder
from interview_analysis.vision.face_landmarks import FaceTracker
from interview_analysis.vision.face_mesh import shrink
from interview_analysis.vision.head_pose.solver import MAX_ERROR, HeadFit, HeadPoseSolver

TURNS = [(0, 0, 0), (0.3, 0, 0), (0, 0.7, 0), (0, 0, -0.5), (0.2, -0.6, 0.3), (-0.4, 0.3, 1.6)]


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("distance", [30.0, 60.0, 300.0])
def test_projected_model_is_recovered(turn: tuple[float, float, float], distance: float) -> None:
    points, truth = projected_mesh(turn, distance)
    fit = HeadPoseSolver().solve(points, WIDTH, HEIGHT)
    assert fit is not None
    np.testing.assert_allclose(fit.angles, truth, atol=0.05)
    assert fit.error < 1e-4
    assert fit.pixels_per_cm == pytest.approx(WIDTH / distance, rel=1e-3)


@pytest.mark.parametrize("axis", [0, 1, 2], ids=["pitch", "yaw", "roll"])
def test_a_shaky_mesh_is_recovered_to_a_degree_over_forty_to_each_side(axis: int) -> None:
    rng = np.random.default_rng(7)
    for degrees in range(-40, 41, 10):
        turn = np.radians(degrees) * np.eye(3)[axis]
        points, truth = projected_mesh(tuple(turn))
        fit = HeadPoseSolver().solve(points + rng.normal(0, 0.5, points.shape).astype(np.float32), WIDTH, HEIGHT)
        assert fit is not None
        np.testing.assert_allclose(fit.angles, truth, atol=1.0)


@pytest.mark.parametrize(
    ("turn", "field"),
    [((-0.3, 0, 0), "pitch"), ((0, -0.3, 0), "yaw"), ((0, 0, -0.3), "roll")],
    ids=["looks up", "turns to the picture's left", "eye line drops to the picture's right"],
)
def test_signs(turn: tuple[float, float, float], field: str) -> None:
    _, rest = projected_mesh((0, 0, 0))
    _, turned = projected_mesh(turn)
    change = {name: getattr(turned, name) - getattr(rest, name) for name in turned._fields}
    assert change.pop(field) == pytest.approx(np.degrees(0.3), abs=0.01)
    assert list(change.values()) == pytest.approx([0, 0], abs=0.01)


def test_rotation_agrees_with_the_picture() -> None:
    points, truth = projected_mesh((0, -0.4, 0))
    nose, left_cheek, right_cheek = points[4, 0], points[127, 0], points[356, 0]
    assert truth.yaw > 0
    assert nose - left_cheek < right_cheek - nose


def test_scrambled_points_fail_the_gate() -> None:
    points, _ = projected_mesh((0, 0, 0))
    rng = np.random.default_rng(3)
    fit = HeadPoseSolver().solve(points + rng.normal(0, 25, points.shape).astype(np.float32), WIDTH, HEIGHT)
    assert fit is None or fit.error > MAX_ERROR


def test_points_in_one_place_have_no_pose() -> None:
    assert HeadPoseSolver().solve(np.full((478, 2), 100.0, np.float32), WIDTH, HEIGHT) is None


def fit_picture(path: Path, bundle: Path) -> HeadFit | None:
    image = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    finder = FaceFinder(bundle)
    tracker = FaceTracker(bundle, finder)
    try:
        mesh = tracker.track(0.0, shrink(image))
    finally:
        tracker.close()
        finder.close()
    height, width = image.shape[:2]
    return None if mesh is None else HeadPoseSolver().solve(mesh.landmarks[:, :2] * (width, height), width, height)


@pytest.mark.models
@pytest.mark.data
@pytest.mark.slow
def test_labelled_pictures_within_the_published_error(models_dir: Path, data_dir: Path) -> None:
    folder = data_dir / "headpose_aflw2000"
    labels = csv.DictReader((folder / "labels.csv").read_text().splitlines())
    rows = [row for row in labels if abs(float(row["yaw_deg"])) < 45][:40]
    pairs = [(fit_picture(folder / row["file"], models_dir / "face_landmarker.task"), row) for row in rows]
    errors = [
        np.abs(np.array(fit.angles) - [float(row[f"{name}_deg"]) for name in fit.angles._fields]) for fit, row in pairs if fit
    ]
    assert len(errors) >= 0.97 * len(rows)
    assert np.mean(errors) < 3.0
