"""Turning a movement of places into the map that draws the moved picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_ITERATIONS = 4
_TRUSTED = 1.0
"""Grid steps by which the fixed-point steps may correct the first guess of the inverse movement."""
_DEPTH_STEPS = 32
"""Depth is sorted to this part of a pixel."""
_HOLE = 9
"""Grid steps over which a place that nothing moved to looks for neighbours."""


def invert(forward: NDArray[np.float32], depth: NDArray[np.float32]) -> NDArray[np.float32]:
    """The movement (h, w, 2) that ends, not starts, at each place.

    ``u(t) = d(t − u(t))`` has several solutions where one part of the face hides another. The nearest part is drawn last
    into a first guess; fixed-point steps make it exact, and are undone where they run away at an edge.
    """
    height, width = forward.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    guess = _nearest(forward, depth)
    moved = guess
    for _ in range(_ITERATIONS):
        moved = cv2.remap(forward, columns - moved[..., 0], rows - moved[..., 1], cv2.INTER_LINEAR)
    ran_away = np.abs(moved - guess).max(axis=-1) > _TRUSTED
    moved[ran_away] = guess[ran_away]
    return np.asarray(moved, dtype=np.float32)


def _nearest(forward: NDArray[np.float32], depth: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each place's movement (h, w, 2) by the nearest of the points that end there, or by its neighbours' where none does."""
    height, width = forward.shape[:2]
    order = np.argsort((-depth * _DEPTH_STEPS).astype(np.int16), axis=None, kind="stable")
    rows, columns = np.divmod(order, width)
    shift = forward.reshape(-1, 2)[order]
    left = np.clip(np.floor(columns + shift[:, 0]).astype(np.int64), 0, width - 2)
    top = np.clip(np.floor(rows + shift[:, 1]).astype(np.int64), 0, height - 2)
    drawn = np.zeros((height * width, 3), dtype=np.float32)
    for offset in (0, 1, width, width + 1):
        drawn[top * width + left + offset, :2] = shift
        drawn[top * width + left + offset, 2] = 1
    drawn = drawn.reshape(height, width, 3)
    around = cv2.blur(drawn, (_HOLE, _HOLE))
    hole = (drawn[..., 2] == 0) & (around[..., 2] > 0)
    drawn[hole] = around[hole] / around[hole][:, 2:]
    return np.where(drawn[..., 2:] > 0, drawn[..., :2], forward)
