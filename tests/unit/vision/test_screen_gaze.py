"""Screen gaze: a mesh's sample, and the regressor's manners."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.domain.pose import GazeAngles, HeadAngles
from interview_analysis.domain.screen_gaze import GazeSample
from interview_analysis.domain.screen_gaze_features import FEATURES, features, stack_samples
from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.head_pose.solver import HeadFit
from interview_analysis.vision.runtime.specs import Job, ModelSpec, OutputSpec
from interview_analysis.vision.screen_gaze import SCREEN_LABELS, ScreenGazeRegressor, measure
from model_builders import LICENCE

WIDTH, HEIGHT = 1000, 500
IRIS_SIDES = (469, 471, 474, 476)


def head(turn: tuple[float, float, float] = (0, 0, 0)) -> HeadFit:
    return HeadFit(HeadAngles(0, 0, 0), cv2.Rodrigues(np.array(turn, np.float64))[0].astype(np.float64), 10.0, 0.0)


def irises(middle: float, diameter: float = 23.4) -> NDArray[np.float32]:
    """Both irises at one place, their edges ``diameter`` pixels apart."""
    points = np.zeros((478, 2), np.float32)
    for index, side in zip(IRIS_SIDES, (-1, 1, -1, 1), strict=True):
        points[index] = (middle + side * diameter / 2, HEIGHT / 2)
    return points


def test_distance_comes_from_the_size_of_the_iris() -> None:
    """Focal length 1,000 pixels: 11.7 mm fill 23.4 pixels at half a metre."""
    measured = measure(irises(WIDTH / 2), head(), GazeAngles(0, 0), WIDTH, HEIGHT)
    assert measured is not None
    assert measured.position == pytest.approx([0, 0, 500], rel=1e-5, abs=1e-3)
    nearer = measure(irises(WIDTH / 2 + 200, diameter=46.8), head(), GazeAngles(0, 0), WIDTH, HEIGHT)
    assert nearer is not None
    assert nearer.position == pytest.approx([50, 0, 250], rel=1e-5, abs=1e-3)


def test_directions_of_gaze_and_head_have_the_cameras_signs() -> None:
    """Yaw + is the picture's left, pitch + is up; in the camera's axes x is right and y is down."""
    left_and_up = measure(irises(WIDTH / 2), head(turn=(-0.1, -0.2, 0)), GazeAngles(pitch=10, yaw=20), WIDTH, HEIGHT)
    assert left_and_up is not None
    x, y, z = left_and_up.gaze
    assert (x < 0, y < 0, z < 0) == (True, True, True)
    assert np.hypot(x, np.hypot(y, z)) == pytest.approx(1)
    assert left_and_up.turn == pytest.approx([-0.1, 0.2, 0])


def test_head_and_gaze_of_a_face_that_looks_along_its_nose_agree() -> None:
    angle = 0.25
    measured = measure(irises(WIDTH / 2), head(turn=(0, -angle, 0)), GazeAngles(0, np.degrees(angle)), WIDTH, HEIGHT)
    assert measured is not None
    (row,) = features(stack_samples([measured]))
    assert row[FEATURES.index("iris_x")] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("case", ["no head", "closed eyes", "no iris"])
def test_a_frame_that_is_not_valid_gives_nothing(case: str) -> None:
    fit = None if case == "no head" else head()
    gaze = None if case == "closed eyes" else GazeAngles(0, 0)
    points = np.zeros((478, 2), np.float32) if case == "no iris" else irises(WIDTH / 2)
    assert measure(points, fit, gaze, WIDTH, HEIGHT) is None


class Echo:
    """Answers every row with its first two features."""

    runtime = "echo"

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return batch[:, :2]


def spec(columns: tuple[str, ...] = FEATURES) -> ModelSpec:
    output = OutputSpec(labels=SCREEN_LABELS)
    return ModelSpec(
        name="m", job=Job.SCREEN_GAZE, file="m.onnx", sha256="0" * 64, licence=LICENCE, features=columns, output=output
    )


def test_samples_without_features_get_no_answer_and_do_not_disturb_the_others() -> None:
    pair = stack_samples([GazeSample(gaze, (0, 0, 500), (0, 0, 0)) for gaze in ((0.6, 0.0, -0.8), (0.0, 0.0, 1.0))])
    answers = ScreenGazeRegressor(Echo(), spec()).predict(pair)
    assert answers[0] == pytest.approx([0.75, 0])
    assert np.isnan(answers[1]).all()


def test_a_model_of_other_columns_is_refused() -> None:
    with pytest.raises(ModelUnavailable, match="train it again"):
        ScreenGazeRegressor(Echo(), spec(FEATURES[1:]))
