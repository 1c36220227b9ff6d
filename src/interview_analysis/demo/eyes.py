"""Closing the lids and turning the eyes of a portrait, before its head is moved."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.pose import GazeAngles

Map = NDArray[np.float32]


class EyeIndices(NamedTuple):
    """MediaPipe face-mesh indices, corner to corner in the picture's order from left to right."""

    upper: tuple[int, ...]
    lower: tuple[int, ...]
    brow: tuple[int, ...]
    iris: int


RIGHT_EYE = EyeIndices(
    upper=(33, 246, 161, 160, 159, 158, 157, 173, 133),
    lower=(33, 7, 163, 144, 145, 153, 154, 155, 133),
    brow=(46, 53, 52, 65, 55),
    iris=468,
)
LEFT_EYE = EyeIndices(
    upper=(362, 398, 384, 385, 386, 387, 388, 466, 263),
    lower=(362, 382, 381, 380, 374, 373, 390, 249, 263),
    brow=(285, 295, 282, 283, 276),
    iris=473,
)

_EYEBALL_RADIUS = 0.85
"""In half eye widths: an eyeball of about 12 mm behind lids whose corners lie 28–30 mm apart."""
_IRIS_RADIUS = 0.42
"""In half eye widths: 5.9 mm."""
_SKIN_START = 0.7
"""Where the skin that is drawn down begins, as a share of the way from lid to brow."""
_LASHES = 0.1
"""Height of the lash line, which moves with the lid unstretched, in eye widths."""
_OVERLAP = 0.03
"""How far the upper lid comes down over the lower one, in eye widths."""


class _Lids(NamedTuple):
    """Picture rows of lids and brow, (N,) each, for the columns of one eye; width in pixels."""

    columns: slice
    upper: NDArray[np.float64]
    lower: NDArray[np.float64]
    brow: NDArray[np.float64]
    width: float


def move_eyes(image: NDArray[np.uint8], landmarks: NDArray[np.float64], closure: float, gaze: GazeAngles) -> NDArray[np.uint8]:
    """RGB (H, W, 3) with both irises turned by ``gaze`` in degrees, then both lids closed by ``closure`` (0–1)."""
    height, width = image.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    turned_x, turned_y, closed_y = columns.copy(), rows.copy(), rows.copy()
    for eye in (RIGHT_EYE, LEFT_EYE):
        lids = _lids(landmarks, eye)
        _turn(turned_x[:, lids.columns], turned_y[:, lids.columns], lids, landmarks[eye.iris, :2], gaze)
        _close(closed_y[:, lids.columns], lids, closure)
    turned = cv2.remap(image, turned_x, turned_y, cv2.INTER_LINEAR)
    return np.asarray(cv2.remap(turned, columns, closed_y, cv2.INTER_LINEAR), dtype=np.uint8)


def _lids(landmarks: NDArray[np.float64], eye: EyeIndices) -> _Lids:
    first, last = int(np.ceil(landmarks[eye.upper[0], 0])), int(landmarks[eye.upper[-1], 0])
    columns = np.arange(first, last + 1)
    upper, lower, brow = (_curve(columns, landmarks, line) for line in (eye.upper, eye.lower, eye.brow))
    return _Lids(slice(first, last + 1), upper, np.maximum(lower, upper), brow, float(last - first))


def _curve(columns: NDArray[np.int64], landmarks: NDArray[np.float64], indices: tuple[int, ...]) -> NDArray[np.float64]:
    points = landmarks[list(indices), :2]
    return np.asarray(np.interp(columns, points[:, 0], points[:, 1]))


def _turn(map_x: Map, map_y: Map, lids: _Lids, iris: NDArray[np.float64], gaze: GazeAngles) -> None:
    """Between the lids: the iris moves, the white on its two sides gives way."""
    half = lids.width / 2
    pitch, yaw = np.radians(gaze)
    shift = -_EYEBALL_RADIUS * half * np.array([np.sin(yaw), np.sin(pitch)])
    columns, rows = map_x[0], map_y[:, :1]
    first, last, radius = columns[0], columns[-1], _IRIS_RADIUS * half
    edges = np.clip([iris[0] - radius, iris[0] + radius], first + 1, last - 1)
    moved = np.clip(edges + shift[0], first + 1, last - 1)
    source_x = np.interp(columns, [first, *moved, last], [first, *edges, last])
    source_y = np.clip(rows - shift[1], lids.upper, lids.lower)
    inside = (rows > lids.upper) & (rows < lids.lower)
    map_x[inside] = np.broadcast_to(source_x, inside.shape)[inside]
    map_y[inside] = source_y[inside]


def _close(map_y: Map, lids: _Lids, closure: float) -> None:
    """Draw the skin above the upper lid down over the eye, its lashes at the lower end."""
    lashes = _LASHES * lids.width
    top = lids.brow + (lids.upper - lids.brow) * (1 - _SKIN_START)
    lid = lids.upper + closure * (lids.lower - lids.upper + _OVERLAP * lids.width)
    rows = map_y[:, :1].astype(np.float64)
    skin = top + (rows - top) * (lids.upper - lashes - top) / np.maximum(lid - lashes - top, 1)
    drawn = np.where(rows < lid - lashes, skin, rows - (lid - lids.upper))
    inside = (rows >= top) & (rows < lid)
    map_y[inside] = drawn[inside]
