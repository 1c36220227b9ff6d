"""The five category scores, 0–100 each, that feedback names; ``None`` where the footage cannot tell."""

from __future__ import annotations

import math
from enum import StrEnum

from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.curves import smooth_ramp
from interview_analysis.domain.scoring.results import HeadSummary, InterviewScores, Score, ScorePart


class Category(StrEnum):
    EXPRESSION = "expression"
    GAZE = "gaze"
    BLINK = "blink"
    VOICE = "voice"
    POSTURE = "posture"


def category_scores(scores: InterviewScores) -> dict[str, float | None]:
    """Expression and voice are their scores, gaze and blink their parts of the eye score, posture is ``posture_score``."""
    eye = scores.eye.score.parts
    return {
        Category.EXPRESSION.value: _percent(scores.expression.score),
        Category.GAZE.value: _share(tuple(part for part in eye if part.name != "blink")),
        Category.BLINK.value: _share(tuple(part for part in eye if part.name == "blink")),
        Category.VOICE.value: _percent(scores.voice.score),
        Category.POSTURE.value: posture_score(scores.head),
    }


def posture_score(head: HeadSummary) -> float | None:
    """100 where the head's spread over all three axes stays within the first angle of ``POSTURE_RAMP``, 0 from the second."""
    if head.spread is None:
        return None
    return float(100.0 * (1.0 - smooth_ramp(math.hypot(*head.spread), *w.POSTURE_RAMP)))


def _percent(score: Score) -> float | None:
    return None if score.value is None else 100.0 * score.value / score.maximum


def _share(parts: tuple[ScorePart, ...]) -> float | None:
    points = [part.points for part in parts if part.points is not None]
    if not points or len(points) < len(parts):
        return None
    return 100.0 * sum(points) / sum(part.maximum for part in parts)
