"""Expression, 60 points: composure, absence of negative expressions, warmth. All neutral gives 40."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.emotion import EMOTIONS, Emotion
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.curves import ramp, weighted_mean
from interview_analysis.domain.scoring.evidence import Evidence, gather, lacking, measured, missing, total, within
from interview_analysis.domain.scoring.results import ExpressionSummary, Reason, ScorePart
from interview_analysis.domain.scoring.runs import at_least, find_runs, hysteresis
from interview_analysis.domain.timeline import FrameTimeline

_NEGATIVE = (Emotion.ANGRY, Emotion.DISGUST, Emotion.FEAR, Emotion.SAD)
_PARTS = (
    ("composure", w.COMPOSURE_POINTS, "share"),
    ("absence_of_negative", w.CALM_POINTS, "share"),
    ("warmth", w.WARMTH_POINTS, "share_of_time"),
)
_STEADINESS_WINDOW = 1.0
"""Seconds: the class distribution is averaged over windows this long, so that steadiness does not depend on the rate."""


def score_expression(timeline: FrameTimeline, skipped: bool) -> ExpressionSummary:
    """Score and summary of the class probabilities; ``None`` with a reason where the footage is too little."""
    evidence = gather(timeline, measured(timeline.emotions))
    reason = Reason.SKIPPED if skipped else _lacking(timeline, evidence)
    if reason is not None:
        score = missing(reason, w.EXPRESSION_POINTS, _PARTS, evidence.coverage)
        return ExpressionSummary(score=score, emotions=None, dominant=None, smile_share=None, steadiness=None)
    probabilities = timeline.emotions[evidence.rows].astype(np.float64)
    means = {emotion: weighted_mean(probabilities[:, i], evidence.seconds) for i, emotion in enumerate(EMOTIONS)}
    happy = probabilities[:, EMOTIONS.index(Emotion.HAPPY)]
    smiling = weighted_mean(smile_visible(happy), evidence.seconds)
    return ExpressionSummary(
        score=total(expression_parts(means, smiling), evidence.coverage, w.EXPRESSION_BANDS),
        emotions=_normalised(means),
        dominant=max(EMOTIONS, key=lambda emotion: means[emotion]),
        smile_share=smiling,
        steadiness=_steadiness(probabilities, evidence),
        smiles=within(timeline, _smiles(happy, evidence)),
    )


def smile_visible(happy: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far P(happy) (N,) counts as a visible smile, (N,) 0–1."""
    return ramp(happy, *w.SMILE_RAMP)


def _lacking(timeline: FrameTimeline, evidence: Evidence) -> Reason | None:
    absent = Reason.TOO_LITTLE_FACE if len(evidence.rows) else Reason.MODEL_MISSING
    return lacking(timeline, evidence, w.MIN_EXPRESSION_SECONDS, absent)


def expression_parts(means: dict[Emotion, float], smiling: float) -> tuple[ScorePart, ...]:
    """From mean probabilities and the share 0–1 of time that a smile is visible."""
    composure = means[Emotion.HAPPY] + means[Emotion.NEUTRAL] + w.SURPRISE_COMPOSURE * means[Emotion.SURPRISE]
    calm = 1.0 - sum(means[emotion] for emotion in _NEGATIVE)
    shares = (min(composure, 1.0), max(calm, 0.0), ramp(smiling, 0.0, w.WARMTH_FULL_SHARE))
    values = (composure, calm, smiling)
    return tuple(
        ScorePart(name=name, points=float(points * share), maximum=points, measured=value, unit=unit)
        for (name, points, unit), share, value in zip(_PARTS, shares, values, strict=True)
    )


def _normalised(means: dict[Emotion, float]) -> dict[Emotion, float]:
    whole = sum(means.values())
    return {emotion: mean / whole for emotion, mean in means.items()}


def _smiles(happy: NDArray[np.float64], evidence: Evidence) -> tuple[Episode, ...]:
    smiling = hysteresis(happy, w.SMILE_ENTER, w.SMILE_LEAVE)
    return at_least(find_runs(evidence.times, smiling), w.SMILE_MIN_SECONDS)


def _steadiness(probabilities: NDArray[np.float64], evidence: Evidence) -> float | None:
    """One minus the mean total variation between neighbouring seconds; ``None`` without two of them."""
    window = np.floor(evidence.times / _STEADINESS_WINDOW).astype(np.intp)
    numbers, member = np.unique(window, return_inverse=True)
    sums = np.zeros((len(numbers), probabilities.shape[1]))
    np.add.at(sums, member, probabilities)
    means = sums / np.bincount(member)[:, None]
    neighbours = np.diff(numbers) == 1
    if not neighbours.any():
        return None
    variation = np.abs(np.diff(means, axis=0)).sum(axis=1) / 2
    return float(1.0 - variation[neighbours].mean())
