"""What the numbers say, before it is put into words of a language.

Every scored part becomes one finding; its tone follows from its share of the points, so that words and scores cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from interview_analysis.adapters.feedback.bands import Band, Tone, band_of, band_of_pace
from interview_analysis.domain.emotion import Emotion
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.categories import Category, posture_score
from interview_analysis.domain.scoring.results import InterviewScores, ObservationKind, Reason, Score, ScorePart
from interview_analysis.domain.voice import VoiceMetrics
from interview_analysis.domain.wording import Wording

_STRENGTH_SHARE, _WEAKNESS_SHARE = 0.85, 0.60
"""Shares of a part's points from which it is named a strength, and below which a weakness."""
_FULL_SHARE = 0.995
_MOST_MOMENTS = 3
_NEGATIVE = (Emotion.ANGRY, Emotion.DISGUST, Emotion.FEAR, Emotion.SAD)
_SIDES = (Direction.LEFT, Direction.RIGHT, Direction.UP, Direction.DOWN)
_KINDS = {"warmth": ObservationKind.SMILE, "looking_away": ObservationKind.LOOKED_AWAY, "pauses": ObservationKind.LONG_PAUSE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """``part`` and ``band`` choose the phrase; ``share`` 0–1 of the part's points, ``lost`` points of the overall score;
    ``numbers`` fill the phrase; ``moments`` in order of time."""

    category: Category
    part: str
    tone: Tone
    band: Band = Band.PLAIN
    share: float | None = None
    lost: float = 0.0
    numbers: dict[str, float] = field(default_factory=dict)
    moments: tuple[Episode, ...] = ()
    direction: Direction | None = None
    emotion: Emotion | None = None
    reason: Reason | None = None

    @property
    def topic(self) -> str:
        return f"{self.part}.{self.band}"

    @property
    def can_improve(self) -> bool:
        return self.share is not None and self.share < _FULL_SHARE


def find_all(scores: InterviewScores, wording: Wording | None = None) -> tuple[Finding, ...]:
    """All findings, by category; ``wording`` where there is a transcript."""
    return (
        *_of_score(Category.EXPRESSION, scores.expression.score, scores),
        *_of_score(Category.GAZE, scores.eye.score, scores),
        *_of_score(Category.VOICE, scores.voice.score, scores),
        *_of_speech(scores),
        *_of_wording(wording),
        *_of_head(scores),
        *_of_presence(scores),
    )


def _of_score(category: Category, score: Score, scores: InterviewScores) -> Iterator[Finding]:
    if score.value is None:
        yield Finding(category=category, part="score", tone=Tone.UNKNOWN, reason=score.reason, numbers=_coverage(scores))
        return
    for part in score.parts:
        place = Category.BLINK if part.name == "blink" else category
        if part.points is None or part.measured is None:
            yield Finding(category=place, part=part.name, tone=Tone.UNKNOWN, reason=part.reason, numbers=_coverage(scores))
        else:
            yield _of_part(place, part, part.measured, scores)


def _of_part(category: Category, part: ScorePart, measured: float, scores: InterviewScores) -> Finding:
    spans = _spans(scores, _KINDS[part.name]) if part.name in _KINDS else ()
    points = part.points or 0.0
    share = points / part.maximum
    tone = _tone_of_blinks(share, measured) if part.name == "blink" else _tone(share)
    return Finding(
        category=category,
        part=part.name,
        tone=tone,
        band=band_of(part.name, measured, tone, len(spans)),
        share=share,
        lost=(part.maximum - points) * _weight(category),
        numbers={
            "measured": measured,
            "points": points,
            "maximum": part.maximum,
            **_numbers_of_spans(spans),
            **_extra_numbers(part, scores),
        },
        moments=_longest(spans),
        direction=_side(scores) if part.name in ("on_target", "looking_away") else None,
        emotion=_strongest_negative(scores) if part.name == "absence_of_negative" else None,
    )


def _weight(category: Category) -> float:
    """Of a point of this category in the overall score."""
    return {Category.EXPRESSION: 1.0, Category.GAZE: w.EYE_IN_OVERALL, Category.BLINK: w.EYE_IN_OVERALL}.get(category, 0.0)


def _tone(share: float) -> Tone:
    if share >= _STRENGTH_SHARE:
        return Tone.STRENGTH
    return Tone.WEAKNESS if share < _WEAKNESS_SHARE else Tone.PLAIN


def _tone_of_blinks(share: float, rate: float) -> Tone:
    """A rate outside the conversational range is no strength, whatever points the soft edge of the range leaves it."""
    low, high = w.BLINK_FULL_RATES
    tone = _tone(share)
    return Tone.PLAIN if tone is Tone.STRENGTH and not low <= rate <= high else tone


def _numbers_of_spans(spans: tuple[Episode, ...]) -> dict[str, float]:
    return {"count": float(len(spans)), "longest": max((span.seconds for span in spans), default=0.0)}


def _extra_numbers(part: ScorePart, scores: InterviewScores) -> dict[str, float]:
    """What a phrase may name beside the measured quantity itself."""
    emotions, eye, voice = scores.expression.emotions or {}, scores.eye, scores.voice.metrics
    beside: dict[str, dict[str, float | None]] = {
        "composure": {"neutral": emotions.get(Emotion.NEUTRAL), "happy": emotions.get(Emotion.HAPPY)},
        "absence_of_negative": {
            "negative": 1.0 - (part.measured or 0.0),
            "emotion_share": emotions.get(_strongest_negative(scores)),
        },
        "on_target": {"side_share": (eye.directions or {}).get(_side(scores))},
        "stability": {"stability": eye.stability},
        "blink": {"blinks": eye.blink_count},
        "talk": {"talk_seconds": None if voice is None else voice.talk_seconds},
        "pauses": {"pause_count": None if voice is None else len(voice.pauses)},
    }
    return {name: float(value or 0.0) for name, value in beside.get(part.name, {}).items()}


def _strongest_negative(scores: InterviewScores) -> Emotion:
    emotions = scores.expression.emotions or {}
    return max(_NEGATIVE, key=lambda emotion: emotions.get(emotion, 0.0))


def _side(scores: InterviewScores) -> Direction:
    """Where gaze goes most when it is off the target."""
    directions = scores.eye.directions or {}
    return max(_SIDES, key=lambda side: directions.get(side, 0.0))


def _of_speech(scores: InterviewScores) -> Iterator[Finding]:
    """Pace and pitch, where they were measured; they cost no points of their own."""
    metrics = scores.voice.metrics
    if metrics is None or scores.voice.score.value is None:
        return
    if metrics.syllable_rate is not None:
        low, high = w.PACE_BANDS.get(scores.voice.pace_language or "", (0.0, 0.0))
        numbers = {"measured": metrics.syllable_rate, "pace_low": low, "pace_high": high}
        band = band_of_pace(scores.voice.pace)
        yield Finding(category=Category.VOICE, part="pace", tone=Tone.PLAIN, band=band, numbers=numbers)
    yield from _of_pitch(metrics)


def _of_wording(wording: Wording | None) -> Iterator[Finding]:
    """Fillers are at least so many, since recognisers leave some out: many can be held against the answer, few are no merit."""
    if wording is None or wording.fillers is None or wording.fillers_per_minute is None:
        return
    many = wording.fillers_per_minute >= w.FILLERS_HESITANT
    yield Finding(
        category=Category.VOICE,
        part="fillers",
        tone=Tone.WEAKNESS if many else Tone.PLAIN,
        band=Band.OFTEN if many else Band.PLAIN,
        numbers={"measured": wording.fillers_per_minute, "count": float(len(wording.fillers)), "words": float(wording.words)},
        moments=tuple(Episode(mark.start, mark.end) for mark in wording.fillers[:_MOST_MOMENTS]),
    )


def _of_pitch(metrics: VoiceMetrics) -> Iterator[Finding]:
    if metrics.pitch_median is not None and metrics.pitch_range is not None:
        numbers = {"measured": metrics.pitch_median, "range": metrics.pitch_range}
        yield Finding(category=Category.VOICE, part="pitch", tone=Tone.PLAIN, numbers=numbers)


def _of_head(scores: InterviewScores) -> Iterator[Finding]:
    head, score = scores.head, posture_score(scores.head)
    if score is None or head.spread is None:
        yield Finding(category=Category.POSTURE, part="score", tone=Tone.UNKNOWN, reason=head.reason, numbers=_coverage(scores))
        return
    share = score / 100.0
    tone = _tone(share)
    numbers = {"measured": head.spread.yaw, "pitch": head.spread.pitch, "movement": head.movement or 0.0}
    band = band_of("posture", share, tone, 0)
    yield Finding(category=Category.POSTURE, part="posture", tone=tone, band=band, share=share, numbers=numbers)
    if head.nods or head.shakes:
        numbers = {"nods": float(head.nods or 0), "shakes": float(head.shakes or 0)}
        yield Finding(category=Category.POSTURE, part="gestures", tone=Tone.PLAIN, numbers=numbers)
    yield from _observed(scores, ObservationKind.LARGE_HEAD_TURN, Category.POSTURE)


def _of_presence(scores: InterviewScores) -> Iterator[Finding]:
    yield from _observed(scores, ObservationKind.ABSENT, Category.POSTURE)
    yield from _observed(scores, ObservationKind.SECOND_FACE, Category.POSTURE)
    yield from _observed(scores, ObservationKind.EYES_CLOSED, Category.BLINK)


def _observed(scores: InterviewScores, kind: ObservationKind, category: Category) -> Iterator[Finding]:
    spans = _spans(scores, kind)
    if spans:
        numbers = {"measured": sum(span.seconds for span in spans), **_numbers_of_spans(spans)}
        yield Finding(category=category, part=kind.value, tone=Tone.PLAIN, numbers=numbers, moments=_longest(spans))


def _spans(scores: InterviewScores, kind: ObservationKind) -> tuple[Episode, ...]:
    return tuple(Episode(seen.start, seen.end) for seen in scores.observations if seen.kind is kind)


def _longest(spans: tuple[Episode, ...]) -> tuple[Episode, ...]:
    chosen = sorted(spans, key=lambda span: -span.seconds)[:_MOST_MOMENTS]
    return tuple(sorted(chosen, key=lambda span: span.start))


def _coverage(scores: InterviewScores) -> dict[str, float]:
    return {"coverage": scores.face_coverage, "seconds": scores.analysed_seconds}
