"""All faces of a picture, by BlazeFace (Bazarevsky et al., arXiv 1907.05047): is a second person there?"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions
from mediapipe.tasks.python.vision import FaceDetector, FaceDetectorOptions
from numpy.typing import NDArray

from interview_analysis.domain.face import Box
from interview_analysis.errors import ModelUnavailable

_DETECTOR = "face_detector.tflite"
_MIN_CONFIDENCE = 0.65
"""Measured on real clips: true second faces score 0.83 and more, the worst false one 0.58."""


class FaceFinder:
    """The short-range detector inside the FaceLandmarker bundle. Not thread-safe."""

    def __init__(self, bundle: Path) -> None:
        """Raises ``ModelUnavailable`` where ``bundle`` holds no detector."""
        try:
            with zipfile.ZipFile(bundle) as archive:
                model = archive.read(_DETECTOR)
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise ModelUnavailable(f"{bundle.name} holds no {_DETECTOR}: {error}") from error
        base = BaseOptions(model_asset_buffer=model)
        self._detector = FaceDetector.create_from_options(
            FaceDetectorOptions(base_options=base, min_detection_confidence=_MIN_CONFIDENCE)
        )

    def find(self, image: NDArray[np.uint8]) -> list[Box]:
        """Boxes (forehead to chin) in a contiguous RGB uint8 picture (H, W, 3), the surest first."""
        height, width = image.shape[:2]
        found = self._detector.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=image)).detections
        boxes = [detection.bounding_box for detection in found]
        return [Box(box.origin_x / width, box.origin_y / height, box.width / width, box.height / height) for box in boxes]

    def close(self) -> None:
        self._detector.close()


def count_faces(tracked: Box | None, found: Sequence[Box]) -> int:
    """The tracked face and every found one that is not it: one that the detector misses still counts, none counts twice."""
    if tracked is None:
        return len(found)
    return 1 + sum(not covers(tracked, box) for box in found)


def covers(outer: Box, inner: Box) -> bool:
    """Whether the centre of ``inner`` lies in ``outer``."""
    x, y = centre(inner)
    return outer.x <= x <= outer.x + outer.width and outer.y <= y <= outer.y + outer.height


def centre(box: Box) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / 2
