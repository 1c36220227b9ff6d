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
LIDS = ((33, 133, (160, 158), (153, 144)), (362, 263, (385, 387), (373, 380)))
"""Corners, upper and lower lid of the right and the left eye."""
CORNERS = {33: -15.0, 133: 15.0, 362: -15.0, 263: 15.0}
MIDDLES = {33: 100.0, 133: 100.0, 362: 160.0, 263: 160.0}
REST = {468: (-1.2, -2.0), 473: (1.2, -2.0)}
"""Where the iris lies at rest, in pixels from the middle of its eye: outward and above."""


def facing(pitch: float = 0.0, yaw: float = 0.0) -> HeadFit:
    x, y = np.radians([-pitch, -yaw])
    rotation = cv2.Rodrigues(np.array([x, 0.0, 0.0]))[0] @ cv2.Rodrigues(np.array([0.0, y, 0.0]))[0]
    return HeadFit(HeadAngles(pitch, yaw, 0.0), rotation, PIXELS_PER_CM, 0.0)


def eyes(right: float = 0.0, down: float = 0.0, ratios: tuple[float, float] = (0.3, 0.3)) -> NDArray[np.float32]:
    """Both eyes seen from the front, the irises moved by pixels from rest, the lids ``ratios`` of the width apart."""
    points = np.zeros((478, 2), np.float32)
    for index, offset in CORNERS.items():
        points[index] = (MIDDLES[index] + offset, 100.0)
    for index, (x, y) in REST.items():
        points[index] = ((100.0 if index == 468 else 160.0) + x + right, 100.0 + y + down)
    for (first, second, upper, lower), ratio in zip(LIDS, ratios, strict=True):
        middle, half = (points[first] + points[second]) / 2, (0.0, ratio * (points[second, 0] - points[first, 0]) / 2)
        points[list(upper)], points[list(lower)] = middle - half, middle + half
    return points


def look(points: NDArray[np.float32], head: HeadFit, openness: float = 0.3) -> GazeAngles:
    fix = iris_gaze(points, head, openness)
    assert fix is not None
    return fix.angles


def deviation(points: NDArray[np.float32], head: HeadFit) -> float:
    fix = iris_gaze(points, head, 0.3)
    assert fix is not None
    return fix.deviation


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


def one_eye_astray(ratios: tuple[float, float], right: float = 3.0) -> NDArray[np.float32]:
    points = eyes(ratios=ratios)
    points[468, 0] += right
    return points


def test_an_eye_counts_by_how_far_it_is_open() -> None:
    yaws = [look(one_eye_astray((ratio, 0.3)), facing()).yaw for ratio in (0.10, 0.16, 0.2, 0.25, 0.3)]
    assert yaws == sorted(yaws, reverse=True)
    assert (yaws[0], yaws[-1]) == pytest.approx((0.0, np.degrees(np.arcsin(-0.15))), abs=0.01)


def test_an_eye_turned_away_does_not_count() -> None:
    points = eyes(right=5)
    points[133, 0] = points[33, 0] + 10
    assert look(points, facing()).yaw == pytest.approx(-30, abs=0.01)


def test_the_deviation_tells_how_far_the_eyes_disagree() -> None:
    agreeing, apart, further = (deviation(one_eye_astray((0.3, 0.3), right), facing()) for right in (0, 2, 4))
    assert agreeing == pytest.approx(1.0, abs=0.05)
    assert further > apart > 5 > agreeing


def test_one_eye_alone_is_less_sure_than_two() -> None:
    assert deviation(eyes(ratios=(0.1, 0.3)), facing()) > 3 * deviation(eyes(), facing())


def test_eyes_that_contradict_each_other_have_no_gaze() -> None:
    assert iris_gaze(one_eye_astray((0.3, 0.3), 8), facing(), 0.3) is None


def gaze_in(image: NDArray[np.uint8], models: Path) -> GazeAngles:
    session = MediaPipeFrameAnalyzer(
        models / "face_landmarker.task", None, None, StageRates(5, 5, 2), "landmarks"
    ).new_session()
    face = list(session.analyse(frames_of([image] * 3)))[-1].face
    session.close()
    assert face is not None
    assert face.gaze is not None
    return face.gaze.angles


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
