"""What the numbers say, before it is put into words of a language.

Every scored part becomes one finding; its tone follows from its share of the points, so that words and scores cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from interview_analysis.domain.emotion import Emotion
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.categories import Category, posture_score
from interview_analysis.domain.scoring.results import InterviewScores, ObservationKind, Reason, Score, ScorePart

_STRENGTH_SHARE, _WEAKNESS_SHARE = 0.85, 0.60
"""Shares of a part's points from which it is named a strength, and below which a weakness."""
_FULL_SHARE = 0.995
_MOST_MOMENTS = 3
_NEGATIVE = (Emotion.ANGRY, Emotion.DISGUST, Emotion.FEAR, Emotion.SAD)
_SIDES = (Direction.LEFT, Direction.RIGHT, Direction.UP, Direction.DOWN)


class Tone(StrEnum):
    STRENGTH = "strength"
    PLAIN = "plain"
    WEAKNESS = "weakness"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """``topic`` names the phrases; ``share`` 0–1 of the points; ``numbers`` fill the phrases; ``moments`` in order of time."""

    category: Category
    topic: str
    tone: Tone
    share: float | None = None
    numbers: dict[str, float] = field(default_factory=dict)
    moments: tuple[Episode, ...] = ()
    direction: Direction | None = None
    emotion: Emotion | None = None
    reason: Reason | None = None

    @property
    def can_improve(self) -> bool:
        return self.share is not None and self.share < _FULL_SHARE


def find_all(scores: InterviewScores) -> tuple[Finding, ...]:
    """All findings, by category."""
    return (
        *_of_score(Category.EXPRESSION, scores.expression.score, scores),
        *_of_score(Category.GAZE, scores.eye.score, scores),
        *_of_score(Category.VOICE, scores.voice.score, scores),
        *_of_head(scores),
        *_of_presence(scores),
    )


def _of_score(category: Category, score: Score, scores: InterviewScores) -> Iterator[Finding]:
    if score.value is None:
        yield Finding(category=category, topic="score", tone=Tone.UNKNOWN, reason=score.reason, numbers=_coverage(scores))
        return
    for part in score.parts:
        place = Category.BLINK if part.name == "blink" else category
        if part.points is None or part.measured is None:
            yield Finding(category=place, topic=part.name, tone=Tone.UNKNOWN, reason=part.reason, numbers=_coverage(scores))
        else:
            yield _of_part(place, part, part.points / part.maximum, scores)


def _of_part(category: Category, part: ScorePart, share: float, scores: InterviewScores) -> Finding:
    kinds = {"warmth": ObservationKind.SMILE, "looking_away": ObservationKind.LOOKED_AWAY, "pauses": ObservationKind.LONG_PAUSE}
    spans = _spans(scores, kinds[part.name]) if part.name in kinds else ()
    return Finding(
        category=category,
        topic=_topic(part),
        tone=_tone(share),
        share=share,
        numbers={"measured": part.measured or 0.0, "count": float(len(spans)), **_extra_numbers(part, scores)},
        moments=_longest(spans),
        direction=_side(scores) if part.name in ("on_target", "looking_away") else None,
        emotion=_strongest_negative(scores) if part.name == "absence_of_negative" else None,
    )


def _topic(part: ScorePart) -> str:
    """The part's name, or a variant of it where the same words would not fit the number."""
    measured = part.measured or 0.0
    if part.name == "blink" and measured > w.BLINK_FULL_RATES[1]:
        return "blink_often"
    if part.name in ("on_target", "absence_of_negative") and measured >= _FULL_SHARE:
        return f"{part.name}_all"
    return part.name


def _tone(share: float) -> Tone:
    if share >= _STRENGTH_SHARE:
        return Tone.STRENGTH
    return Tone.WEAKNESS if share < _WEAKNESS_SHARE else Tone.PLAIN


def _extra_numbers(part: ScorePart, scores: InterviewScores) -> dict[str, float]:
    if part.name == "stability":
        return {"stability": scores.eye.stability or 0.0}
    if part.name == "blink":
        return {"blinks": float(scores.eye.blink_count or 0)}
    if part.name == "absence_of_negative":
        strongest = _strongest_negative(scores)
        return {
            "negative": 1.0 - (part.measured or 0.0),
            "emotion_share": (scores.expression.emotions or {}).get(strongest, 0.0),
        }
    return {}


def _strongest_negative(scores: InterviewScores) -> Emotion:
    emotions = scores.expression.emotions or {}
    return max(_NEGATIVE, key=lambda emotion: emotions.get(emotion, 0.0))


def _side(scores: InterviewScores) -> Direction:
    """Where gaze goes most when it is off the target."""
    directions = scores.eye.directions or {}
    return max(_SIDES, key=lambda side: directions.get(side, 0.0))


def _of_head(scores: InterviewScores) -> Iterator[Finding]:
    head, score = scores.head, posture_score(scores.head)
    if score is None or head.spread is None:
        yield Finding(
            category=Category.POSTURE, topic="score", tone=Tone.UNKNOWN, reason=head.reason, numbers=_coverage(scores)
        )
        return
    share = score / 100.0
    numbers = {"measured": head.spread.yaw, "pitch": head.spread.pitch, "movement": head.movement or 0.0}
    yield Finding(category=Category.POSTURE, topic="posture", tone=_tone(share), share=share, numbers=numbers)
    if head.nods is not None and head.shakes is not None:
        numbers = {"nods": float(head.nods), "shakes": float(head.shakes)}
        yield Finding(category=Category.POSTURE, topic="gestures", tone=Tone.PLAIN, numbers=numbers)
    yield from _observed(scores, ObservationKind.LARGE_HEAD_TURN, Category.POSTURE)


def _of_presence(scores: InterviewScores) -> Iterator[Finding]:
    yield from _observed(scores, ObservationKind.ABSENT, Category.POSTURE)
    yield from _observed(scores, ObservationKind.SECOND_FACE, Category.POSTURE)
    yield from _observed(scores, ObservationKind.EYES_CLOSED, Category.BLINK)


def _observed(scores: InterviewScores, kind: ObservationKind, category: Category) -> Iterator[Finding]:
    spans = _spans(scores, kind)
    if spans:
        numbers = {"count": float(len(spans)), "measured": sum(span.seconds for span in spans)}
        yield Finding(category=category, topic=kind, tone=Tone.PLAIN, numbers=numbers, moments=_longest(spans))


def _spans(scores: InterviewScores, kind: ObservationKind) -> tuple[Episode, ...]:
    return tuple(Episode(seen.start, seen.end) for seen in scores.observations if seen.kind is kind)


def _longest(spans: tuple[Episode, ...]) -> tuple[Episode, ...]:
    chosen = sorted(spans, key=lambda span: -span.seconds)[:_MOST_MOMENTS]
    return tuple(sorted(chosen, key=lambda span: span.start))


def _coverage(scores: InterviewScores) -> dict[str, float]:
    return {"coverage": scores.face_coverage, "seconds": scores.analysed_seconds}
