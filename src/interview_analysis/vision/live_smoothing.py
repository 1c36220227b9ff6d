"""Angles and probabilities of one live face over time, smoothed as the client wishes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from interview_analysis.domain.live import Smoothing
from interview_analysis.domain.pose import GazeAngles, GazeFix, HeadAngles
from interview_analysis.vision.head_pose.kalman import MAX_GAP, AngleFilter

_HEAD_DEVIATION = 0.5
_GAZE_DEVIATION = 2.0
"""Degrees, jitter of a measurement from frame to frame: a degree of each iris and the head's own."""
_ANGLE_SECONDS = 0.12
_PROBABILITY_SECONDS = 0.5
"""Time constants: half a nod at 3 Hz, and two or three runs of the expression network."""


class Ema:
    """Exponential moving average in time, so that the rate of the frames does not matter."""

    def __init__(self, seconds: float, max_gap: float = MAX_GAP) -> None:
        """Starts anew after ``max_gap`` seconds without a value."""
        self._seconds = seconds
        self._max_gap = max_gap
        self._time: float | None = None
        self._value: NDArray[np.float64] = np.zeros(0)

    def update(self, timestamp: float, value: ArrayLike) -> NDArray[np.float64]:
        """The average (N,) at ``timestamp`` (seconds, rising)."""
        new = np.asarray(value, np.float64)
        if self._time is None or timestamp - self._time > self._max_gap:
            self._value = new
        else:
            self._value = self._value + (1.0 - math.exp((self._time - timestamp) / self._seconds)) * (new - self._value)
        self._time = timestamp
        return self._value


class AngleSmoother(Protocol):
    def update(self, timestamp: float, measured: Sequence[float], /) -> NDArray[np.float64]:
        """Angles (N,) in degrees at ``timestamp`` (seconds, rising)."""


class FaceSmoother:
    """All smoothing of one face."""

    def __init__(self, smoothing: Smoothing, expression_gap: float) -> None:
        """``expression_gap``: seconds after which an old expression says nothing of a new one."""
        self._head = _angles(smoothing, _HEAD_DEVIATION)
        self._gaze = _angles(smoothing, _GAZE_DEVIATION)
        self._emotions = None if smoothing is Smoothing.NONE else Ema(_PROBABILITY_SECONDS, expression_gap)

    def head(self, timestamp: float, angles: HeadAngles) -> HeadAngles:
        return angles if self._head is None else HeadAngles(*self._head.update(timestamp, angles).tolist())

    def gaze(self, timestamp: float, fix: GazeFix) -> GazeFix:
        """The deviation stays that of the single measurement: smoothing takes jitter away, not what is wrong all the time."""
        if self._gaze is None:
            return fix
        return GazeFix(GazeAngles(*self._gaze.update(timestamp, fix.angles).tolist()), fix.deviation)

    def emotions(self, timestamp: float, probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
        """(7,); a mean of probabilities sums to 1 as they do."""
        if self._emotions is None:
            return probabilities.astype(np.float64)
        return self._emotions.update(timestamp, probabilities)


def _angles(smoothing: Smoothing, deviation: float) -> AngleSmoother | None:
    if smoothing is Smoothing.NONE:
        return None
    return Ema(_ANGLE_SECONDS) if smoothing is Smoothing.EMA else AngleFilter(deviation)
