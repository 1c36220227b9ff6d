"""The few curves that scores are made of: continuous, so that no score has a cliff."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value", float, NDArray[np.float64])


def ramp(value: Value, start: float, end: float) -> Value:
    """0 up to ``start``, 1 from ``end``, linear between."""
    share: Value = np.clip((value - start) / (end - start), 0.0, 1.0)
    return share


def smooth_ramp(value: Value, start: float, end: float) -> Value:
    """As ``ramp`` with level ends (3x² − 2x³)."""
    share = ramp(value, start, end)
    return share * share * (3.0 - 2.0 * share)


def weighted_mean(values: NDArray[np.float64], seconds: NDArray[np.float64]) -> float:
    """Time-weighted mean of ``values`` (N,), ``seconds`` (N,) with a positive sum.

    Written without a matrix product: the sum's order must not depend on a library's threads.
    """
    return float((values * seconds).sum() / seconds.sum())
