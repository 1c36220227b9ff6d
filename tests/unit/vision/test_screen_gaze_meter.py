"""A picture's gaze sample, or the reason why there is none."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from face_builders import STRAIGHT
from interview_analysis.domain.pose import GazeAngles, HeadAngles
from interview_analysis.domain.screen_gaze import GazeProblem, GazeSample
from interview_analysis.domain.screen_gaze_features import FEATURES, features, stack_samples
from interview_analysis.errors import InputError
from interview_analysis.vision.mesh_network import MeshNetwork
from interview_analysis.vision.runtime.session import CpuOptions
from interview_analysis.vision.runtime.specs import Job, ModelSpec, OutputSpec
from interview_analysis.vision.screen_gaze import SCREEN_LABELS, ScreenGazeRegressor
from interview_analysis.vision.screen_gaze_meter import MESH_POINTS, MOST_SIDE, PictureGaze
from model_builders import LICENCE
from synthetic_face import synthetic_face

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def meter(models_dir: Path) -> PictureGaze:
    return PictureGaze(MeshNetwork(models_dir / "face_landmarker.task", CpuOptions(), MESH_POINTS))


class FirstTwo:
    """A regressor that answers with the first two features."""

    runtime = "none"

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return batch[:, :2]


SPEC = ModelSpec(
    name="m",
    job=Job.SCREEN_GAZE,
    file="m.onnx",
    sha256="0" * 64,
    licence=LICENCE,
    features=FEATURES,
    output=OutputSpec(labels=SCREEN_LABELS),
)


def encoded(picture: NDArray[np.uint8], form: str = "JPEG") -> bytes:
    target = io.BytesIO()
    Image.fromarray(picture).save(target, form, quality=92)
    return target.getvalue()


def sample_of(meter: PictureGaze, picture: bytes) -> GazeSample:
    (measured,) = meter.measure_all([picture])
    assert isinstance(measured, GazeSample)
    return measured


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_face_gives_a_sample(meter: PictureGaze, form: str) -> None:
    sample = sample_of(meter, encoded(synthetic_face().draw(STRAIGHT), form))
    assert np.linalg.norm(sample.gaze) == pytest.approx(1)
    assert sample.gaze[2] < 0
    assert 200 < sample.position[2] < 2000


def test_the_points_that_are_left_out_change_nothing(meter: PictureGaze, models_dir: Path) -> None:
    whole = PictureGaze(MeshNetwork(models_dir / "face_landmarker.task", CpuOptions()))
    for angles in (STRAIGHT, HeadAngles(8, 15, 0)):
        picture = encoded(synthetic_face().draw(angles))
        one, other = sample_of(meter, picture), sample_of(whole, picture)
        for name in ("gaze", "position", "turn"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-5, abs=1e-5)


def test_an_installed_regressor_answers_beside_the_sample(meter: PictureGaze, models_dir: Path) -> None:
    picture = encoded(synthetic_face().draw(STRAIGHT))
    alone = sample_of(meter, picture)
    trained = PictureGaze(MeshNetwork(models_dir / "face_landmarker.task", CpuOptions()), ScreenGazeRegressor(FirstTwo(), SPEC))
    slopes = features(stack_samples([alone]))[0, :2]
    assert alone.trained is None
    assert sample_of(trained, picture).trained == pytest.approx(slopes, abs=1e-5)


def test_turns_have_the_cameras_signs(meter: PictureGaze) -> None:
    """Yaw + is the picture's left, where x is negative; a rotation about y that is positive takes −z there."""
    left, right = (sample_of(meter, encoded(synthetic_face().draw(HeadAngles(0, yaw, 0)))).turn for yaw in (15, -15))
    assert left[1] - right[1] == pytest.approx(np.radians(30), abs=np.radians(5))


@pytest.mark.parametrize(
    ("axis", "one", "other"), [(0, GazeAngles(0, 12), GazeAngles(0, -12)), (1, GazeAngles(15, 0), GazeAngles(-15, 0))]
)
def test_eyes_that_move_have_the_cameras_signs(meter: PictureGaze, axis: int, one: GazeAngles, other: GazeAngles) -> None:
    """Left and up are negative. Up and down the drawn lids hide much of it."""
    first, second = (sample_of(meter, encoded(synthetic_face().draw(STRAIGHT, gaze=gaze))).gaze for gaze in (one, other))
    assert first[axis] < second[axis] - 0.03


def test_a_large_picture_is_read_at_a_smaller_scale_and_says_the_same(meter: PictureGaze) -> None:
    small = synthetic_face().draw(STRAIGHT)
    large = np.asarray(cv2.resize(small, (MOST_SIDE, MOST_SIDE * 3 // 4), interpolation=cv2.INTER_CUBIC), np.uint8)
    one, other = sample_of(meter, encoded(small)), sample_of(meter, encoded(large))
    assert other.position == pytest.approx(one.position, rel=0.05, abs=5)


def test_closed_eyes_are_named(meter: PictureGaze) -> None:
    assert meter.measure_all([encoded(synthetic_face().draw(STRAIGHT, closure=1.0))]) == [GazeProblem.EYES_CLOSED]


@pytest.mark.parametrize(
    ("picture", "problem"),
    [
        (b"", GazeProblem.UNREADABLE),
        (b"no picture", GazeProblem.UNREADABLE),
        (encoded(np.full((480, 640, 3), 128, np.uint8)), GazeProblem.NO_FACE),
    ],
)
def test_what_shows_no_eyes_says_why(meter: PictureGaze, picture: bytes, problem: GazeProblem) -> None:
    assert meter.measure_all([picture]) == [problem]


def test_pictures_together_say_what_each_says_alone(meter: PictureGaze) -> None:
    empty, broken = encoded(np.full((480, 640, 3), 128, np.uint8)), b"no picture"
    faces = [encoded(synthetic_face().draw(HeadAngles(0, yaw, 0))) for yaw in (-15, 0, 15)]
    pictures = [broken, faces[0], empty, faces[1], faces[2]]
    assert meter.measure_all(pictures) == [meter.measure_all([picture])[0] for picture in pictures]


def test_a_picture_beyond_the_bounds_is_refused(meter: PictureGaze) -> None:
    with pytest.raises(InputError) as refused:
        meter.measure_all([encoded(np.zeros((8, MOST_SIDE + 1, 3), np.uint8))])
    assert refused.value.code == "picture_too_large"
