"""One face's mesh of 478 points, and the picture that models see."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.face import Box

MAX_SIDE = 640
"""Longer side in pixels of the picture that the models see. Their own inputs are 128 to 256 px; larger ones cost time only."""
IRIS_START = 468
"""Mesh points from here on are the irises."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceMesh:
    """``landmarks`` float32 (478, 3): x, y as shares of width and height, z in the scale of x; ``box`` around the first 468."""

    landmarks: NDArray[np.float32]
    box: Box


def shrink(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``image`` with a longer side of at most ``MAX_SIDE``, contiguous."""
    height, width = image.shape[:2]
    scale = MAX_SIDE / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(image)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def mesh_box(landmarks: NDArray[np.float32]) -> Box:
    """Around all points but the irises, of landmarks (478, 3)."""
    places = np.ascontiguousarray(landmarks[:IRIS_START, :2].T)
    (left, top), (right, bottom) = places.min(axis=1).tolist(), places.max(axis=1).tolist()
    return Box(left, top, right - left, bottom - top)
