"""The picture that the synthetic face is made of: cut out as a webcam would show it, with its landmarks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray

from interview_analysis.domain.pose import HeadAngles
from interview_analysis.errors import InputError

_FACE_SHARE = 0.28
"""Width of the face as a share of the picture's: a head and shoulders before a laptop."""
_FACE_HEIGHT = 0.5
"""Where the middle of the face lies, as a share of the picture's height from the top."""
_AXES = np.diag([1.0, -1.0, -1.0])
"""From MediaPipe's axes (y up, z toward the camera) to the picture's (y down, z away)."""


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """image RGB uint8 (H, W, 3); landmarks (478, 3) x, y, z in pixels, z away from the camera; pose by MediaPipe."""

    image: NDArray[np.uint8]
    landmarks: NDArray[np.float64]
    pose: HeadAngles


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredFace:
    """What MediaPipe sees in one picture: landmarks (478, 3) in pixels, rotation (3, 3) in the picture's axes, and how far
    the eyes are closed, 0–1."""

    landmarks: NDArray[np.float64]
    rotation: NDArray[np.float64]
    closure: float


class Landmarker:
    """MediaPipe's FaceLandmarker on single pictures. A context manager; not thread-safe."""

    def __init__(self, model: Path) -> None:
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model)),
            output_facial_transformation_matrixes=True,
            output_face_blendshapes=True,
        )
        self._landmarker = vision.FaceLandmarker.create_from_options(options)

    def __enter__(self) -> Landmarker:
        return self

    def __exit__(self, *_: object) -> None:
        self._landmarker.close()

    def measure(self, image: NDArray[np.uint8]) -> MeasuredFace | None:
        """``None`` where no face is seen."""
        height, width = image.shape[:2]
        seen = self._landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(image)))
        if not seen.face_landmarks:
            return None
        scale = (width, height, width)
        landmarks = np.array([(point.x, point.y, point.z) for point in seen.face_landmarks[0]]) * scale
        rotation = _AXES @ np.asarray(seen.facial_transformation_matrixes[0])[:3, :3] @ _AXES
        shapes = {shape.category_name: shape.score for shape in seen.face_blendshapes[0]}
        return MeasuredFace(landmarks, rotation, min(shapes["eyeBlinkLeft"], shapes["eyeBlinkRight"]))


def load_portrait(picture: Path, model: Path, size: tuple[int, int]) -> Portrait:
    """Cut ``picture`` to ``size`` (width, height) around its face. Raises ``InputError`` where there is no face."""
    image = cv2.imread(str(picture))
    if image is None:
        raise InputError(f"{picture} is not a picture")
    with Landmarker(model) as landmarker:
        full = landmarker.measure(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
        if full is None:
            raise InputError(f"no face in {picture}")
        cut = cv2.cvtColor(_cut(image, full.landmarks, size), cv2.COLOR_BGR2RGB)
        face = landmarker.measure(cut)
    if face is None:
        raise InputError(f"no face in {picture} at {size}")
    return Portrait(cut, face.landmarks, angles_of(face.rotation))


def _cut(image: NDArray[np.uint8], landmarks: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.uint8]:
    low, high = landmarks[:, :2].min(axis=0), landmarks[:, :2].max(axis=0)
    scale = size[0] * _FACE_SHARE / (high[0] - low[0])
    target = np.array([size[0] / 2, size[1] * _FACE_HEIGHT])
    shift = target - scale * (low + high) / 2
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    return np.asarray(cv2.warpAffine(image, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))


def rotation_of(angles: HeadAngles) -> NDArray[np.float64]:
    """Rotation (3, 3) in the picture's axes (x right, y down, z away): pitch first, then yaw, then roll."""
    pitch, yaw, roll = np.radians(angles)
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y @ about_x, dtype=np.float64)


def angles_of(rotation: NDArray[np.float64]) -> HeadAngles:
    """Inverse of ``rotation_of`` for yaw within ±90°."""
    pitch = np.arctan2(rotation[2, 1], rotation[2, 2])
    yaw = np.arcsin(np.clip(-rotation[2, 0], -1, 1))
    roll = np.arctan2(rotation[1, 0], rotation[0, 0])
    return HeadAngles(*(float(angle) for angle in np.degrees([-pitch, yaw, roll])))
