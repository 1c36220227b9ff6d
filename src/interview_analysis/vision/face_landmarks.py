"""The interviewee's face mesh in every frame: MediaPipe's FaceLandmarker in video mode, held to one person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions
from mediapipe.tasks.python.components.containers.landmark import NormalizedLandmark
from mediapipe.tasks.python.vision import FaceLandmarker, FaceLandmarkerOptions, RunningMode
from numpy.typing import NDArray

from interview_analysis.domain.face import Box
from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.face_count import FaceFinder, centre, covers
from interview_analysis.vision.face_mesh import FaceMesh, mesh_box

_CLOCK_STEP_MS = 1_000_000
"""Milliseconds that the landmarker is told between two frames. Its built-in smoothing weighs by elapsed time and would flatten
blinks to a third of their depth; at this step it passes every frame as seen."""
_FORGET_SECONDS = 2.0
"""After this long without the interviewee, a face elsewhere is taken for them (they moved while out of sight)."""
_BLANK_MARGIN = 0.25
"""Share of a bystander's box that is painted over on each side, so that no part of the head remains."""

_GREY = 128


def open_landmarker(bundle: Path, faces: int = 1, *, video: bool = False) -> FaceLandmarker:
    """For single pictures, or for the frames of one ``video``; close it. Raises ``ModelUnavailable`` where the file is not a
    FaceLandmarker bundle."""
    options = FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(bundle)),
        running_mode=RunningMode.VIDEO if video else RunningMode.IMAGE,
        num_faces=faces,
    )
    try:
        return FaceLandmarker.create_from_options(options)
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelUnavailable(f"{bundle.name} cannot be loaded: {error}") from error


class MeshFinder:
    """The landmarker over the frames of one video, each as seen: nothing is smoothed. Not thread-safe."""

    def __init__(self, bundle: Path, faces: int = 1) -> None:
        """``faces``: most that are found. Raises ``ModelUnavailable``."""
        self._landmarker = open_landmarker(bundle, faces, video=True)
        self._clock_ms = 0

    def find(self, image: NDArray[np.uint8]) -> list[FaceMesh]:
        """In ``image`` (from ``shrink``)."""
        self._clock_ms += _CLOCK_STEP_MS
        picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=image)
        return [_mesh(face) for face in self._landmarker.detect_for_video(picture, self._clock_ms).face_landmarks]

    def close(self) -> None:
        self._landmarker.close()


def _mesh(face: Sequence[NormalizedLandmark]) -> FaceMesh:
    landmarks = np.array([(point.x, point.y, point.z) for point in face], np.float32)
    return FaceMesh(landmarks, mesh_box(landmarks))


class FaceTracker:
    """All state of one video. Not thread-safe.

    The landmarker follows the face that it has. Whenever it comes with a new one, the detector looks at the whole picture: at
    the start the largest, most central face is the interviewee; later, whoever is where the interviewee was last seen.
    """

    def __init__(self, bundle: Path, finder: FaceFinder) -> None:
        """Raises ``ModelUnavailable`` where the file is not a FaceLandmarker bundle."""
        self._meshes = MeshFinder(bundle)
        self._finder = finder
        self._last: Box | None = None
        self._last_seen = 0.0
        self._tracking = False

    def track(self, timestamp: float, image: NDArray[np.uint8]) -> FaceMesh | None:
        """The interviewee in ``image`` (from ``shrink``); ``None`` where they are not seen. Timestamps must rise."""
        if self._last is not None and timestamp - self._last_seen > _FORGET_SECONDS:
            self._last = None
        mesh = self._landmarks(image)
        if mesh is not None and not self._continues(mesh):
            mesh = self._acquire(image, mesh)
        self._tracking = mesh is not None
        if mesh is not None:
            self._last, self._last_seen = mesh.box, timestamp
        return mesh

    def close(self) -> None:
        self._meshes.close()

    def _continues(self, mesh: FaceMesh) -> bool:
        return self._tracking and self._last is not None and _meet(mesh.box, self._last)

    def _acquire(self, image: NDArray[np.uint8], mesh: FaceMesh) -> FaceMesh | None:
        others = [face for face in self._finder.find(image) if not _meet(mesh.box, face)]
        wanted = self._choose([mesh.box, *others])
        if wanted is mesh.box:
            return mesh
        return self._look_again(image, [face for face in (mesh.box, *others) if face is not wanted], wanted)

    def _choose(self, faces: Sequence[Box]) -> Box | None:
        last = self._last
        if last is None:
            return max(faces, key=_prominence)
        near = [face for face in faces if _meet(face, last)]
        return min(near, key=lambda face: _distance(face, last), default=None)

    def _look_again(self, image: NDArray[np.uint8], others: Sequence[Box], wanted: Box | None) -> FaceMesh | None:
        """With the others painted over, the landmarker loses the one it has and then finds the one that is left."""
        alone = _without(image, others)
        self._landmarks(alone)
        if wanted is None:
            return None
        mesh = self._landmarks(alone)
        return mesh if mesh is not None and _meet(mesh.box, wanted) else None

    def _landmarks(self, image: NDArray[np.uint8]) -> FaceMesh | None:
        return next(iter(self._meshes.find(image)), None)


def _meet(one: Box, other: Box) -> bool:
    return covers(one, other) or covers(other, one)


def _distance(one: Box, other: Box) -> float:
    (x, y), (u, v) = centre(one), centre(other)
    return (x - u) ** 2 + (y - v) ** 2


def _prominence(face: Box) -> float:
    """Area, less where it is off the middle: a face at the border counts half."""
    x, _ = centre(face)
    return face.width * face.height * (1.0 - abs(x - 0.5))


def _without(image: NDArray[np.uint8], faces: Sequence[Box]) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    blank = image.copy()
    for face in faces:
        x, y = face.width * _BLANK_MARGIN, face.height * _BLANK_MARGIN
        rows = slice(max(0, round((face.y - y) * height)), max(0, round((face.y + face.height + y) * height)))
        columns = slice(max(0, round((face.x - x) * width)), max(0, round((face.x + face.width + x) * width)))
        blank[rows, columns] = _GREY
    return blank
