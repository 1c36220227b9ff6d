"""Lifting a portrait to 3D: where every place of the picture lies, and how far it moves with the head."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.demo.portrait import Portrait

GRID = 2
"""Movement is worked out on a grid of this many pixels."""
_HEAD_CENTRE = (234, 454)
"""Mesh points before the two ears; the head turns about their middle."""
_HEAD = (1.7, 2.0, 1.1)
"""Head's outline beside, above and below its centre, in half face widths and half face heights (hair included)."""
_FADE = 1.8
"""Where movement has faded to nothing, in radii of the head's outline."""
_BACK = 0.25
"""Depth of the hair behind the ears, in half face widths."""
_RIM = (0.75, 0.82)
"""Hair hides the sides of the face. So that skin and not hair is stretched over the cheek that a turn brings forward, the
depths of points farther out than the first share of the face's radius are drawn in, the rim's to the second share."""


def _grid(portrait: Portrait) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    height, width = portrait.image.shape[:2]
    rows, columns = np.mgrid[0 : height // GRID, 0 : width // GRID].astype(np.float32) * GRID
    return columns, rows


def _frame_of(portrait: Portrait) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centre (3,) of the head, and half width and half height (2,) of the face, in pixels."""
    points = portrait.landmarks
    centre = points[list(_HEAD_CENTRE)].mean(axis=0)
    half = (points[:, :2].max(axis=0) - points[:, :2].min(axis=0)) / 2
    return centre, half


def lift(portrait: Portrait) -> NDArray[np.float32]:
    """Coordinates (h, w, 3) of the grid relative to the head's centre."""
    centre, half = _frame_of(portrait)
    columns, rows = _grid(portrait)
    depth = _depth(portrait, float(centre[2] + _BACK * half[0]))
    return np.stack([columns - centre[0], rows - centre[1], depth - centre[2]], axis=-1).astype(np.float32)


def _depth(portrait: Portrait, back: float) -> NDArray[np.float32]:
    """Depth (h, w) interpolated linearly in the triangles of the landmarks, ``back`` outside the head."""
    height, width = portrait.image.shape[:2]
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    centre, half = _frame_of(portrait)
    ring = centre[:2] + np.stack([np.cos(angles), np.sin(angles)], axis=1) * half * _HEAD[:2]
    corners = np.array([(-1e4, -1e4), (1e4, -1e4), (-1e4, 1e4), (1e4, 1e4)])
    outside = np.concatenate([ring, corners])
    inside = portrait.landmarks.copy()
    reach = (inside[:, :2] - centre[:2]) / half
    rim = np.clip((np.hypot(*reach.T) - _RIM[0]) / (1 - _RIM[0]), 0, 1)
    inside[:, 0] = centre[0] + reach[:, 0] * half[0] * (1 - (1 - _RIM[1]) * rim)
    points = np.concatenate([inside, np.column_stack([outside, np.full(len(outside), back)])])
    return _interpolate(points, (height // GRID, width // GRID))


def _interpolate(points: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.float32]:
    depth = np.zeros(shape, dtype=np.float32)
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    flat = points[:, :2] / GRID
    for triangle in _triangles(flat):
        mask = np.zeros(shape, dtype=np.uint8)
        cv2.fillConvexPoly(mask, np.clip(flat[triangle], -2e4, 2e4).round().astype(np.int32), 1)
        inside = mask.astype(bool)
        plane = np.linalg.solve(np.column_stack([flat[triangle], np.ones(3)]), points[triangle, 2])
        depth[inside] = plane[0] * columns[inside] + plane[1] * rows[inside] + plane[2]
    return np.asarray(cv2.GaussianBlur(depth, (0, 0), 1.0))


def _triangles(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Delaunay triangles as indices (N, 3)."""
    low, high = points.min(axis=0) - 1, points.max(axis=0) + 1
    mesh = cv2.Subdiv2D((int(low[0]), int(low[1]), int(high[0] - low[0]) + 2, int(high[1] - low[1]) + 2))
    index: dict[int, int] = {}
    for i, point in enumerate(points):
        index.setdefault(mesh.insert((float(point[0]), float(point[1]))), i)
    found = []
    for corner in np.asarray(mesh.getTriangleList()).reshape(-1, 3, 2):
        vertices = [index.get(mesh.findNearest((float(x), float(y)))[0]) for x, y in corner]
        if None not in vertices and len(set(vertices)) == 3:
            found.append(vertices)
    return np.array(found)


def mobility(portrait: Portrait) -> NDArray[np.float32]:
    """Share (h, w) of the head's movement that each place takes part in: 1 on the head, 0 well beside it."""
    centre, half = _frame_of(portrait)
    columns, rows = _grid(portrait)
    side, above, below = _HEAD
    vertical = np.where(rows < centre[1], above, below) * half[1]
    radius = np.hypot((columns - centre[0]) / (side * half[0]), (rows - centre[1]) / vertical)
    fade = np.clip((radius - 1) / (_FADE - 1), 0, 1)
    return np.asarray(1 - fade * fade * (3 - 2 * fade), dtype=np.float32)
