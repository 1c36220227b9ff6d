"""One picture of somebody at a screen → what it says of their eyes, or why it says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.screen_gaze import GazeProblem, GazeSample, Measured, ScreenPoint
from interview_analysis.domain.screen_gaze_features import have_features, stack_samples
from interview_analysis.errors import InputError
from interview_analysis.vision.blink import EYE_POINTS, eye_openness
from interview_analysis.vision.face_mesh import MAX_SIDE, shrink
from interview_analysis.vision.gaze.iris import GAZE_POINTS, MIN_OPENNESS, iris_gaze
from interview_analysis.vision.head_pose.face_model import rigid_points
from interview_analysis.vision.head_pose.solver import MAX_ERROR, HeadPoseSolver
from interview_analysis.vision.mesh_network import MeshNetwork
from interview_analysis.vision.pictures import WEB_FORMATS, decode_picture
from interview_analysis.vision.runtime.network import RuntimeOptions
from interview_analysis.vision.runtime.precision import can_quantise, choose, this_cpu
from interview_analysis.vision.runtime.session import CpuOptions
from interview_analysis.vision.runtime.specs import Job
from interview_analysis.vision.runtime.store import ModelStore
from interview_analysis.vision.screen_gaze import DISTANCE_POINTS, ScreenGazeRegressor, load_screen_gaze, measure

MESH_POINTS = frozenset(map(int, (*rigid_points()[0], *EYE_POINTS, *GAZE_POINTS, *DISTANCE_POINTS)))
"""A tenth of the mesh."""
MOST_SIDE = 1920
"""Pixels of a picture that is taken at all. Networks see 640 at most."""


class PictureGaze:
    """Loaded networks; nothing is kept between pictures. Not thread-safe."""

    def __init__(self, meshes: MeshNetwork, regressor: ScreenGazeRegressor | None = None) -> None:
        cv2.setNumThreads(1)
        self._meshes = meshes
        self._regressor = regressor
        self._solver = HeadPoseSolver()

    def measure_all(self, pictures: Sequence[bytes]) -> list[Measured]:
        """Of the largest face in each JPEG, PNG or WebP. Raises ``InputError`` (``picture_too_large``)."""
        images = [_read(picture) for picture in pictures]
        meshes = iter(self._meshes.find([image for image in images if image is not None]))
        return [GazeProblem.UNREADABLE if image is None else self._measured(image, next(meshes)) for image in images]

    def _measured(self, image: NDArray[np.uint8], landmarks: NDArray[np.float32] | None) -> Measured:
        if landmarks is None:
            return GazeProblem.NO_FACE
        height, width = image.shape[:2]
        points = landmarks[:, :2] * np.array([width, height], np.float32)
        head, openness = self._solver.solve(points, width, height), eye_openness(points)
        if head is None or head.error > MAX_ERROR:
            return GazeProblem.HEAD_UNKNOWN
        if openness is None or openness < MIN_OPENNESS:
            return GazeProblem.EYES_CLOSED
        fix = iris_gaze(points, head, openness)
        sample = None if fix is None else measure(points, head, fix.angles, width, height)
        if sample is None or not have_features(stack_samples([sample])).all():
            return GazeProblem.EYES_UNCLEAR
        return sample if self._regressor is None else replace(sample, trained=self._trained(self._regressor, sample))

    @staticmethod
    def _trained(regressor: ScreenGazeRegressor, sample: GazeSample) -> ScreenPoint:
        x, y = regressor.predict(stack_samples([sample]))[0].tolist()
        return ScreenPoint(x, y)


def _read(picture: bytes) -> NDArray[np.uint8] | None:
    """RGB; ``None`` where it is none."""
    try:
        return shrink(decode_picture(picture, MOST_SIDE, WEB_FORMATS, enough=MAX_SIDE))
    except InputError as error:
        if error.code == GazeProblem.UNREADABLE:
            return None
        raise


def load_picture_gaze(store: ModelStore, options: RuntimeOptions) -> PictureGaze:
    """On the CPU, in float32 unless ``options`` ask for bf16, which moves gaze by a degree. Raises ``ModelUnavailable``."""
    precision = choose(options.precision, Job.LANDMARKS, this_cpu(), int8_can_be_made=can_quantise())
    bundle = store.path(store.needed(Job.LANDMARKS).name)
    trained = store.best(Job.SCREEN_GAZE)
    return PictureGaze(
        MeshNetwork(bundle, CpuOptions(cache=options.cache, precision=precision), MESH_POINTS),
        None if trained is None else load_screen_gaze(store, trained.name),
    )
