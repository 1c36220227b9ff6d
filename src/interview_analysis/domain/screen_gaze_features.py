"""Features of screen gaze: what is computed from gaze, head and distance before any regressor sees it.

All directions are in the camera's axes: x to the picture's right, y down, z away from the camera, so that somebody who looks at
the camera has a gaze of negative z. Millimetres and radians.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.screen_gaze import GazeSample

FloatArray = NDArray[np.float64]

FEATURES = (
    *("slope_x", "slope_y"),
    *("iris_x", "iris_y", "iris_z"),
    *("turn_x", "turn_y", "turn_z"),
    "distance",
    *("bearing_x", "bearing_y"),
    *("hit_x", "hit_y"),
    *("hit_bearing_x", "hit_bearing_y"),
    *("facing_x", "facing_y"),
)
"""Columns of ``features``, in order.

slope        tangent of the gaze against the camera's axis
iris         mm, the iris from the eyeball's centre in the axes of the head ("eye frame")
turn         radians, rotation vector of the head
distance     mm, along the camera's axis
bearing      tangent of the direction in which the head is seen
hit          mm, where the line of sight crosses the camera's plane, in which most screens lie
hit_bearing  the same over the distance
facing       radians, the head's turn against the direction in which it is seen: how the camera itself is tilted, for somebody
             who sits upright
"""

_IRIS_RADIUS_MM = 10.0
"""From the eyeball's centre of rotation to the plane of the iris, as in ``vision.gaze.iris``."""


class GazeSamples(NamedTuple):
    """float64 (N, 3) each, in the camera's axes.

    gaze      unit vectors from the eyes, their mean
    position  mm, of the point between the eyes
    turn      radians, rotation vector of the head; nothing for a head that looks straight along the camera's axis
    """

    gaze: FloatArray
    position: FloatArray
    turn: FloatArray


def stack_samples(samples: Sequence[GazeSample]) -> GazeSamples:
    """One row a sample, in order."""
    parts = ([getattr(sample, name) for sample in samples] for name in GazeSamples._fields)
    return GazeSamples(*(np.array(part, np.float64).reshape(-1, 3) for part in parts))


def have_features(samples: GazeSamples) -> NDArray[np.bool_]:
    """(N,): where all values are finite, the gaze does not point away from the camera and the eyes are before it."""
    finite = np.isfinite(np.hstack(samples)).all(axis=1)
    return np.asarray(finite & (samples.gaze[:, 2] < 0) & (samples.position[:, 2] > 0), np.bool_)


def features(samples: GazeSamples) -> FloatArray:
    """(N, len(FEATURES)); rows of NaN for samples that have none."""
    gaze, position, turn = samples
    known = have_features(samples)
    columns = np.full((len(gaze), len(FEATURES)), np.nan)
    columns[known] = _columns(gaze[known], position[known], turn[known])
    return columns


def _columns(gaze: FloatArray, position: FloatArray, turn: FloatArray) -> FloatArray:
    distance = position[:, 2:]
    slope = gaze[:, :2] / -gaze[:, 2:]
    bearing = position[:, :2] / distance
    iris = _IRIS_RADIUS_MM * _rotate(gaze, -turn)
    hit = position[:, :2] + slope * distance
    facing = turn[:, [1, 0]] * (-1.0, 1.0) + bearing
    return np.asarray(np.hstack([slope, iris, turn, distance, bearing, hit, hit / distance, facing]), np.float64)


def _rotate(vectors: FloatArray, turn: FloatArray) -> FloatArray:
    """``vectors`` (N, 3) turned by rotation vectors (N, 3): Rodrigues' formula."""
    angle = np.linalg.norm(turn, axis=1, keepdims=True)
    axis = turn / np.maximum(angle, np.finfo(np.float64).tiny)
    along = axis * (axis * vectors).sum(axis=1, keepdims=True)
    turned = along + (vectors - along) * np.cos(angle) + np.cross(axis, vectors) * np.sin(angle)
    return np.asarray(turned, np.float64)
