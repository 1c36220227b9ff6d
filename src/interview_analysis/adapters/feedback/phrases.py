"""The form of a phrase book, and how a finding is put into its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interview_analysis.adapters.feedback.findings import Finding, Tone
from interview_analysis.domain.emotion import Emotion
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.categories import Category
from interview_analysis.domain.scoring.results import Reason

_GOALS = {
    "smile_goal": w.WARMTH_FULL_SHARE,
    "blink_low": w.BLINK_FULL_RATES[0],
    "blink_high": w.BLINK_FULL_RATES[1],
    "talk_goal": w.TALK_FULL_RATIO,
    "pause_free": w.PAUSE_FREE_SECONDS,
    "latency_goal": w.LATENCY_RAMP[0],
    "loudness_goal": w.LOUDNESS_RAMP[0],
    "posture_goal": w.POSTURE_RAMP[0],
}
"""The bands of the formulas, as every phrase may name them."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Templates of one topic: what was measured, one keyword, what to try."""

    statement: str
    keyword: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseBook:
    """All words of one language. Templates are filled with the finding's numbers, ``{moments}``, ``{side}``, ``{emotion}``
    and the goals of the formulas."""

    phrases: Mapping[str, Phrase]
    unknown: str
    overall: str
    overall_unknown: str
    most_points: str
    least_points: str
    reasons: Mapping[Reason, str]
    remedies: Mapping[Reason, str]
    categories: Mapping[Category, str]
    parts: Mapping[str, str]
    directions: Mapping[Direction, str]
    emotions: Mapping[Emotion, str]

    def state(self, finding: Finding) -> str:
        """One sentence with the number; for an unknown one, why it cannot be told."""
        if finding.tone is Tone.UNKNOWN:
            reason = self.reasons[finding.reason or Reason.PART_MISSING].format(**finding.numbers)
            return self.unknown.format(what=self.name(finding), reason=reason)
        return self._fill(self.phrases[finding.topic].statement, finding)

    def suggest(self, finding: Finding) -> str:
        """What to try, tied to the number; empty where nothing follows from it."""
        if finding.tone is Tone.UNKNOWN:
            return self.remedies.get(finding.reason or Reason.PART_MISSING, "").format(**finding.numbers)
        return self._fill(self.phrases[finding.topic].suggestion, finding)

    def keyword(self, finding: Finding) -> str:
        """A few words, with the number."""
        return self._fill(self.phrases[finding.topic].keyword, finding)

    def name(self, finding: Finding) -> str:
        """The name of the part, or of its category."""
        return self.parts.get(finding.topic, self.categories[finding.category])

    def _fill(self, template: str, finding: Finding) -> str:
        return template.format(
            **_GOALS,
            **finding.numbers,
            moments=format_moments(finding.moments),
            side=self.directions.get(finding.direction or Direction.CENTER, ""),
            emotion=self.emotions.get(finding.emotion or Emotion.NEUTRAL, ""),
        )


def format_moments(moments: tuple[Episode, ...]) -> str:
    """`` (0:12–0:14, 1:05–1:07)``, or nothing."""
    if not moments:
        return ""
    return " (" + ", ".join(f"{_clock(moment.start)}–{_clock(moment.end)}" for moment in moments) + ")"


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
