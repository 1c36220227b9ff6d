"""Eye, 100 points (``attention_score``): on target 40, stability 25, looking away 15, blink 20."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.episode import Episode
from interview_analysis.domain.pose import Direction, GazeAngles
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.blinks import find_blinks
from interview_analysis.domain.scoring.curves import ramp, smooth_ramp, weighted_mean
from interview_analysis.domain.scoring.evidence import Evidence, gather, lacking, measured, missing, total, video_seconds
from interview_analysis.domain.scoring.gaze_target import (
    bcea,
    direction_of,
    dwell,
    find_target,
    membership,
    round_area,
    stability_of,
)
from interview_analysis.domain.scoring.results import EyeSummary, Reason, Score, ScorePart
from interview_analysis.domain.scoring.runs import Run, find_runs, mean_rate, running_mean
from interview_analysis.domain.timeline import FrameTimeline

_PARTS = (
    ("on_target", w.ON_TARGET_POINTS, "share_of_time"),
    ("stability", w.STABILITY_POINTS, "square_degrees"),
    ("looking_away", w.AWAY_POINTS, "per_minute"),
    ("blink", w.BLINK_POINTS, "per_minute"),
)

_DEEP = 0.5


class AwayEpisode(NamedTuple):
    span: Episode
    direction: Direction


class EyeFindings(NamedTuple):
    """The summary, and the looking-away episodes that become observations."""

    summary: EyeSummary
    looked_away: tuple[AwayEpisode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gaze:
    """Gaze relative to its target; ``area`` (BCEA) and ``scatter`` in square degrees, rates per minute of valid time."""

    target: GazeAngles
    on_target: float
    area: float
    scatter: float
    stability: float
    directions: dict[Direction, float]
    away_rate: float
    weighted_away_rate: float
    episodes: tuple[AwayEpisode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Blinks:
    """``rate`` per minute is ``None`` for ``reason``; ``count`` too where blinks cannot be seen at all."""

    episodes: tuple[Episode, ...] = ()
    count: int | None = None
    rate: float | None = None
    reason: Reason | None = None


def score_eye(timeline: FrameTimeline, skipped: bool, cone: float) -> EyeFindings:
    """Score and summary; ``cone`` is the half-angle of the target cone in degrees. Blinks are told where gaze is not."""
    evidence = gather(timeline, measured(timeline.gaze))
    blinks = _measure_blinks(timeline)
    reason = Reason.SKIPPED if skipped else lacking(timeline, evidence, w.MIN_GAZE_SECONDS, Reason.TOO_LITTLE_GAZE)
    if reason is not None:
        return EyeFindings(_without_gaze(missing(reason, w.EYE_POINTS, _PARTS, evidence.coverage), blinks), ())
    gaze = _measure_gaze(timeline, evidence, cone)
    summary = EyeSummary(
        score=total(_parts(gaze, blinks), evidence.coverage, w.HUNDRED_BANDS),
        on_target=gaze.on_target,
        stability=gaze.stability,
        bcea=gaze.area,
        target=gaze.target,
        cone=cone,
        directions=gaze.directions,
        looked_away_per_minute=gaze.away_rate,
        blink_count=blinks.count,
        blink_rate=blinks.rate,
        blinks=blinks.episodes,
    )
    return EyeFindings(summary, gaze.episodes)


def _without_gaze(score: Score, blinks: _Blinks) -> EyeSummary:
    return EyeSummary(
        score=score,
        on_target=None,
        stability=None,
        bcea=None,
        target=None,
        cone=None,
        directions=None,
        looked_away_per_minute=None,
        blink_count=blinks.count,
        blink_rate=blinks.rate,
        blinks=blinks.episodes,
    )


def _measure_gaze(timeline: FrameTimeline, evidence: Evidence, cone: float) -> _Gaze:
    gaze = timeline.gaze[evidence.rows].astype(np.float64)
    target = find_target(gaze, evidence.seconds, cone)
    offsets = gaze - np.array(target)
    inside = membership(offsets, cone)
    excursions = _excursions(evidence, 1.0 - inside)
    episodes = tuple(
        AwayEpisode(run.span, direction_of(offsets[run.first : run.last + 1].mean(axis=0)))
        for run, depth in excursions
        if depth >= _DEEP and run.span.seconds >= w.AWAY_MIN_SECONDS
    )
    scatter = round_area(offsets, evidence.seconds, cone)
    return _Gaze(
        target=target,
        on_target=weighted_mean(inside, evidence.seconds),
        area=bcea(offsets, evidence.seconds, cone),
        scatter=scatter,
        stability=stability_of(scatter, cone),
        directions=dwell(offsets, inside, evidence.seconds),
        away_rate=len(episodes) / evidence.minutes,
        weighted_away_rate=sum(_weight(run, depth) for run, depth in excursions) / evidence.minutes,
        episodes=episodes,
    )


def _excursions(evidence: Evidence, outside: NDArray[np.float64]) -> list[tuple[Run, float]]:
    """Runs outside the cone, each with its depth: how far outside it went at most, 0–1.

    ``outside`` (M,) is averaged over half a second first, so that neither a wild frame nor a short return counts. A run
    lasts from and until the lower bound of ``AWAY_DEPTHS`` and is deep from the middle on: that is the hysteresis.
    """
    smooth = running_mean(evidence.times, outside, w.AWAY_SMOOTHING_SECONDS)
    runs = find_runs(evidence.times, smooth > w.AWAY_DEPTHS[0])
    peaks = (float(smooth[run.first : run.last + 1].max()) for run in runs)
    return [(run, ramp(peak, *w.AWAY_DEPTHS)) for run, peak in zip(runs, peaks, strict=True)]


def _weight(run: Run, depth: float) -> float:
    """What one excursion counts in the score: short and shallow ones in part, so that none counts all at once, and long ones
    more than once, so that one without end does not beat a few glances."""
    seconds = run.span.seconds
    return float(ramp(seconds, *w.AWAY_RAMP)) * depth * max(1.0, seconds / w.AWAY_LONG_SECONDS)


def _measure_blinks(timeline: FrameTimeline) -> _Blinks:
    evidence = gather(timeline, measured(timeline.eye_openness))
    if len(evidence.rows) == 0:
        absent = Reason.EYES_NOT_MEASURABLE if (timeline.face > 0).any() else Reason.NO_FACE
        return _Blinks(reason=absent)
    if len(timeline) > 1 and mean_rate(timeline.timestamps) < w.MIN_BLINK_RATE:
        return _Blinks(reason=Reason.LOW_FRAME_RATE)
    episodes = find_blinks(timeline)
    if video_seconds(timeline) < w.MIN_BLINK_SECONDS:
        return _Blinks(episodes=episodes, count=len(episodes), reason=Reason.TOO_SHORT)
    reason = lacking(timeline, evidence, w.MIN_BLINK_SECONDS, Reason.EYES_NOT_MEASURABLE)
    rate = len(episodes) / evidence.minutes if reason is None else None
    return _Blinks(episodes=episodes, count=len(episodes), rate=rate, reason=reason)


def _parts(gaze: _Gaze, blinks: _Blinks) -> tuple[ScorePart, ...]:
    blink_share = None if blinks.rate is None else blink_credit(blinks.rate)
    away_share = w.AWAY_HALF_RATE / (w.AWAY_HALF_RATE + gaze.weighted_away_rate)
    shares = (gaze.on_target, gaze.stability, away_share, blink_share)
    values = (gaze.on_target, gaze.scatter, gaze.weighted_away_rate, blinks.rate)
    reasons = (None, None, None, blinks.reason)
    return tuple(
        ScorePart(name=name, points=_points(share, points), maximum=points, measured=value, unit=unit, reason=reason)
        for (name, points, unit), share, value, reason in zip(_PARTS, shares, values, reasons, strict=True)
    )


def _points(share: float | None, maximum: float) -> float | None:
    return None if share is None else float(share) * maximum


def blink_credit(rate: float) -> float:
    """0–1 for blinks per minute: 1 in the conversational range, falling smoothly to 0 at 0 and at ``BLINK_ZERO_RATE``."""
    low, high = w.BLINK_FULL_RATES
    return float(smooth_ramp(rate, 0.0, low) * (1.0 - smooth_ramp(rate, high, w.BLINK_ZERO_RATE)))
