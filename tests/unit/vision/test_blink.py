"""Eye aspect ratio: its value, what does not change it, and lids that close on a real face."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from face_builders import STRAIGHT, frames_of
from interview_analysis.vision.blink import LEFT_EYE, RIGHT_EYE, eye_openness
from interview_analysis.vision.frame_analyzer import MediaPipeFrameAnalyzer, StageRates
from synthetic_face import synthetic_face

EYE = np.array([(0, 0), (1, -1), (2, -1), (3, 0), (2, 1), (1, 1)], np.float32)
RATIO = 2 / 3


def mesh(right: float = 10.0, left: float = 10.0, closed: float = 1.0) -> NDArray[np.float32]:
    """Both eyes as hexagons, ``right`` and ``left`` times wide, heights times ``closed``."""
    points = np.zeros((478, 2), np.float32)
    points[list(RIGHT_EYE)] = EYE * (right, 10 * closed) + (100, 100)
    points[list(LEFT_EYE)] = EYE * (left, 10 * closed) + (200, 100)
    return points


@pytest.mark.parametrize("closed", [1.0, 0.5, 0.1, 0.0])
def test_ratio_is_height_over_width(closed: float) -> None:
    # The lid points stand a third in from the corners.
    assert eye_openness(mesh(closed=closed)) == pytest.approx(RATIO * closed, abs=1e-6)


def test_size_place_and_roll_do_not_matter() -> None:
    cos, sin = np.cos(0.7), np.sin(0.7)
    assert eye_openness(mesh() @ np.array([(cos, sin), (-sin, cos)]) * 3.0 + 50.0) == pytest.approx(RATIO, rel=1e-5)


def test_an_eye_that_is_turned_away_does_not_count() -> None:
    assert eye_openness(mesh(right=5.0)) == pytest.approx(RATIO, rel=1e-5)


def test_an_eye_without_width_has_no_ratio() -> None:
    assert eye_openness(mesh(right=0.0, left=0.0)) is None


@pytest.mark.models
def test_closing_lids_close(models_dir: Path) -> None:
    images = [synthetic_face().draw(STRAIGHT, closure=closure) for closure in (0, 0, 0.5, 1, 1)]
    analyzer = MediaPipeFrameAnalyzer(models_dir / "face_landmarker.task", None, None, StageRates(5, 5, 2), "landmarks")
    session = analyzer.new_session()
    rows = list(session.analyse(frames_of(images)))
    session.close()
    openness = [row.face.eye_openness or 0.0 for row in rows if row.face]
    assert openness[1] > 0.25
    assert openness[1] > openness[2] > openness[4]
    assert openness[4] < 0.5 * openness[1]
