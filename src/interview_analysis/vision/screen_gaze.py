"""Where on the screen somebody looks: features from gaze, head and distance, and the regressor that was trained on them.

All directions are in the camera's axes: x to the picture's right, y down, z away from the camera, so that somebody who looks at
the camera has a gaze of negative z. Millimetres, radians, pixels of the screen from its top left corner.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.pose import GazeAngles
from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.head_pose.solver import FOCAL_SHARE, HeadFit
from interview_analysis.vision.runtime.session import InferenceSession
from interview_analysis.vision.runtime.specs import ModelSpec

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
SCREEN_LABELS = ("screen_x", "screen_y")

_IRIS_DIAMETER_MM = 11.7
"""Visible iris, horizontally; it varies by about half a millimetre between people (Rüfer et al., Cornea 2005)."""
_IRIS_RADIUS_MM = 10.0
"""From the eyeball's centre of rotation to the plane of the iris, as in ``gaze.iris``."""
_IRIS_SIDES = ((469, 471), (474, 476))
"""Mesh points at the left and right edge of each iris."""
_VIEW_TO_CAMERA = np.array([1.0, -1.0, -1.0])


class GazeSamples(NamedTuple):
    """float64 (N, 3) each, in the camera's axes.

    gaze      unit vectors from the eyes, their mean
    position  mm, of the point between the eyes
    turn      radians, rotation vector of the head; nothing for a head that looks straight along the camera's axis
    """

    gaze: FloatArray
    position: FloatArray
    turn: FloatArray


def measure(
    points: NDArray[np.floating], head: HeadFit | None, gaze: GazeAngles | None, width: int, height: int
) -> GazeSamples | None:
    """One frame's sample; ``None`` where it is not valid: no trusted head pose, closed eyes, an iris without size.

    ``points`` (478, 2) or more columns in pixels of a ``width`` × ``height`` picture. The distance comes from the iris, whose
    size hardly differs between people as that of faces does.
    """
    if head is None or gaze is None:
        return None
    sides = points[np.array(_IRIS_SIDES), :2].astype(np.float64)
    diameter = float(np.linalg.norm(sides[:, 0] - sides[:, 1], axis=1).max())
    if not np.isfinite(diameter) or diameter <= 0:
        return None
    focal = FOCAL_SHARE * max(width, height)
    distance = focal * _IRIS_DIAMETER_MM / diameter
    between = (sides.mean(axis=(0, 1)) - np.array([width, height]) / 2) / focal
    turn = cv2.Rodrigues(head.rotation)[0][:, 0] * _VIEW_TO_CAMERA
    return GazeSamples(
        gaze=_direction(gaze)[None],
        position=np.array([[*(between * distance), distance]]),
        turn=np.asarray(turn, np.float64)[None],
    )


def features(samples: GazeSamples) -> FloatArray:
    """(N, len(FEATURES)); rows of NaN where a value is not finite or where the gaze points away from the camera."""
    gaze, position, turn = samples
    known = np.isfinite(np.hstack(samples)).all(axis=1) & (gaze[:, 2] < 0) & (position[:, 2] > 0)
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


class ScreenGazeRegressor:
    """A trained regressor with its spec. Not thread-safe."""

    def __init__(self, session: InferenceSession, spec: ModelSpec) -> None:
        """Raises ``ModelUnavailable`` where the manifest says that it takes other features than this program measures."""
        if spec.features != FEATURES or spec.output is None or spec.output.labels != SCREEN_LABELS:
            raise ModelUnavailable(f"{spec.name}: takes or gives other columns than this version; train it again")
        self.spec = spec
        self._session = session

    def predict(self, samples: GazeSamples) -> FloatArray:
        """Screen points (N, 2) x, y in pixels; NaN for samples without features."""
        rows = features(samples)
        known = np.isfinite(rows).all(axis=1)
        answers = np.full((len(rows), 2), np.nan)
        if known.any():
            answers[known] = self._session.run(rows[known].astype(np.float32))
        return answers


def _direction(gaze: GazeAngles) -> FloatArray:
    """(3,) in the camera's axes, of angles as in ``domain.pose``."""
    pitch, yaw = np.radians(gaze.pitch), np.radians(gaze.yaw)
    return np.array([-np.sin(yaw) * np.cos(pitch), -np.sin(pitch), -np.cos(yaw) * np.cos(pitch)])


def _rotate(vectors: FloatArray, turn: FloatArray) -> FloatArray:
    """``vectors`` (N, 3) turned by rotation vectors (N, 3): Rodrigues' formula."""
    angle = np.linalg.norm(turn, axis=1, keepdims=True)
    axis = turn / np.maximum(angle, np.finfo(np.float64).tiny)
    along = axis * (axis * vectors).sum(axis=1, keepdims=True)
    turned = along + (vectors - along) * np.cos(angle) + np.cross(axis, vectors) * np.sin(angle)
    return np.asarray(turned, np.float64)
