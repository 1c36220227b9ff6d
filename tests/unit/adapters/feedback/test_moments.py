"""The two moments that cost most."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from interview_analysis.adapters.feedback.moments import find_moments
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring import score_interview
from interview_analysis.domain.scoring.results import InterviewScores, Observation, ObservationKind
from interview_analysis.domain.timeline import FrameTimeline
from interview_analysis.domain.voice import VoiceMetrics
from timeline_builders import during, expression, make_timeline

AHEAD, LEFT, DOWN = (-11.0, 3.0), (-11.0, 35.0), (-40.0, 3.0)
LOOKED_AWAY, LONG_PAUSE, ABSENT, SMILE = (
    ObservationKind.LOOKED_AWAY,
    ObservationKind.LONG_PAUSE,
    ObservationKind.ABSENT,
    ObservationKind.SMILE,
)


def voice(*pauses: Episode) -> VoiceMetrics:
    """A minute of speech but for ``pauses``."""
    starts, ends = [1.0, *(pause.end for pause in pauses)], [*(pause.start for pause in pauses), 59.0]
    return VoiceMetrics(
        duration=60.0,
        talk_seconds=58.0 - sum(pause.seconds for pause in pauses),
        talk_ratio=0.9,
        speech=tuple(Episode(*span) for span in zip(starts, ends, strict=True)),
        pauses=pauses,
        response_latency=1.0,
        loudness_spread=3.0,
    )


def told(timeline: FrameTimeline, metrics: VoiceMetrics | None = None) -> list[tuple[ObservationKind, int]]:
    return [(moment.kind, round(moment.span.start)) for moment in find_moments(score_interview(timeline, metrics))]


@pytest.mark.parametrize(
    ("timeline", "metrics", "expected"),
    [
        (make_timeline(60), voice(), []),
        (make_timeline(60), voice(Episode(10, 13), Episode(30, 45)), [(LONG_PAUSE, 30), (LONG_PAUSE, 10)]),
        (
            make_timeline(60, gaze=during([(5, 7), (20, 26), (40, 43)], LEFT, AHEAD)),
            voice(),
            [(LOOKED_AWAY, 20), (LOOKED_AWAY, 40)],
        ),
        (make_timeline(60, face=during([(50, 55)], 0, 1)), voice(Episode(10, 40)), [(LONG_PAUSE, 10), (ABSENT, 50)]),
        (
            make_timeline(60, emotions=during([(5, 9), (30, 31)], expression("happy"), expression("neutral"))),
            voice(),
            [(SMILE, 5), (SMILE, 30)],
        ),
        (
            make_timeline(
                60,
                emotions=during([(5, 25)], expression("happy"), expression("neutral")),
                gaze=during([(40, 42)], LEFT, AHEAD),
            ),
            voice(),
            [(LOOKED_AWAY, 40), (SMILE, 5)],
        ),
    ],
    ids=["nothing", "pauses", "looks aside", "different kinds", "smiles only", "a smile comes after what costs"],
)
def test_the_costliest_come_first(
    timeline: FrameTimeline, metrics: VoiceMetrics | None, expected: list[tuple[ObservationKind, int]]
) -> None:
    assert told(timeline, metrics) == expected


def test_a_second_moment_of_the_same_kind_is_told_as_such() -> None:
    scores = score_interview(make_timeline(60), voice(Episode(10, 13), Episode(30, 45)))
    assert [moment.again for moment in find_moments(scores)] == [False, True]


def test_a_pause_knows_how_long_gaze_was_elsewhere() -> None:
    timeline = make_timeline(60, gaze=during([(32, 36)], LEFT, AHEAD))
    moments = find_moments(score_interview(timeline, voice(Episode(30, 45))))
    assert {moment.kind: round(moment.aside) for moment in moments}[LONG_PAUSE] == 4


def test_looking_down_has_words_of_its_own() -> None:
    scores = score_interview(make_timeline(60, gaze=during([(20, 26)], DOWN, AHEAD)), None)
    assert [(moment.direction, moment.topic) for moment in find_moments(scores)] == [(Direction.DOWN, "looked_away.down")]


def test_costs_of_a_kind_add_up_to_the_points_lost() -> None:
    scores = score_interview(make_timeline(60), voice(Episode(10, 13), Episode(30, 45)))
    (pauses,) = (part for part in scores.voice.score.parts if part.name == "pauses")
    assert sum(moment.cost for moment in find_moments(scores)) == pytest.approx(pauses.maximum - (pauses.points or 0))


def test_without_a_score_the_longest_counts() -> None:
    scores = _unscored((10.0, 11.0), (20.0, 24.0), (40.0, 42.0))
    assert [round(moment.span.start) for moment in find_moments(scores)] == [20, 40]


def _unscored(*spans: tuple[float, float]) -> InterviewScores:
    scores = score_interview(make_timeline(60, emotions=np.full(7, np.nan), gaze=np.full(2, np.nan)), None)
    return replace(scores, observations=tuple(Observation(LOOKED_AWAY, *span, Direction.LEFT) for span in spans))
