"""One picture → the square face crop that a network sees in serving."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import mediapipe as mp
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from interview_analysis.domain.face import Box
from interview_analysis.training.aihub.config import DropReason
from interview_analysis.training.aihub.labels import PixelBox
from interview_analysis.vision.crops import cut_face
from interview_analysis.vision.face_count import covers
from interview_analysis.vision.face_landmarks import open_landmarker
from interview_analysis.vision.face_mesh import mesh_box, shrink

_MAX_FACES = 5
_FORMATS = ("JPEG", "PNG", "BMP", "WEBP")
_JPEG_QUALITY = 95


class CropRules(NamedTuple):
    """``bundle``: the FaceLandmarker; ``scale``: side of the crop per longer side of the mesh's box, as the expression
    network's spec says; sides in pixels as in ``AihubConfig``."""

    bundle: Path
    scale: float
    min_side: int
    max_side: int


class Outcome(NamedTuple):
    """``digest`` identifies the picture by its bytes; ``jpeg`` is the crop where nothing ``dropped`` it."""

    digest: str
    jpeg: bytes = b""
    dropped: DropReason | None = None


class FaceCutter:
    """FaceLandmarker on single pictures. Not thread-safe."""

    def __init__(self, rules: CropRules) -> None:
        """Raises ``ModelUnavailable`` where the bundle cannot be loaded."""
        self._landmarker = open_landmarker(rules.bundle, _MAX_FACES)
        self._rules = rules

    def cut(self, picture: bytes, hint: PixelBox | None) -> Outcome:
        """``hint`` tells which face is meant where there are several."""
        crop = self._crop(picture, hint)
        digest = hashlib.sha256(picture).hexdigest()[:32]
        if isinstance(crop, DropReason):
            return Outcome(digest, dropped=crop)
        return Outcome(digest, _encode(crop, self._rules.max_side))

    def close(self) -> None:
        self._landmarker.close()

    def _crop(self, picture: bytes, hint: PixelBox | None) -> NDArray[np.uint8] | DropReason:
        image = read_picture(picture)
        if image is None:
            return DropReason.UNREADABLE
        faces = self._faces(image)
        if not faces:
            return DropReason.NO_FACE
        face = choose_face(faces, hint, image.shape)
        if face is None:
            return DropReason.SEVERAL_FACES
        crop = cut_face(image, face, self._rules.scale)
        return crop if len(crop) >= self._rules.min_side else DropReason.TOO_SMALL

    def _faces(self, image: NDArray[np.uint8]) -> list[Box]:
        seen = self._landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=shrink(image))).face_landmarks
        boxes: list[Box] = []
        for face in seen:
            box = mesh_box(np.array([(point.x, point.y, point.z) for point in face], np.float32))
            if not any(covers(box, other) or covers(other, box) for other in boxes):
                boxes.append(box)
        return boxes


def choose_face(faces: Sequence[Box], hint: PixelBox | None, shape: Sequence[int]) -> Box | None:
    """The only face, or the only one whose centre lies in the annotators' box; ``None`` where that leaves it open.

    ``shape`` is the picture's: height, width, …
    """
    if len(faces) == 1:
        return faces[0]
    if hint is None:
        return None
    height, width = shape[:2]
    box = Box(hint.left / width, hint.top / height, (hint.right - hint.left) / width, (hint.bottom - hint.top) / height)
    meant = [face for face in faces if covers(box, face)]
    return meant[0] if len(meant) == 1 else None


def read_picture(data: bytes) -> NDArray[np.uint8] | None:
    """RGB uint8 (H, W, 3), turned upright as its Exif data says; ``None`` where it is damaged, cut short or no picture.

    Pillow looks at the header first and refuses more than its 89 million pixels before it decodes any.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                return np.array(ImageOps.exif_transpose(picture).convert("RGB"), np.uint8)
    except Exception:
        # Pillow's decoders raise whatever they stumble over; one bad picture must not end a run over 350,000.
        return None


def _encode(crop: NDArray[np.uint8], max_side: int) -> bytes:
    if len(crop) > max_side:
        crop = np.asarray(cv2.resize(crop, (max_side, max_side), interpolation=cv2.INTER_AREA), np.uint8)
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(crop, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return bytes(jpeg)
