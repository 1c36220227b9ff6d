"""A constant-velocity Kalman filter for the three head angles, timed by the frames' own timestamps.

A head is still most of the time and then nods or turns. One process noise for both either lets the jitter of a still head pass
or lags behind a nod, so the noise rises with the surprise (adjustable-level process noise; Bar-Shalom, Li & Kirubarajan,
Estimation with Applications to Tracking and Navigation, 2001, §11.2).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.pose import HeadAngles

MAX_GAP = 0.5
"""Seconds without a measurement after which the filter starts anew."""
_MEASUREMENT_DEVIATION = 0.5
"""Degrees: jitter of the fit from frame to frame, 0.1 on a sharp webcam picture, 0.5 on a small face."""
_STILL_ACCELERATION = 30.0
"""Degrees per second squared (one standard deviation) while measurements come as predicted. Of the jitter of people who sit
still this leaves less than half."""
_LARGEST_ACCELERATION = 1500.0
"""… and the most it rises to: a nod of ±4° at 3 Hz reaches 1,400."""
_EXPECTED_SURPRISE = 1.5
"""Standard deviations by which a measurement may differ from its prediction before the head is taken to be moving."""
_START_VELOCITY_DEVIATION = 60.0
"""Degrees per second: how fast a head may already turn when it is first seen."""


class AngleFilter:
    """Some angles of one face; they share times and noise, so they share one covariance."""

    def __init__(self, deviation: float) -> None:
        """``deviation`` of a measurement, degrees."""
        self._deviation = deviation
        self._time: float | None = None
        self._state: NDArray[np.float64] = np.zeros((2, 0))
        self._covariance: NDArray[np.float64] = np.zeros((2, 2))

    def update(self, timestamp: float, measured: Sequence[float]) -> NDArray[np.float64]:
        """The filtered angles (N,) at ``timestamp`` (seconds, rising); the first one, or the first after a gap, as measured."""
        if self._time is None or timestamp - self._time > MAX_GAP:
            self._start(measured)
        else:
            self._correct(self._predict(timestamp - self._time, measured))
        self._time = timestamp
        return np.asarray(self._state[0], np.float64)

    def _start(self, measured: Sequence[float]) -> None:
        self._state = np.array([measured, np.zeros(len(measured))])
        self._covariance = np.diag([self._deviation**2, _START_VELOCITY_DEVIATION**2])

    def _predict(self, step: float, measured: Sequence[float]) -> NDArray[np.float64]:
        """Move the state on by ``step`` seconds and return what the measurement has more than it, (N,) degrees.

        The difference is taken around the circle: roll may pass from 180° to −180°.
        """
        move = np.array([[1.0, step], [0.0, 1.0]])
        push = np.outer([step**2 / 2, step], [step**2 / 2, step])
        self._state = move @ self._state
        self._covariance = move @ self._covariance @ move.T
        surprise: NDArray[np.float64] = (np.array(measured) - self._state[0] + 180.0) % 360.0 - 180.0
        wanted = (np.abs(surprise).max() / _EXPECTED_SURPRISE) ** 2 - self._deviation**2 - self._covariance[0, 0]
        self._covariance += push * np.clip(wanted / push[0, 0], _STILL_ACCELERATION**2, _LARGEST_ACCELERATION**2)
        return surprise

    def _correct(self, surprise: NDArray[np.float64]) -> None:
        gain = self._covariance[:, 0] / (self._covariance[0, 0] + self._deviation**2)
        self._state = self._state + np.outer(gain, surprise)
        self._state[0] = (self._state[0] + 180.0) % 360.0 - 180.0
        self._covariance = self._covariance - np.outer(gain, self._covariance[0])


class HeadPoseFilter:
    """One filter a face, for the three head angles."""

    def __init__(self) -> None:
        self._filter = AngleFilter(_MEASUREMENT_DEVIATION)

    def update(self, timestamp: float, measured: HeadAngles) -> HeadAngles:
        """See ``AngleFilter``."""
        return HeadAngles(*self._filter.update(timestamp, measured).tolist())
