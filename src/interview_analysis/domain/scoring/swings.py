"""Movement above the noise: play (backlash) and there-and-back swings of an angle."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.scoring.weights import SWING_PAIR_SECONDS

FloatArray = NDArray[np.float64]

_QUARTER = 0.25


def without_play(values: FloatArray, half_width: float) -> FloatArray:
    """``values`` (P,) as a slot of ± ``half_width`` dragged along by them would move: what stays within it does not count.

    Continuous in its input, unlike dropping small steps, and independent of the sampling rate.
    """
    dragged = np.empty(len(values))
    position = float(values[0])
    for i, value in enumerate(values.tolist()):
        position = min(max(position, value - half_width), value + half_width)
        dragged[i] = position
    return dragged


def count_oscillations(times: FloatArray, values: FloatArray, amplitude: float) -> int:
    """Swings there and back of at least ``amplitude`` each, the pair done within ``SWING_PAIR_SECONDS``: one nod, one pair."""
    turns = turning_points(values, amplitude)
    swings = [_middle(times, values, start, end) for start, end in pairwise(turns)]
    pairs, i = 0, 0
    while i + 1 < len(swings):
        quick = swings[i + 1][1] - swings[i][0] <= SWING_PAIR_SECONDS
        pairs, i = (pairs + 1, i + 2) if quick else (pairs, i + 1)
    return pairs


def _middle(times: FloatArray, values: FloatArray, start: int, end: int) -> tuple[float, float]:
    """When the swing from ``start`` to ``end`` passes its first and last quarter: a rest at an extreme is no part of it."""
    progress = (values[start : end + 1] - values[start]) / (values[end] - values[start])
    left = int(np.flatnonzero(progress <= _QUARTER)[-1])
    reached = int(np.flatnonzero(progress >= 1 - _QUARTER)[0])
    return float(times[start + min(left, reached)]), float(times[start + reached])


def turning_points(values: FloatArray, amplitude: float) -> list[int]:
    """Indices of alternating extremes between which ``values`` (P,) change by at least ``amplitude`` (zigzag)."""
    turns: list[int] = []
    low = high = 0
    rising: bool | None = None
    for i, value in enumerate(values.tolist()):
        if rising is not False and value > values[high]:
            high = i
        if rising is not True and value < values[low]:
            low = i
        if rising is not False and values[high] - value >= amplitude:
            turns.append(high)
            rising, low = False, i
        elif rising is not True and value - values[low] >= amplitude:
            turns.append(low)
            rising, high = True, i
    if rising is not None:
        turns.append(high if rising else low)
    return turns
