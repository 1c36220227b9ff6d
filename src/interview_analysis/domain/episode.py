"""A stretch of time in a video."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Episode:
    """From ``start`` to ``end``, seconds from the start of the video."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start
