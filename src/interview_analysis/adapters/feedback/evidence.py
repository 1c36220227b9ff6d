"""What a language model is told of an analysis: numbers, episodes with their times, why something is absent; never a picture.

Every number that is told is noted as a fact, as it was measured and as it was shown, so that what comes back can be checked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from interview_analysis.adapters.feedback.figures import Fact, Kind
from interview_analysis.adapters.feedback.formula_figures import FORMULA_FIGURES
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.scoring.categories import category_scores
from interview_analysis.domain.scoring.results import (
    HeadSummary,
    InterviewScores,
    Observation,
    ObservationKind,
    Score,
    VoiceSummary,
)
from interview_analysis.domain.wording import Wording

_MOST_EPISODES = 30
_MOST_MARKS = 10
_NOT_TOLD = "cannot tell"
_UNITS: dict[Kind, tuple[int, str]] = {
    Kind.PERCENT: (1, " %"),
    Kind.POINTS: (1, " points"),
    Kind.COUNT: (0, " times"),
    Kind.PER_MINUTE: (1, " per minute"),
    Kind.SECONDS: (1, " s"),
    Kind.DEGREES: (1, " degrees"),
    Kind.SQUARE_DEGREES: (0, " square degrees"),
    Kind.DECIBELS: (1, " dB"),
    Kind.HERTZ: (0, " Hz"),
    Kind.SEMITONES: (1, " semitones"),
    Kind.RATIO: (2, " of 1"),
}
"""Decimals that the measurement is good for, and the unit as it is told."""
_PART_KINDS = {
    "share": Kind.PERCENT,
    "share_of_time": Kind.PERCENT,
    "square_degrees": Kind.SQUARE_DEGREES,
    "per_minute": Kind.PER_MINUTE,
    "seconds": Kind.SECONDS,
    "decibels": Kind.DECIBELS,
    "points": Kind.POINTS,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """``document`` is what is told, ``facts`` what may be said, ``counts`` how many episodes there are of each kind;
    ``overall`` the score, ``None`` where there is none."""

    document: dict[str, Any]
    facts: frozenset[Fact]
    counts: Counter[ObservationKind]
    overall: float | None


@dataclass(slots=True)
class _Notes:
    """Turns numbers into words and keeps them."""

    facts: set[Fact] = field(default_factory=lambda: set(FORMULA_FIGURES.values()))

    def say(self, kind: Kind, value: float | None) -> str:
        if value is None:
            return _NOT_TOLD
        told = self._told(kind, value)
        self.facts |= {Fact(kind, value), Fact(kind, float(told))}
        return told + _UNITS[kind][1]

    def scale(self, kind: Kind, value: float | None) -> str:
        if value is None:
            return _NOT_TOLD
        self.facts.add(Fact(kind, value, is_scale=True))
        return self._told(kind, value) + _UNITS[kind][1]

    def _told(self, kind: Kind, value: float) -> str:
        return f"{value:.{_UNITS[kind][0]}f}"

    def share(self, value: float | None) -> str:
        return self.say(Kind.PERCENT, None if value is None else 100.0 * value)

    def moment(self, seconds: float) -> str:
        self.facts.add(Fact(Kind.MOMENT, seconds))
        whole = round(seconds)
        return f"{whole // 60}:{whole % 60:02d}"


def gather_evidence(scores: InterviewScores, wording: Wording | None = None) -> Evidence:
    """Of everything that was measured; ``wording`` where there is a transcript."""
    notes = _Notes()
    document = {
        "seen": {"seconds": notes.say(Kind.SECONDS, scores.analysed_seconds), "face": notes.share(scores.face_coverage)},
        "overall": _score(scores.overall, notes),
        "categories": {name: notes.say(Kind.POINTS, value) for name, value in category_scores(scores).items()},
        "expression": _expression(scores, notes),
        "gaze_and_blinks": _gaze(scores, notes),
        "head": _head(scores.head, notes),
        "voice": _score(scores.voice.score, notes) | _voice(scores.voice, notes),
        "words": _words(wording, notes),
        "episodes": _episodes(scores.observations, _looked_for(scores), notes),
    }
    return Evidence(document, frozenset(notes.facts), Counter(seen.kind for seen in scores.observations), scores.overall.value)


def _score(score: Score, notes: _Notes) -> dict[str, Any]:
    told: dict[str, Any] = {
        "score": notes.say(Kind.POINTS, score.value),
        "of": notes.scale(Kind.POINTS, score.maximum),
        "grade": score.grade,
        "reason": score.reason,
        "parts": {
            part.name: {
                "points": notes.say(Kind.POINTS, part.points),
                "of": notes.scale(Kind.POINTS, part.maximum),
                "measured": _measured(part.unit, part.measured, notes),
                "reason": part.reason,
            }
            for part in score.parts
        },
    }
    for part in told["parts"].values():
        _drop_absent(part)
    return _drop_absent(told)


def _measured(unit: str, value: float | None, notes: _Notes) -> str:
    kind = _PART_KINDS[unit]
    return notes.share(value) if kind is Kind.PERCENT else notes.say(kind, value)


def _drop_absent(told: dict[str, Any]) -> dict[str, Any]:
    for name in ("grade", "reason", "parts"):
        if not told.get(name):
            told.pop(name, None)
    return told


def _expression(scores: InterviewScores, notes: _Notes) -> dict[str, Any]:
    summary = scores.expression
    return _score(summary.score, notes) | {
        "mean_expression": {emotion.value: notes.share(share) for emotion, share in (summary.emotions or {}).items()},
        "smile_visible": notes.share(summary.smile_share),
        "steadiness": notes.say(Kind.RATIO, summary.steadiness),
    }


def _gaze(scores: InterviewScores, notes: _Notes) -> dict[str, Any]:
    eye = scores.eye
    notes.share(eye.stability)
    if eye.stability is not None:
        notes.say(Kind.POINTS, 100.0 * eye.stability)
    return _score(eye.score, notes) | {
        "on_target": notes.share(eye.on_target),
        "stability": notes.say(Kind.RATIO, eye.stability),
        "scatter": notes.say(Kind.SQUARE_DEGREES, eye.bcea),
        "target_cone": notes.scale(Kind.DEGREES, eye.cone),
        "directions": {side.value: notes.share(share) for side, share in (eye.directions or {}).items()},
        "looked_away": notes.say(Kind.PER_MINUTE, eye.looked_away_per_minute),
        "blinks": notes.say(Kind.COUNT, eye.blink_count),
        "blink_rate": notes.say(Kind.PER_MINUTE, eye.blink_rate),
    }


def _head(head: HeadSummary, notes: _Notes) -> dict[str, Any]:
    told: dict[str, Any] = {"reason": head.reason} if head.reason else {}
    for name, angles in (("spread", head.spread), ("range", head.range)):
        if angles is not None:
            told[name] = {axis: notes.say(Kind.DEGREES, value) for axis, value in angles._asdict().items()}
    return told | {
        "movement_degrees": notes.say(Kind.PER_MINUTE, head.movement),
        "nods": notes.say(Kind.COUNT, head.nods),
        "shakes": notes.say(Kind.COUNT, head.shakes),
    }


def _voice(summary: VoiceSummary, notes: _Notes) -> dict[str, Any]:
    voice = summary.metrics
    if voice is None:
        return {}
    lengths = [pause.seconds for pause in voice.pauses]
    return {
        "talking": notes.share(voice.talk_ratio),
        "talk_seconds": notes.say(Kind.SECONDS, voice.talk_seconds),
        "pauses": notes.say(Kind.COUNT, len(lengths)),
        "mean_pause": notes.say(Kind.SECONDS, sum(lengths) / len(lengths) if lengths else None),
        "longest_pause": notes.say(Kind.SECONDS, max(lengths, default=None)),
        "first_word_after": notes.say(Kind.SECONDS, voice.response_latency),
        "loudness_spread": notes.say(Kind.DECIBELS, voice.loudness_spread),
        "syllables": notes.say(Kind.COUNT, voice.syllables),
        "syllable_rate": notes.say(Kind.PER_MINUTE, voice.syllable_rate),
        "pace": summary.pace,
        "spoken_language": summary.pace_language,
        "pitch_median": notes.say(Kind.HERTZ, voice.pitch_median),
        "pitch_range": notes.say(Kind.SEMITONES, voice.pitch_range),
    }


def _words(wording: Wording | None, notes: _Notes) -> dict[str, Any] | str:
    """A recogniser leaves hesitations out rather than adding some: counts are told as at least so many."""
    if wording is None:
        return _NOT_TOLD
    marks = (*(wording.fillers or ()), *(wording.repetitions or ()))
    return {
        "words": notes.say(Kind.COUNT, wording.words),
        "words_per_minute": notes.say(Kind.PER_MINUTE, wording.words_per_minute),
        "fillers_per_minute_at_least": notes.say(Kind.PER_MINUTE, wording.fillers_per_minute),
        "fillers_at_least": {word: notes.say(Kind.COUNT, count) for word, count in (wording.filler_counts or {}).items()},
        "repeated_words": None if wording.repetitions is None else notes.say(Kind.COUNT, len(wording.repetitions)),
        "moments": [{"word": mark.word, "at": notes.moment(mark.start)} for mark in marks[:_MOST_MARKS]],
    }


def _looked_for(scores: InterviewScores) -> list[ObservationKind]:
    """Kinds of which none is a finding too: what they show in could be measured."""
    could = {
        ObservationKind.LOOKED_AWAY: scores.eye.looked_away_per_minute,
        ObservationKind.ABSENT: scores.analysed_seconds,
        ObservationKind.SMILE: scores.expression.smile_share,
        ObservationKind.LONG_PAUSE: scores.voice.metrics,
        ObservationKind.LARGE_HEAD_TURN: scores.head.spread,
    }
    return [kind for kind, measured in could.items() if measured is not None]


def _episodes(observations: tuple[Observation, ...], looked_for: list[ObservationKind], notes: _Notes) -> dict[str, Any]:
    """Counts and seconds by kind, and the longest ones in order of time; not told ones are facts all the same."""
    by_kind: dict[str, list[Episode]] = {kind: [] for kind in looked_for}
    for seen in observations:
        by_kind.setdefault(seen.kind, []).append(Episode(seen.start, seen.end))
    totals = {
        kind: {
            "how_often": notes.say(Kind.COUNT, len(spans)),
            "together": notes.say(Kind.SECONDS, sum(s.seconds for s in spans)),
        }
        for kind, spans in by_kind.items()
    }
    told = [_episode(seen, notes) for seen in observations]
    longest = sorted(range(len(told)), key=lambda i: observations[i].start - observations[i].end)[:_MOST_EPISODES]
    return {"totals": totals, "longest": [told[i] for i in sorted(longest)]}


def _episode(seen: Observation, notes: _Notes) -> dict[str, str]:
    told = {
        "kind": seen.kind.value,
        "from": notes.moment(seen.start),
        "to": notes.moment(seen.end),
        "lasted": notes.say(Kind.SECONDS, seen.end - seen.start),
    }
    return told if seen.direction is None else told | {"direction": seen.direction.value}
