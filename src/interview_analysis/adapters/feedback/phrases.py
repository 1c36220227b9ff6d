"""The form of a phrase book, and how findings and moments are put into its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interview_analysis.adapters.feedback.bands import Tone
from interview_analysis.adapters.feedback.findings import Finding
from interview_analysis.adapters.feedback.moments import Moment
from interview_analysis.domain.emotion import Emotion
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.categories import Category
from interview_analysis.domain.scoring.results import Grade, Reason

_GOALS = {
    "smile_goal": w.WARMTH_FULL_SHARE,
    "closed_seconds": w.CLOSED_MIN_SECONDS,
    "blink_seconds": w.MIN_BLINK_SECONDS,
    "blink_frames": w.MIN_BLINK_RATE,
    "away_seconds": w.AWAY_MIN_SECONDS,
    "blink_low": w.BLINK_FULL_RATES[0],
    "blink_high": w.BLINK_FULL_RATES[1],
    "talk_goal": w.TALK_FULL_RATIO,
    "pause_free": w.PAUSE_FREE_SECONDS,
    "pause_long": w.LONG_PAUSE_SECONDS,
    "latency_goal": w.LATENCY_RAMP[0],
    "loudness_goal": w.LOUDNESS_RAMP[0],
    "posture_goal": w.POSTURE_RAMP[0],
}
"""The bands of the formulas, as every phrase may name them."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Templates of one topic. ``statement`` stands in the running text; ``point`` in the list of strengths or weaknesses;
    ``suggestion`` says what to try. Empty where nothing follows."""

    statement: str
    keyword: str
    point: str = ""
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class MomentPhrase:
    """``first`` tells what happened and what to try there; ``again`` the same of a second moment of the kind."""

    first: str
    again: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseBook:
    """All words of one language. Templates are filled with the finding's numbers, ``{moments}``, ``{side}``, ``{emotion}``,
    ``{relax}`` (what to do about that expression) and the goals of the formulas."""

    phrases: Mapping[str, Phrase]
    moments: Mapping[str, MomentPhrase]
    pause_aside: str
    openings: Mapping[Grade, str]
    expression_ahead: str
    eyes_ahead: str
    most_points: str
    least_points: Mapping[Tone, str]
    unknown: str
    overall_unknown: str
    overall_lacks: str
    known: str
    reasons: Mapping[Reason, str]
    remedies: Mapping[Reason, str]
    categories: Mapping[Category, str]
    parts: Mapping[str, str]
    directions: Mapping[Direction, str]
    emotions: Mapping[Emotion, str]
    relaxing: Mapping[Emotion, str]

    def state(self, finding: Finding) -> str:
        """What was measured; for an unknown one, why it cannot be told."""
        if finding.tone is Tone.UNKNOWN:
            reason = self.reasons[finding.reason or Reason.PART_MISSING].format(**finding.numbers)
            return self.unknown.format(what=self.name(finding), reason=reason)
        return self._fill(self.phrases[finding.topic].statement, finding)

    def point(self, finding: Finding) -> str:
        """One line among the strengths or the weaknesses."""
        return self._fill(self.phrases[finding.topic].point, finding)

    def suggest(self, finding: Finding) -> str:
        """What to try, tied to the number; empty where nothing follows from it."""
        if finding.tone is Tone.UNKNOWN:
            return self.remedies.get(finding.reason or Reason.PART_MISSING, "").format(**_GOALS, **finding.numbers)
        return self._fill(self.phrases[finding.topic].suggestion, finding)

    def keyword(self, finding: Finding) -> str:
        """A few words, with the number."""
        return self._fill(self.phrases[finding.topic].keyword, finding)

    def tell(self, moment: Moment) -> str:
        """When it was, what happened, and what to try there."""
        phrase = self.moments[moment.topic]
        aside = self.pause_aside.format(aside=moment.aside) if moment.aside else ""
        template = phrase.again if moment.again else phrase.first
        side = self.directions.get(moment.direction or Direction.CENTER, "")
        return template.format(when=_when(moment.span), seconds=moment.span.seconds, side=side, aside=aside)

    def name(self, finding: Finding) -> str:
        """The name of the part, or of its category."""
        return self.parts.get(finding.part, self.categories[finding.category])

    def _fill(self, template: str, finding: Finding) -> str:
        emotion = finding.emotion or Emotion.NEUTRAL
        return template.format(
            **_GOALS,
            **finding.numbers,
            moments=format_moments(finding.moments),
            side=self.directions.get(finding.direction or Direction.CENTER, ""),
            emotion=self.emotions.get(emotion, ""),
            relax=self.relaxing.get(emotion, ""),
        )


def format_moments(moments: tuple[Episode, ...]) -> str:
    """`` (0:12–0:14, 1:05–1:07)``, or nothing."""
    if not moments:
        return ""
    return " (" + ", ".join(_when(moment) for moment in moments) + ")"


def _when(span: Episode) -> str:
    """From–to, or the one second that it lies in."""
    start, end = _clock(span.start), _clock(span.end)
    return start if start == end else f"{start}–{end}"


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
