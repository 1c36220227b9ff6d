"""The mesh of a single picture against MediaPipe's own landmarker, which runs the same networks in its graph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np
import pytest
from mediapipe.tasks.python.vision import FaceLandmarker
from numpy.typing import NDArray

from face_builders import STRAIGHT, Person, scene
from interview_analysis.domain.pose import HeadAngles
from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.blink import eye_openness
from interview_analysis.vision.decoder import FfmpegDecoder
from interview_analysis.vision.face_landmarks import open_landmarker
from interview_analysis.vision.face_mesh import mesh_box, shrink
from interview_analysis.vision.gaze.iris import iris_gaze
from interview_analysis.vision.head_pose.solver import HeadPoseSolver
from interview_analysis.vision.limits import DecodeLimits
from interview_analysis.vision.mesh_network import MeshNetwork
from interview_analysis.vision.runtime.session import CpuOptions
from synthetic_face import synthetic_face

pytestmark = pytest.mark.models

Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def network(models_dir: Path) -> MeshNetwork:
    return MeshNetwork(models_dir / "face_landmarker.task", CpuOptions())


@pytest.fixture(scope="module")
def landmarker(models_dir: Path) -> Iterator[FaceLandmarker]:
    with open_landmarker(models_dir / "face_landmarker.task") as landmarker:
        yield landmarker


def rolled(degrees: float) -> Picture:
    picture = synthetic_face().draw(STRAIGHT)
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(picture, turn, (width, height), borderValue=(128, 128, 128)), np.uint8)


def difference(network: MeshNetwork, landmarker: FaceLandmarker, picture: Picture) -> tuple[float, float]:
    """Mean distance of the points as a share of the face's width, and of the gaze in degrees (NaN without one)."""
    height, width = picture.shape[:2]
    (mesh,) = network.find([picture])
    (face,) = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=picture)).face_landmarks
    assert mesh is not None
    ours = mesh[:, :2] * np.array([width, height])
    theirs = np.array([(point.x * width, point.y * height) for point in face])
    distance = np.linalg.norm(ours - theirs, axis=1).mean() / np.ptp(theirs[:, 0])
    return float(distance), float(np.hypot(*(gaze_of(ours, width, height) - gaze_of(theirs, width, height))))


def gaze_of(points: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
    head, openness = HeadPoseSolver().solve(points, width, height), eye_openness(points)
    fix = None if head is None or openness is None else iris_gaze(points, head, openness)
    return np.full(2, np.nan) if fix is None else np.array(fix.angles)


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(lambda: synthetic_face().draw(STRAIGHT), id="straight"),
        pytest.param(lambda: synthetic_face().draw(HeadAngles(8, 15, 0)), id="turned"),
        pytest.param(lambda: rolled(20), id="rolled"),
        pytest.param(lambda: scene([Person(500, 0.6)]), id="aside"),
    ],
)
def test_drawn_faces_have_the_landmarkers_mesh(network: MeshNetwork, landmarker: FaceLandmarker, picture: object) -> None:
    assert callable(picture)
    distance, gaze = difference(network, landmarker, shrink(picture()))
    assert distance < 0.001
    assert gaze < 0.3


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("clip", ["talkinghead1_vp8_opus", "webcam_man_vp9_kospeech", "calm_woman_720p_vp9"])
def test_real_faces_have_the_landmarkers_mesh(
    network: MeshNetwork, landmarker: FaceLandmarker, data_dir: Path, clip: str
) -> None:
    decoder = FfmpegDecoder(2.0, 640, DecodeLimits(max_bytes=1 << 28, max_seconds=120, max_pixels=1 << 24, seconds_factor=4))
    path = data_dir / "clips" / f"{clip}.webm"
    with decoder.decode(path, decoder.probe(path)) as frames:
        found = np.array([difference(network, landmarker, frame.image) for frame in frames])
    assert found[:, 0].max() < 0.003
    assert np.nanmedian(found[:, 1]) < 0.2
    assert np.nanpercentile(found[:, 1], 95) < 0.5


def test_the_largest_face_is_taken(network: MeshNetwork) -> None:
    (mesh,) = network.find([scene([Person(0, 0.65), Person(416, 0.85)])])
    assert mesh is not None
    box = mesh_box(mesh)
    assert box.x + box.width / 2 == pytest.approx((416 + 320 * 0.85) / 960, abs=0.05)


def test_one_picture_has_one_answer(network: MeshNetwork) -> None:
    """Whatever was seen before, and whatever beside it."""
    picture, other, empty = synthetic_face().draw(STRAIGHT), scene([Person(500, 0.6)]), np.zeros((48, 64, 3), np.uint8)
    (first,) = network.find([picture])
    assert first is not None
    for pictures, place in (([other, picture], 1), ([picture, empty, other], 0), ([picture], 0)):
        again = network.find(pictures)
        assert np.array_equal(first, np.asarray(again[place]))
        assert [mesh is None for mesh in again] == [one is empty for one in pictures]
    assert network.find([]) == []


def test_only_the_wanted_points_are_computed_and_they_are_the_same(network: MeshNetwork, models_dir: Path) -> None:
    picture = synthetic_face().draw(HeadAngles(8, 15, 0))
    few = MeshNetwork(models_dir / "face_landmarker.task", CpuOptions(), (473, 0, 33))
    (whole,), (part,) = network.find([picture]), few.find([picture])
    assert whole is not None
    assert part is not None
    assert np.flatnonzero(np.isfinite(part).all(axis=1)).tolist() == [0, 33, 473]
    assert np.isnan(part).sum() == 475 * 3
    np.testing.assert_allclose(part[[0, 33, 473]], whole[[0, 33, 473]], rtol=0, atol=1e-6)


@pytest.mark.parametrize("shape", [(480, 640), (1, 1), (2, 900), (700, 3)])
def test_without_a_face_there_is_no_mesh(network: MeshNetwork, shape: tuple[int, int]) -> None:
    assert network.find([np.full((*shape, 3), 128, np.uint8)]) == [None]


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.task").write_bytes(b"nothing")
    with pytest.raises(ModelUnavailable):
        MeshNetwork(tmp_path / "a.task", CpuOptions())
