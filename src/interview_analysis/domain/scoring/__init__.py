"""Published formulas: the same timeline gives the same scores, to the bit. Constants are in ``weights``.

Scores are monotone, have no cliffs, and depend neither on the length of the video nor on its sampling rate. What the footage
cannot support is ``None`` with a reason.
"""

from __future__ import annotations

import numpy as np

from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.evidence import gather, grade, video_seconds
from interview_analysis.domain.scoring.expression import score_expression
from interview_analysis.domain.scoring.eye import score_eye
from interview_analysis.domain.scoring.gaze_target import cone_of
from interview_analysis.domain.scoring.head import summarise_head
from interview_analysis.domain.scoring.observations import observe
from interview_analysis.domain.scoring.results import InterviewScores, Reason, Score, ScorePart
from interview_analysis.domain.scoring.voice import score_voice
from interview_analysis.domain.skippable import Skippable
from interview_analysis.domain.timeline import FrameTimeline
from interview_analysis.domain.voice import VoiceMetrics


def score_interview(
    timeline: FrameTimeline,
    voice: VoiceMetrics | None,
    skip: frozenset[Skippable] = frozenset(),
    gaze_model: str | None = None,
    spoken_language: str | None = None,
) -> InterviewScores:
    """All scores of one video. ``gaze_model`` is the manifest name of the gaze model: its error sets the target cone.
    ``spoken_language`` (ISO 639-1) is what the candidate speaks: it picks the bands of the pace."""
    expression = score_expression(timeline, Skippable.EXPRESSION in skip)
    eye = score_eye(timeline, Skippable.GAZE in skip, cone_of(gaze_model))
    heard = score_voice(voice, Skippable.VOICE in skip, spoken_language)
    return InterviewScores(
        formula_version=w.FORMULA_VERSION,
        face_coverage=gather(timeline, timeline.face > 0).coverage,
        analysed_seconds=gather(timeline, np.ones(len(timeline), dtype=np.bool_)).coverage * video_seconds(timeline),
        overall=_overall(expression.score, eye.summary.score),
        expression=expression,
        eye=eye.summary,
        head=summarise_head(timeline),
        voice=heard,
        observations=observe(timeline, heard.metrics, expression.smiles, eye.looked_away),
    )


def _overall(expression: Score, eye: Score) -> Score:
    """Expression (60) + 0.4 × eye (100); ``None`` unless both exist."""
    maximum = expression.maximum + w.EYE_IN_OVERALL * eye.maximum
    parts = (_share("expression", expression, 1.0), _share("eye", eye, w.EYE_IN_OVERALL))
    coverage = min(expression.coverage, eye.coverage)
    if expression.value is None or eye.value is None:
        reason = expression.reason if expression.reason == eye.reason else Reason.PART_MISSING
        return Score(value=None, maximum=maximum, coverage=coverage, parts=parts, reason=reason)
    value = expression.value + w.EYE_IN_OVERALL * eye.value
    return Score(value=value, maximum=maximum, coverage=coverage, parts=parts, grade=grade(value, w.HUNDRED_BANDS))


def _share(name: str, score: Score, factor: float) -> ScorePart:
    points = None if score.value is None else factor * score.value
    return ScorePart(
        name=name, points=points, maximum=factor * score.maximum, measured=score.value, unit="points", reason=score.reason
    )
