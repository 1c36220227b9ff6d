"""One interviewee: presence, size, and staying with the same person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from face_builders import STRAIGHT, Person, scene
from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.face_count import FaceFinder
from interview_analysis.vision.face_landmarks import FaceTracker
from interview_analysis.vision.face_mesh import MAX_SIDE, FaceMesh, shrink
from synthetic_face import synthetic_face

pytestmark = pytest.mark.models

INTERVIEWEE, BYSTANDER = Person(x=0, size=0.85), Person(x=540, size=0.65)
LEFT, RIGHT = (pytest.approx((person.x + 320 * person.size) / 960, abs=0.05) for person in (INTERVIEWEE, BYSTANDER))
EMPTY = np.full((480, 960, 3), 128, np.uint8)


@pytest.fixture
def tracker(models_dir: Path) -> Iterator[FaceTracker]:
    bundle = models_dir / "face_landmarker.task"
    finder = FaceFinder(bundle)
    tracker = FaceTracker(bundle, finder)
    yield tracker
    tracker.close()
    finder.close()


def middle(mesh: FaceMesh | None) -> float | None:
    """Of the face, as a share of the picture's width."""
    return None if mesh is None else mesh.box.x + mesh.box.width / 2


def test_mesh_has_its_shape_and_box(tracker: FaceTracker) -> None:
    mesh = tracker.track(0.0, synthetic_face().draw(STRAIGHT))
    assert mesh is not None
    assert mesh.landmarks.shape == (478, 3)
    assert mesh.landmarks.dtype == np.float32
    assert 0.2 < mesh.box.width < 0.6
    assert mesh.box.x <= mesh.landmarks[:468, 0].min() + 1e-6


@pytest.mark.parametrize("width", [80, 160, 1920])
def test_small_and_large_pictures(tracker: FaceTracker, width: int) -> None:
    picture = cv2.resize(synthetic_face().draw(STRAIGHT), (width, width * 3 // 4), interpolation=cv2.INTER_AREA)
    assert middle(tracker.track(0.0, shrink(picture))) == pytest.approx(0.5, abs=0.05)


def test_presence_follows_the_face_at_once(tracker: FaceTracker) -> None:
    face = scene([INTERVIEWEE])
    images = [EMPTY, EMPTY, face, face, EMPTY, EMPTY, face]
    seen = [tracker.track(index / 15, shrink(image)) is not None for index, image in enumerate(images)]
    assert seen == [False, False, True, True, False, False, True]


@pytest.mark.parametrize("people", [[INTERVIEWEE, BYSTANDER], [Person(0, 0.65), Person(416, 0.85)]], ids=["left", "right"])
def test_the_largest_face_is_the_interviewee(tracker: FaceTracker, people: list[Person]) -> None:
    large = max(people, key=lambda person: person.size)
    expected = (large.x + 320 * large.size) / 960
    for index in range(4):
        assert middle(tracker.track(index / 15, shrink(scene(people)))) == pytest.approx(expected, abs=0.05)


def test_when_the_interviewee_leaves_the_other_does_not_take_the_place(tracker: FaceTracker) -> None:
    images = (
        [scene([INTERVIEWEE])] * 3
        + [scene([INTERVIEWEE, BYSTANDER])] * 3
        + [scene([BYSTANDER])] * 15
        + [scene([INTERVIEWEE, BYSTANDER])] * 3
    )
    middles = [middle(tracker.track(index / 15, shrink(image))) for index, image in enumerate(images)]
    assert middles[:6] == [LEFT] * 6
    assert middles[6:21] == [None] * 15
    assert middles[-1] == LEFT


def test_after_a_long_absence_a_face_elsewhere_is_the_interviewee(tracker: FaceTracker) -> None:
    assert middle(tracker.track(0.0, shrink(scene([INTERVIEWEE])))) == LEFT
    middles = [middle(tracker.track(time, shrink(scene([BYSTANDER])))) for time in (1.0, 2.5, 2.6)]
    assert middles[0] is None
    assert middles[2] == RIGHT


def test_shrink_bounds_the_longer_side() -> None:
    assert shrink(np.zeros((2160, 3840, 3), np.uint8)).shape == (360, MAX_SIDE, 3)
    assert shrink(np.zeros((1000, 3, 3), np.uint8)).shape == (MAX_SIDE, 2, 3)


@pytest.mark.parametrize("content", [b"", b"no bundle"])
def test_a_file_that_is_no_bundle_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.task").write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"x\.task"):
        FaceFinder(tmp_path / "x.task")
