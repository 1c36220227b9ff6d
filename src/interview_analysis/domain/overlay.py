"""What is drawn over a video, as it changes with time."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.episode import Episode
from interview_analysis.domain.face import FrameMetrics
from interview_analysis.domain.feedback import Language
from interview_analysis.domain.scoring import score_interview
from interview_analysis.domain.scoring.results import InterviewScores, ObservationKind
from interview_analysis.domain.skippable import Skippable
from interview_analysis.domain.timeline import FrameTimeline

HOLD_SECONDS: Final = 0.2
"""A measurement is drawn for so long at most; then nothing is, since nothing is known."""
_EXPRESSION_HOLD_SECONDS: Final = 0.5
"""Expressions are measured five times a second by default."""
_MOST_SCORES: Final = 120
_SCORE_SECONDS: Final = 1.0


class LandmarkTrack:
    """Mesh points of every analysed frame, at half precision: 1.9 KB each, 52 MB for half an hour at 15 a second."""

    def __init__(self) -> None:
        self._times = array("d")
        self._points: list[NDArray[np.float16] | None] = []

    def add(self, frame: FrameMetrics) -> None:
        """Times must rise."""
        self._times.append(frame.timestamp)
        self._points.append(None if frame.face is None else frame.face.landmarks[:, :2].astype(np.float16))

    def at(self, time: float) -> NDArray[np.float32] | None:
        """(478, 2) shares of width and height between the measurements around ``time``; ``None`` where there is none."""
        row = bisect_right(self._times, time) - 1
        if row < 0 or time - self._times[row] > HOLD_SECONDS or (before := self._points[row]) is None:
            return None
        here = before.astype(np.float32)
        after = self._points[row + 1] if row + 1 < len(self._points) else None
        if after is None or self._times[row + 1] - self._times[row] > HOLD_SECONDS:
            return here
        share = (time - self._times[row]) / (self._times[row + 1] - self._times[row])
        return np.asarray(here + share * (after.astype(np.float32) - here), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class OverlayScene:
    """All that is known of a video when it is drawn. ``running``: overall score of the video up to each time."""

    landmarks: LandmarkTrack
    timeline: FrameTimeline
    scores: InterviewScores
    running: tuple[tuple[float, float | None], ...]
    language: Language

    def score_at(self, time: float) -> float | None:
        """``None`` = cannot be told yet."""
        row = bisect_right(self.running, time, key=lambda entry: entry[0]) - 1
        return None if row < 0 else self.running[row][1]

    def head_at(self, time: float) -> NDArray[np.float32] | None:
        """(3,) pitch, yaw, roll in degrees."""
        return self._held(self.timeline.head, time, HOLD_SECONDS)

    def gaze_at(self, time: float) -> NDArray[np.float32] | None:
        """(2,) pitch, yaw in degrees relative to the camera axis."""
        return self._held(self.timeline.gaze, time, HOLD_SECONDS)

    def emotions_at(self, time: float) -> NDArray[np.float32] | None:
        """(7,) in the order of ``EMOTIONS``."""
        return self._held(self.timeline.emotions, time, _EXPRESSION_HOLD_SECONDS)

    def is_blink(self, time: float) -> bool:
        return _covers(self.scores.eye.blinks, time)

    def is_off_target(self, time: float) -> bool:
        away = (seen for seen in self.scores.observations if seen.kind is ObservationKind.LOOKED_AWAY)
        return _covers((Episode(seen.start, seen.end) for seen in away), time)

    def _held(self, column: NDArray[np.float32], time: float, seconds: float) -> NDArray[np.float32] | None:
        """The last row of ``column`` (N, k) that was measured at most ``seconds`` ago."""
        times = self.timeline.timestamps
        first, last = np.searchsorted(times, time - seconds), np.searchsorted(times, time, side="right")
        measured = np.flatnonzero(np.isfinite(column[first:last]).all(axis=1))
        return column[first + measured[-1]] if len(measured) else None


def running_scores(
    timeline: FrameTimeline, skip: frozenset[Skippable], gaze_model: str | None
) -> tuple[tuple[float, float | None], ...]:
    """Overall score of the part of the video before each of at most ``_MOST_SCORES`` times, by the same formulas."""
    step = max(_SCORE_SECONDS, timeline.duration / _MOST_SCORES)
    found = []
    for end in np.arange(step, timeline.duration, step):
        rows = int(np.searchsorted(timeline.timestamps, end))
        part = timeline.slice(0, rows)
        seen = FrameTimeline.from_columns(part.columns(), float(end))
        found.append((float(end), score_interview(seen, None, skip, gaze_model).overall.value))
    return tuple(found)


def _covers(spans: Iterable[Episode], time: float) -> bool:
    return any(span.start <= time <= span.end for span in spans)
