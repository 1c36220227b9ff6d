"""Gaze from the iris: signs, size, head turns, and when it does not speak."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from face_builders import STRAIGHT, frames_of
from interview_analysis.domain.pose import GazeAngles, HeadAngles
from interview_analysis.vision.frame_analyzer import MediaPipeFrameAnalyzer, StageRates
from interview_analysis.vision.gaze.iris import iris_gaze
from interview_analysis.vision.head_pose.solver import HeadFit
from synthetic_face import synthetic_face

PIXELS_PER_CM = 10.0
CORNERS = {33: -15.0, 133: 15.0, 362: -15.0, 263: 15.0}
MIDDLES = {33: 100.0, 133: 100.0, 362: 160.0, 263: 160.0}
REST = {468: (-1.2, -2.0), 473: (1.2, -2.0)}
"""Where the iris lies at rest, in pixels from the middle of its eye: outward and above."""


def facing(pitch: float = 0.0, yaw: float = 0.0) -> HeadFit:
    x, y = np.radians([-pitch, -yaw])
    rotation = cv2.Rodrigues(np.array([x, 0.0, 0.0]))[0] @ cv2.Rodrigues(np.array([0.0, y, 0.0]))[0]
    return HeadFit(HeadAngles(pitch, yaw, 0.0), rotation, PIXELS_PER_CM, 0.0)


def eyes(right: float = 0.0, down: float = 0.0) -> NDArray[np.float32]:
    """Both eyes seen from the front, the irises moved by pixels from rest."""
    points = np.zeros((478, 2), np.float32)
    for index, offset in CORNERS.items():
        points[index] = (MIDDLES[index] + offset, 100.0)
    for index, (x, y) in REST.items():
        points[index] = ((100.0 if index == 468 else 160.0) + x + right, 100.0 + y + down)
    return points


def look(points: NDArray[np.float32], head: HeadFit, openness: float = 0.3) -> GazeAngles:
    gaze = iris_gaze(points, head, openness)
    assert gaze is not None
    return gaze


def test_at_rest_it_looks_into_the_camera() -> None:
    assert look(eyes(), facing()) == pytest.approx((0, 0), abs=1e-4)


@pytest.mark.parametrize(
    ("right", "down", "expected"),
    [(-5, 0, (0, 30)), (5, 0, (0, -30)), (0, -5, (30, 0)), (0, 5, (-30, 0))],
    ids=["picture's left", "picture's right", "up", "down"],
)
def test_half_an_eyeball_radius_is_thirty_degrees(right: float, down: float, expected: tuple[float, float]) -> None:
    assert look(eyes(right, down), facing()) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("pitch", "yaw"), [(15, 0), (-15, 0), (0, 15), (0, -15)])
def test_eyes_that_stay_in_the_middle_of_their_lids_look_along_with_the_head(pitch: float, yaw: float) -> None:
    gaze = look(eyes(), facing(pitch, yaw))
    assert np.sign(gaze.pitch) == np.sign(pitch) or abs(gaze.pitch) < 0.5
    assert gaze.pitch + gaze.yaw == pytest.approx(pitch + yaw, abs=6)


@pytest.mark.parametrize(("right", "openness"), [(0, 0.1), (12, 0.3)], ids=["closed", "further than an eye turns"])
def test_no_gaze_where_the_iris_is_not_seen(right: float, openness: float) -> None:
    assert iris_gaze(eyes(right), facing(), openness) is None


def gaze_in(image: NDArray[np.uint8], models: Path) -> GazeAngles:
    session = MediaPipeFrameAnalyzer(
        models / "face_landmarker.task", None, None, StageRates(5, 5, 2), "landmarks"
    ).new_session()
    face = list(session.analyse(frames_of([image] * 3)))[-1].face
    session.close()
    assert face is not None
    assert face.gaze is not None
    return face.gaze


def drawn(gaze: GazeAngles, models: Path) -> GazeAngles:
    return gaze_in(synthetic_face().draw(STRAIGHT, gaze=gaze), models)


@pytest.mark.models
@pytest.mark.parametrize("yaw", [20, -20])
def test_drawn_eyes_are_followed_to_the_side(models_dir: Path, yaw: float) -> None:
    change = np.subtract(drawn(GazeAngles(0, yaw), models_dir), drawn(GazeAngles(0, 0), models_dir))
    assert 0.5 < change[1] / yaw < 1.8
    assert abs(change[0]) < 5


@pytest.mark.models
def test_drawn_eyes_are_followed_up_and_down(models_dir: Path) -> None:
    up, rest, down = (drawn(GazeAngles(pitch, 0), models_dir).pitch for pitch in (15, 0, -15))
    assert up > rest > down


@pytest.mark.models
@pytest.mark.data
def test_a_labelled_picture_within_six_degrees(models_dir: Path, data_dir: Path) -> None:
    picture = cv2.cvtColor(cv2.imread(str(data_dir / "gaze" / "mpiigaze_p00_day01_0087.jpg")), cv2.COLOR_BGR2RGB)
    assert gaze_in(np.asarray(picture, np.uint8), models_dir) == pytest.approx((4.22, 17.72), abs=6)
