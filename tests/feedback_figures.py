"""Which numbers of a text the analysis does not know."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from interview_analysis.domain.episode import Episode
from interview_analysis.domain.feedback import Feedback
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.results import InterviewScores, ObservationKind

_CONSTANTS = (
    *(w.WARMTH_FULL_SHARE, w.AWAY_MIN_SECONDS, *w.BLINK_FULL_RATES, w.TALK_FULL_RATIO, w.PAUSE_FREE_SECONDS),
    *(w.LONG_PAUSE_SECONDS, w.LATENCY_RAMP[0], w.LOUDNESS_RAMP[0], w.POSTURE_RAMP[0], w.EXPRESSION_POINTS, w.EYE_POINTS),
    *(w.MIN_BLINK_SECONDS, w.MIN_BLINK_RATE, 12.0, 0.0, 1.0),
)
"""Goals and limits of the formulas; semitones of an octave; ends of the scale of stability."""


def texts(feedback: Feedback) -> list[str]:
    """Everything that the candidate reads."""
    paragraphs = (feedback.overall_feedback, feedback.emotion_feedback, feedback.attention_feedback, feedback.voice_feedback)
    return [*paragraphs, *feedback.strengths, *feedback.weaknesses, *feedback.improvement_suggestions]


def keywords(feedback: Feedback) -> list[str]:
    return [word for words in feedback.keywords.values() for word in words]


def sentences(feedback: Feedback) -> set[str]:
    """Without what the same sentence says twice."""
    return {part for text in texts(feedback) for part in re.split(r"(?<=[.!?])\s+", text) if part}


def shared(first: Feedback, second: Feedback) -> float:
    """Share of the shorter one's sentences that stand in the other, word by word."""
    one, other = sentences(first), sentences(second)
    return len(one & other) / min(len(one), len(other))


def unknown_figures(feedback: Feedback, scores: InterviewScores) -> list[str]:
    """Sentences with a number that is no figure of the analysis within rounding, and no goal of the formulas."""
    known = [*_CONSTANTS, *_figures(scores)]
    clocks = {f"{round(time) // 60}:{round(time) % 60:02d}" for seen in scores.observations for time in (seen.start, seen.end)}
    return [text for text in (*texts(feedback), *keywords(feedback)) if not _is_known(text, known, clocks)]


def _is_known(text: str, known: Iterable[float], clocks: set[str]) -> bool:
    if not set(re.findall(r"\d+:\d\d", text)) <= clocks:
        return False
    shown = re.findall(r"(\d+(?:\.(\d+))?)\s?(%?)", re.sub(r"\d+:\d\d", "", text))
    return all(
        any(abs(figure * (100.0 if percent else 1.0) - float(number)) <= 0.5 * 10.0 ** -len(digits) + 1e-6 for figure in known)
        for number, digits, percent in shown
    )


def _figures(scores: InterviewScores) -> Iterator[float]:
    yield from _numbers(dataclasses.asdict(scores))
    parts = [*scores.expression.score.parts, *scores.eye.score.parts, *scores.voice.score.parts]
    for part in parts:
        if part.points is not None and part.measured is not None:
            yield from (part.points / part.maximum, 1.0 - part.measured)
    for score in (scores.expression.score, scores.eye.score):
        if score.value is not None:
            yield score.value / score.maximum
    for kind in ObservationKind:
        spans = [Episode(seen.start, seen.end) for seen in scores.observations if seen.kind is kind]
        yield from (float(len(spans)), sum(span.seconds for span in spans), *(span.seconds for span in spans))
    yield from _asides(scores)
    if scores.voice.metrics is not None:
        yield float(len(scores.voice.metrics.pauses))


def _asides(scores: InterviewScores) -> Iterator[float]:
    """Seconds of each pause with gaze elsewhere."""
    away = [seen for seen in scores.observations if seen.kind is ObservationKind.LOOKED_AWAY]
    for pause in (seen for seen in scores.observations if seen.kind is ObservationKind.LONG_PAUSE):
        yield sum(max(0.0, min(one.end, two.end) - max(one.start, two.start)) for one, two in product([pause], away))


def _numbers(value: object) -> Iterator[float]:
    if isinstance(value, int | float):
        yield abs(float(value))
    elif isinstance(value, Mapping):
        yield from (number for one in value.values() for number in _numbers(one))
    elif isinstance(value, list | tuple):
        yield from (number for one in value for number in _numbers(one))
