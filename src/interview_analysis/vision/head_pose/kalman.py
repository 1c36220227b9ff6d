"""A constant-velocity Kalman filter for the three head angles, timed by the frames' own timestamps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.pose import HeadAngles

MAX_GAP = 0.5
"""Seconds without a measurement after which the filter starts anew."""
_MEASUREMENT_DEVIATION = 0.5
"""Degrees: jitter of the fit from frame to frame, 0.1 on a sharp webcam picture, 0.5 on a small face."""
_ACCELERATION_DEVIATION = 400.0
"""Degrees per second squared: a nod of ±4° at 1.6 Hz, so that nods are followed without lag."""
_START_VELOCITY_DEVIATION = 60.0
"""Degrees per second: how fast a head may already turn when it is first seen."""


class HeadPoseFilter:
    """One filter a face; all three angles share times and noise, so they share one covariance."""

    def __init__(self) -> None:
        self._time: float | None = None
        self._state: NDArray[np.float64] = np.zeros((2, 3))
        self._covariance: NDArray[np.float64] = np.zeros((2, 2))

    def update(self, timestamp: float, measured: HeadAngles) -> HeadAngles:
        """The filtered angles at ``timestamp`` (seconds, rising); the first one, or the first after a gap, is as measured."""
        if self._time is None or timestamp - self._time > MAX_GAP:
            self._start(measured)
        else:
            self._predict(timestamp - self._time)
            self._correct(measured)
        self._time = timestamp
        return HeadAngles(*(float(angle) for angle in self._state[0]))

    def _start(self, measured: HeadAngles) -> None:
        self._state = np.array([measured, (0.0, 0.0, 0.0)])
        self._covariance = np.diag([_MEASUREMENT_DEVIATION**2, _START_VELOCITY_DEVIATION**2])

    def _predict(self, step: float) -> None:
        move = np.array([[1.0, step], [0.0, 1.0]])
        push = np.array([step**2 / 2, step])
        self._state = move @ self._state
        self._covariance = move @ self._covariance @ move.T + np.outer(push, push) * _ACCELERATION_DEVIATION**2

    def _correct(self, measured: HeadAngles) -> None:
        """The difference to the prediction is taken around the circle: roll may pass from 180° to −180°."""
        gain = self._covariance[:, 0] / (self._covariance[0, 0] + _MEASUREMENT_DEVIATION**2)
        surprise = (np.array(measured) - self._state[0] + 180.0) % 360.0 - 180.0
        self._state = self._state + np.outer(gain, surprise)
        self._state[0] = (self._state[0] + 180.0) % 360.0 - 180.0
        self._covariance = self._covariance - np.outer(gain, self._covariance[0])
