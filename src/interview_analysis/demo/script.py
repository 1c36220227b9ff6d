"""What a synthetic interviewee does, and when: the truth that measurements of the clip are held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interview_analysis.domain.episode import Episode
from interview_analysis.domain.pose import GazeAngles, HeadAngles

BLINK_SECONDS = 0.3
"""From the first movement of the lids to the last; spontaneous blinks take 0.1–0.4 s (Stern, Walrath & Goldstein 1984)."""
_CLOSED_SHARE = 0.4
"""Share of a blink during which the lids are wholly closed."""


@dataclass(frozen=True, slots=True)
class HeadKey:
    """Head angles at one moment, relative to the portrait's own pose."""

    time: float
    angles: HeadAngles


@dataclass(frozen=True, slots=True)
class GazeKey:
    """Eye rotation in the head at one moment, relative to the portrait's own gaze."""

    time: float
    angles: GazeAngles


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Seconds and degrees. Between keys angles go linearly; before the first and after the last they stay.

    blinks   middle of each blink
    absent   nobody is in the picture
    """

    duration: float
    head: tuple[HeadKey, ...] = ()
    gaze: tuple[GazeKey, ...] = ()
    blinks: tuple[float, ...] = ()
    absent: tuple[Episode, ...] = ()

    def head_at(self, time: float) -> HeadAngles:
        return HeadAngles(*_interpolate(time, [(key.time, key.angles) for key in self.head], 3))

    def gaze_at(self, time: float) -> GazeAngles:
        return GazeAngles(*_interpolate(time, [(key.time, key.angles) for key in self.gaze], 2))

    def closure_at(self, time: float) -> float:
        """How far the lids are closed, 0–1: down, held, up."""
        if not self.blinks:
            return 0.0
        distance = min(abs(time - blink) for blink in self.blinks) / (BLINK_SECONDS / 2)
        return float(np.clip((1 - distance) / (1 - _CLOSED_SHARE), 0, 1))

    def is_absent(self, time: float) -> bool:
        return any(episode.start <= time < episode.end for episode in self.absent)


def _interpolate(time: float, keys: list[tuple[float, tuple[float, ...]]], count: int) -> list[float]:
    if not keys:
        return [0.0] * count
    times = [moment for moment, _ in keys]
    return [float(np.interp(time, times, [values[i] for _, values in keys])) for i in range(count)]
