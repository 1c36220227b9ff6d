"""The moments of a recording that matter most: those that cost most."""

from __future__ import annotations

from dataclasses import dataclass, replace

from interview_analysis.domain.episode import Episode
from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.results import InterviewScores, Observation, ObservationKind, Score

MOST = 2
_MIN_OVERLAP_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """``cost`` in points of 100; ``again`` where the moment told before is of the same kind; ``aside`` seconds of it with gaze
    off the target, where it is a pause."""

    kind: ObservationKind
    span: Episode
    cost: float
    direction: Direction | None = None
    aside: float = 0.0
    again: bool = False

    @property
    def topic(self) -> str:
        """Name of the phrase: looking away has one by direction."""
        if self.kind is not ObservationKind.LOOKED_AWAY or self.direction not in (Direction.UP, Direction.DOWN):
            return self.kind.value
        return f"{self.kind.value}.{self.direction.value}"


def find_moments(scores: InterviewScores) -> tuple[Moment, ...]:
    """At most two, the costliest first; smiles, which cost nothing, come last and the longest of them first."""
    found = sorted(_all_of(scores), key=lambda moment: (-moment.cost, -moment.span.seconds, moment.span.start))[:MOST]
    if len(found) == MOST:
        found[1] = replace(found[1], again=found[1].kind is found[0].kind)
    return tuple(found)


def _all_of(scores: InterviewScores) -> list[Moment]:
    """A part's lost points are shared out over its moments by their length. What no part measures costs its share of the time.
    A pause counts beyond the length that is free."""
    away = [seen for seen in scores.observations if seen.kind is ObservationKind.LOOKED_AWAY]
    lost = {
        ObservationKind.LOOKED_AWAY: _lost(scores.eye.score, "on_target", "looking_away"),
        ObservationKind.LONG_PAUSE: _lost(scores.voice.score, "pauses"),
    }
    return [
        Moment(
            kind=seen.kind,
            span=Episode(seen.start, seen.end),
            cost=_cost(seen, lost.get(seen.kind), scores),
            direction=seen.direction,
            aside=_overlap(seen, away) if seen.kind is ObservationKind.LONG_PAUSE else 0.0,
        )
        for seen in scores.observations
    ]


def _cost(seen: Observation, lost: float | None, scores: InterviewScores) -> float:
    if seen.kind is ObservationKind.SMILE:
        return 0.0
    if lost is None:
        return 100.0 * (seen.end - seen.start) / scores.analysed_seconds if scores.analysed_seconds > 0 else 0.0
    alike = sum(_weight(other) for other in scores.observations if other.kind is seen.kind)
    return lost * _weight(seen) / alike if alike > 0 else 0.0


def _weight(seen: Observation) -> float:
    free = w.PAUSE_FREE_SECONDS if seen.kind is ObservationKind.LONG_PAUSE else 0.0
    return seen.end - seen.start - free


def _lost(score: Score, *names: str) -> float | None:
    """Points; ``None`` where the parts are not scored."""
    parts = [part for part in score.parts if part.name in names]
    if score.value is None or not parts or any(part.points is None for part in parts):
        return None
    return sum(part.maximum - (part.points or 0.0) for part in parts)


def _overlap(pause: Observation, away: list[Observation]) -> float:
    """Seconds, nothing below half a second."""
    seconds = sum(max(0.0, min(pause.end, other.end) - max(pause.start, other.start)) for other in away)
    return seconds if seconds >= _MIN_OVERLAP_SECONDS else 0.0
