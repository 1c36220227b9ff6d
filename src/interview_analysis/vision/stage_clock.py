"""When a stage runs that is slower than the frames: on the first frame of each cell of a time grid."""

from __future__ import annotations

import math

_PHASE = 0.1
"""Shift of the grid in cells: times that a container rounds to milliseconds stay clear of the cells' borders."""


class StageClock:
    """Decides by the frames' own timestamps only, so the same video gives the same choice everywhere."""

    def __init__(self, rate: float) -> None:
        """``rate`` per second."""
        self._rate = rate
        self._cell: int | None = None

    def is_due(self, timestamp: float) -> bool:
        """Whether this is the first frame of its cell; ask once a frame, in order."""
        cell = math.floor(timestamp * self._rate + _PHASE)
        due = cell != self._cell
        self._cell = cell
        return due
