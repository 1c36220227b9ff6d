"""A face mesh's gaze sample, and the regressor that was trained on samples of many people."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.pose import GazeAngles, vector_of
from interview_analysis.domain.screen_gaze import GazeSample, Triple
from interview_analysis.domain.screen_gaze_features import FEATURES, FloatArray, GazeSamples, features
from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.head_pose.solver import FOCAL_SHARE, HeadFit
from interview_analysis.vision.runtime.session import InferenceSession, OpenVinoSession
from interview_analysis.vision.runtime.specs import ModelSpec
from interview_analysis.vision.runtime.store import ModelStore

SCREEN_LABELS = ("screen_x", "screen_y")

_IRIS_DIAMETER_MM = 11.7
"""Visible iris, horizontally; it varies by about half a millimetre between people (Rüfer et al., Cornea 2005)."""
_IRIS_SIDES = np.array([[469, 471], [474, 476]])
"""Mesh points at the left and right edge of each iris."""
DISTANCE_POINTS = tuple(_IRIS_SIDES.flat)
"""All that is read here."""
_VIEW_TO_CAMERA = np.array([1.0, -1.0, -1.0])


def measure(
    points: NDArray[np.floating], head: HeadFit | None, gaze: GazeAngles | None, width: int, height: int
) -> GazeSample | None:
    """One frame's sample; ``None`` where it is not valid: no trusted head pose, closed eyes, an iris without size.

    ``points`` (478, 2) or more columns in pixels of a ``width`` × ``height`` picture. The distance comes from the iris, whose
    size hardly differs between people as that of faces does.
    """
    if head is None or gaze is None:
        return None
    sides = points[_IRIS_SIDES, :2].astype(np.float64)
    diameter = float(np.hypot(*(sides[:, 0] - sides[:, 1]).T).max())
    if not math.isfinite(diameter) or diameter <= 0:
        return None
    focal = FOCAL_SHARE * max(width, height)
    distance = focal * _IRIS_DIAMETER_MM / diameter
    between = (sides.mean(axis=(0, 1)) - np.array([width, height]) / 2) / focal
    turn = cv2.Rodrigues(head.rotation)[0][:, 0] * _VIEW_TO_CAMERA
    x, y = (between * distance).tolist()
    return GazeSample(gaze=_direction(gaze), position=(x, y, distance), turn=_triple(turn))


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


def load_screen_gaze(store: ModelStore, name: str) -> ScreenGazeRegressor:
    """A regressor of the manifest. Raises ``ModelUnavailable`` where it is missing or not whole."""
    return ScreenGazeRegressor(OpenVinoSession(store.path(name)), store.manifest.get(name))


def _direction(gaze: GazeAngles) -> Triple:
    """In the camera's axes, of angles as in ``domain.pose``."""
    return _triple(vector_of(gaze) * _VIEW_TO_CAMERA)


def _triple(values: FloatArray) -> Triple:
    x, y, z = values.tolist()
    return x, y, z
