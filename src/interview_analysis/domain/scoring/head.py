"""Head: mean, spread, range, movement, nods and shakes. Reported beside the score, not mixed in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.pose import HeadAngles
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.evidence import Evidence, gather, measured, video_seconds
from interview_analysis.domain.scoring.results import HeadSummary, Reason
from interview_analysis.domain.scoring.runs import find_runs, mean_rate
from interview_analysis.domain.scoring.swings import count_oscillations, without_play
from interview_analysis.domain.timeline import FrameTimeline

FloatArray = NDArray[np.float64]


def summarise_head(timeline: FrameTimeline) -> HeadSummary:
    """Statistics over the valid angles; range, lowest and highest are plain extremes."""
    evidence = gather(timeline, measured(timeline.head))
    reason = _lacking(timeline, evidence)
    if reason is not None:
        return _absent(evidence.coverage, reason)
    angles = timeline.head[evidence.rows].astype(np.float64)
    share = (evidence.seconds / evidence.seconds.sum())[:, None]
    mean = (angles * share).sum(axis=0)
    spread = np.sqrt((((angles - mean) ** 2) * share).sum(axis=0))
    lowest, highest = angles.min(axis=0), angles.max(axis=0)
    pieces = _unbroken(evidence.times)
    swings_visible = mean_rate(evidence.times) >= w.MIN_OSCILLATION_RATE
    return HeadSummary(
        coverage=evidence.coverage,
        mean=_angles(mean),
        spread=_angles(spread),
        range=_angles(highest - lowest),
        lowest=_angles(lowest),
        highest=_angles(highest),
        movement=sum(_path(angles[piece, :2]) for piece in pieces) / evidence.minutes,
        nods=_oscillations(evidence, angles[:, 0], pieces, w.NOD_DEGREES) if swings_visible else None,
        shakes=_oscillations(evidence, angles[:, 1], pieces, w.SHAKE_DEGREES) if swings_visible else None,
    )


def _lacking(timeline: FrameTimeline, evidence: Evidence) -> Reason | None:
    if not (timeline.face > 0).any():
        return Reason.NO_FACE
    if video_seconds(timeline) < w.MIN_HEAD_SECONDS:
        return Reason.TOO_SHORT
    return Reason.TOO_LITTLE_FACE if evidence.seconds.sum() < w.MIN_HEAD_SECONDS else None


def _absent(coverage: float, reason: Reason) -> HeadSummary:
    return HeadSummary(
        coverage=coverage,
        mean=None,
        spread=None,
        range=None,
        lowest=None,
        highest=None,
        movement=None,
        nods=None,
        shakes=None,
        reason=reason,
    )


def _angles(values: FloatArray) -> HeadAngles:
    return HeadAngles(*(float(value) for value in values))


def _unbroken(times: FloatArray) -> list[slice]:
    """Pieces of the series without a gap inside."""
    return [slice(run.first, run.last + 1) for run in find_runs(times, np.ones(len(times), dtype=np.bool_))]


def _path(angles: FloatArray) -> float:
    """Degrees travelled by pitch and yaw (P, 2), tremor below ``HEAD_NOISE_DEGREES`` left out."""
    moved = np.diff(np.stack([without_play(angles[:, axis], w.HEAD_NOISE_DEGREES) for axis in (0, 1)], axis=1), axis=0)
    return float(np.hypot(moved[:, 0], moved[:, 1]).sum())


def _oscillations(evidence: Evidence, angle: FloatArray, pieces: list[slice], amplitude: float) -> int:
    return sum(count_oscillations(evidence.times[piece], angle[piece], amplitude) for piece in pieces)
