"""MediaPipe sees the scripted poses, blinks, glances and absences in the drawn pictures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from conftest import LANDMARKER
from interview_analysis.demo.portrait import Landmarker, MeasuredFace, angles_of, rotation_of
from interview_analysis.demo.script import Script
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.pose import GazeAngles, HeadAngles
from synthetic_face import synthetic_face

LEVEL = HeadAngles(0, 0, 0)
RIGHT_EYE_CORNERS, RIGHT_IRIS = (33, 133), 468
RIGHT_EYE = (33, 160, 158, 133, 153, 144)


@pytest.fixture(scope="module")
def landmarker() -> Iterator[Landmarker]:
    with Landmarker(LANDMARKER) as landmarker:
        yield landmarker


def seen(landmarker: Landmarker, head: HeadAngles, closure: float = 0.0, gaze: tuple[float, float] = (0, 0)) -> MeasuredFace:
    face = landmarker.measure(synthetic_face().draw(head, closure, GazeAngles(*gaze)))
    assert face is not None
    return face


def aspect_ratio(face: MeasuredFace) -> float:
    p = face.landmarks[list(RIGHT_EYE), :2]
    return float((np.hypot(*(p[1] - p[5])) + np.hypot(*(p[2] - p[4]))) / (2 * np.hypot(*(p[0] - p[3]))))


def iris_place(face: MeasuredFace) -> float:
    """0 at the eye's corner on the picture's left, 1 at the other."""
    left, right = face.landmarks[list(RIGHT_EYE_CORNERS), :2]
    along = right - left
    return float((face.landmarks[RIGHT_IRIS, :2] - left) @ along / (along @ along))


@pytest.mark.parametrize("angles", [(0, 0, 0), (10, 0, 0), (0, -25, 0), (0, 0, 15), (-12, 20, -8)])
def test_angles_come_back_from_their_rotation(angles: tuple[float, float, float]) -> None:
    assert angles_of(rotation_of(HeadAngles(*angles))) == pytest.approx(angles)


@pytest.mark.models
@pytest.mark.parametrize(
    "head",
    [(0, 0, 0), (12, 0, 0), (-12, 0, 0), (0, 10, 0), (0, -10, 0), (0, 20, 0), (0, -20, 0), (0, 0, 12), (0, 0, -12), (5, 10, 5)],
)
def test_scripted_pose_is_measured_within_a_few_degrees(landmarker: Landmarker, head: tuple[float, float, float]) -> None:
    measured = angles_of(seen(landmarker, HeadAngles(*head)).rotation)
    assert np.subtract(measured, synthetic_face().pose) == pytest.approx(head, abs=4.0)


@pytest.mark.models
@pytest.mark.parametrize("yaw", [0.0, 12.0])
def test_closed_lids_are_measured_as_closed(landmarker: Landmarker, yaw: float) -> None:
    head = HeadAngles(0, yaw, 0)
    assert aspect_ratio(seen(landmarker, head)) > 0.25
    assert aspect_ratio(seen(landmarker, head, closure=1.0)) < 0.1


@pytest.mark.models
def test_turned_eyes_move_the_iris_to_that_side(landmarker: Landmarker) -> None:
    places = [iris_place(seen(landmarker, LEVEL, gaze=(0, yaw))) for yaw in (20, 0, -20)]
    assert places[0] < places[1] - 0.05 < places[2] - 0.1


@pytest.mark.models
def test_nobody_is_seen_where_the_script_says_absent(landmarker: Landmarker) -> None:
    script = Script(duration=3.0, absent=(Episode(1.0, 2.0),))
    faces = [landmarker.measure(frame.image) is not None for frame in synthetic_face().frames(script, rate=1)]
    assert faces == [True, False, True]


@pytest.mark.models
def test_level_head_and_open_eyes_are_the_portrait() -> None:
    still = synthetic_face().draw(LEVEL)
    assert still.shape == (480, 640, 3)
    assert still.dtype == np.uint8
    assert np.array_equal(still, synthetic_face().draw(LEVEL))
