"""Whether the footage can support a score, and how parts become one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.episode import Episode
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.results import Grade, Reason, Score, ScorePart
from interview_analysis.domain.timeline import FrameTimeline


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The rows on which a quantity was measured.

    rows      indices (M,) of the valid rows;  seconds  (M,) time that each stands for;  times  (M,) their timestamps
    coverage  share 0–1 of the video's duration
    """

    rows: NDArray[np.intp]
    times: NDArray[np.float64]
    seconds: NDArray[np.float64]
    coverage: float

    @property
    def minutes(self) -> float:
        return float(self.seconds.sum()) / 60.0


def measured(column: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Rows (N,) of a column (N,) or (N, k) that are measured in full."""
    present = np.isfinite(column)
    return present if present.ndim == 1 else np.logical_and.reduce(present, axis=1)


def gather(timeline: FrameTimeline, valid: NDArray[np.bool_]) -> Evidence:
    """Evidence of the rows where ``valid`` (N,) holds."""
    rows = np.flatnonzero(valid)
    seconds = timeline.weights(valid)[rows]
    covered = float(seconds.sum())
    length = video_seconds(timeline)
    return Evidence(rows, timeline.timestamps[rows], seconds, min(1.0, covered / length) if length > 0 else 0.0)


def video_seconds(timeline: FrameTimeline) -> float:
    """The duration, or the analysed time where that is longer (a last frame of unknown length)."""
    return max(timeline.duration, float(timeline.weights().sum()))


def within(timeline: FrameTimeline, spans: Iterable[Episode]) -> tuple[Episode, ...]:
    """``spans`` ended at the end of the video: a slow stage's last sample may stand for time beyond it."""
    end = max(timeline.duration, float(timeline.timestamps[-1])) if len(timeline) else timeline.duration
    return tuple(Episode(span.start, min(span.end, end)) for span in spans)


def lacking(timeline: FrameTimeline, evidence: Evidence, minimum: float, absent: Reason) -> Reason | None:
    """Why ``evidence`` is too little for a score, ``None`` where it is enough.

    Enough is ``minimum`` seconds and ``MIN_SHARE`` of the duration. ``absent`` names the lack where the face itself was there.
    """
    face = gather(timeline, timeline.face > 0)
    if len(face.rows) == 0:
        return Reason.NO_FACE
    if video_seconds(timeline) < minimum:
        return Reason.TOO_SHORT
    if not _enough(face, minimum):
        return Reason.TOO_LITTLE_FACE
    return None if _enough(evidence, minimum) else absent


def _enough(evidence: Evidence, minimum: float) -> bool:
    return bool(evidence.seconds.sum() >= minimum) and evidence.coverage >= w.MIN_SHARE


def total(parts: Sequence[ScorePart], coverage: float, bands: tuple[float, float, float]) -> Score:
    """The sum of ``parts``, with the grade of ``bands``.

    Missing parts worth up to ``MAX_RENORMALISED_POINTS`` together are left out and the rest is stretched to the full scale;
    the part keeps its reason. With more missing the score is ``None`` (``PART_MISSING``).
    """
    maximum = sum(part.maximum for part in parts)
    present = [part for part in parts if part.points is not None]
    reachable = sum(part.maximum for part in present)
    if not present or maximum - reachable > w.MAX_RENORMALISED_POINTS:
        return Score(value=None, maximum=maximum, coverage=coverage, parts=tuple(parts), reason=Reason.PART_MISSING)
    value = sum(part.points or 0.0 for part in present) * maximum / reachable
    return Score(value=value, maximum=maximum, coverage=coverage, parts=tuple(parts), grade=grade(value, bands))


def grade(value: float, bands: tuple[float, float, float]) -> Grade:
    """The band of ``value``; ``bands`` are the lower bounds of excellent, good and fair."""
    for bound, name in zip(bands, (Grade.EXCELLENT, Grade.GOOD, Grade.FAIR), strict=True):
        if value >= bound:
            return name
    return Grade.POOR


def missing(reason: Reason, maximum: float, parts: Sequence[tuple[str, float, str]], coverage: float = 0.0) -> Score:
    """A score that cannot be told: every part (name, maximum, unit) absent for the same ``reason``."""
    return Score(
        value=None,
        maximum=maximum,
        coverage=coverage,
        reason=reason,
        parts=tuple(
            ScorePart(name=name, points=None, maximum=points, measured=None, unit=unit, reason=reason)
            for name, points, unit in parts
        ),
    )
