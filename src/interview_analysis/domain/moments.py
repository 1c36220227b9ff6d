"""The strongest and the weakest moments: stretches of five seconds, judged by the quantities that the overall score is made of.

A stretch is worth what its own expression would score (60 points), plus its time on the session's target (40 points: the share
of the eye score in the overall one). Where one of the two cannot be told in this video, the other alone counts, out of 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.emotion import Emotion
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.curves import weighted_mean
from interview_analysis.domain.scoring.evidence import Evidence, gather, measured
from interview_analysis.domain.scoring.expression import expression_parts, smile_visible
from interview_analysis.domain.scoring.gaze_target import membership
from interview_analysis.domain.scoring.results import InterviewScores
from interview_analysis.domain.timeline import FrameTimeline

MOMENT_SECONDS: Final = 5.0
"""Long enough for a smile or a glance away and back, short enough to be found again in the video."""
MOST_MOMENTS: Final = 3
MIN_MEASURED: Final = 0.5
"""Share of the stretch on which each quantity must have been measured."""
_STEP_SECONDS: Final = 1.0
_SAME: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """``value`` 0–100; shares 0–1 of the stretch: ``smile`` visible, ``negative`` expressions, gaze ``on_target``; ``None`` =
    cannot be told in this video."""

    span: Episode
    value: float
    smile: float | None
    negative: float | None
    on_target: float | None


@dataclass(frozen=True, slots=True)
class Moments:
    """At most ``MOST_MOMENTS`` each, best and worst first; none overlaps another. Empty where the video is too short, or where
    nothing differs."""

    strongest: tuple[Moment, ...]
    weakest: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class _Series:
    """Values (M, k) of the rows of ``evidence``."""

    evidence: Evidence
    values: NDArray[np.float64]

    def mean(self, span: Episode) -> NDArray[np.float64] | None:
        """(k,) over ``span``, weighted by time; ``None`` where too little of it was measured."""
        first, last = np.searchsorted(self.evidence.times, (span.start, span.end))
        seconds = self.evidence.seconds[first:last]
        if seconds.sum() < MIN_MEASURED * span.seconds:
            return None
        columns = self.values[first:last].T
        return np.array([weighted_mean(column, seconds) for column in columns])


def find_moments(timeline: FrameTimeline, scores: InterviewScores) -> Moments:
    """Of the same video. Strong moments lie above the median stretch, weak ones below."""
    found = list(_stretches(timeline, scores))
    if not found:
        return Moments((), ())
    median = float(np.median([moment.value for moment in found]))
    ranked = sorted(found, key=_rank)
    strongest = _apart((moment for moment in ranked if moment.value > median + _SAME), ())
    weakest = _apart((moment for moment in reversed(ranked) if moment.value < median - _SAME), strongest)
    return Moments(strongest, weakest)


def _rank(moment: Moment) -> tuple[float, float, float]:
    """Best first; of equal ones that with the longer smile, then the earlier."""
    return -round(moment.value, 6), -(moment.smile or 0.0), moment.span.start


def _stretches(timeline: FrameTimeline, scores: InterviewScores) -> Iterator[Moment]:
    expression = None if scores.expression.score.value is None else _expressions(timeline)
    gaze = _gaze(timeline, scores)
    if expression is None and gaze is None:
        return
    for start in np.arange(0.0, timeline.duration - MOMENT_SECONDS + _SAME, _STEP_SECONDS):
        span = Episode(float(start), float(start) + MOMENT_SECONDS)
        shown = None if expression is None else expression.mean(span)
        looked = None if gaze is None else gaze.mean(span)
        if (shown is None) == (expression is None) and (looked is None) == (gaze is None):
            yield _judge(span, shown, looked)


def _judge(span: Episode, shown: NDArray[np.float64] | None, looked: NDArray[np.float64] | None) -> Moment:
    points, reachable = 0.0, 0.0
    smile = negative = on_target = None
    if shown is not None:
        smile = float(shown[-1])
        parts = expression_parts(dict(zip(Emotion, shown.tolist(), strict=False)), smile)
        points, reachable = sum(part.points or 0.0 for part in parts), w.EXPRESSION_POINTS
        negative = max(0.0, 1.0 - (parts[1].measured or 0.0))
    if looked is not None:
        on_target = float(looked[0])
        points += w.EYE_IN_OVERALL * w.EYE_POINTS * on_target
        reachable += w.EYE_IN_OVERALL * w.EYE_POINTS
    return Moment(span=span, value=100.0 * points / reachable, smile=smile, negative=negative, on_target=on_target)


def _expressions(timeline: FrameTimeline) -> _Series:
    """Class probabilities, and behind them how far a smile is visible."""
    evidence = gather(timeline, measured(timeline.emotions))
    probabilities = timeline.emotions[evidence.rows].astype(np.float64)
    happy = probabilities[:, list(Emotion).index(Emotion.HAPPY)]
    return _Series(evidence, np.column_stack([probabilities, smile_visible(happy)]))


def _gaze(timeline: FrameTimeline, scores: InterviewScores) -> _Series | None:
    target, cone = scores.eye.target, scores.eye.cone
    if target is None or cone is None:
        return None
    evidence = gather(timeline, measured(timeline.gaze))
    offsets = timeline.gaze[evidence.rows].astype(np.float64) - np.array(target)
    return _Series(evidence, membership(offsets, cone)[:, None])


def _apart(ranked: Iterable[Moment], taken: Sequence[Moment]) -> tuple[Moment, ...]:
    chosen: list[Moment] = []
    for moment in ranked:
        if len(chosen) == MOST_MOMENTS:
            break
        if all(moment.span.start >= other.span.end or moment.span.end <= other.span.start for other in (*chosen, *taken)):
            chosen.append(moment)
    return tuple(chosen)
