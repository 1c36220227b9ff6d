"""Observations: what, from when to when."""

from __future__ import annotations

import numpy as np
import pytest

from interview_analysis.domain.episode import Episode
from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring import score_interview
from interview_analysis.domain.scoring.observations import find_absences, find_large_turns, find_second_faces
from interview_analysis.domain.scoring.results import ObservationKind
from interview_analysis.domain.voice import VoiceMetrics
from timeline_builders import during, expression, make_timeline


@pytest.mark.parametrize(
    ("absent", "found"),
    [
        ([(2.4, 6.4)], [(2.4, 6.4)]),
        ([(0.0, 3.94)], [(0.0, 3.94)]),
        ([(3.0, 3.3)], []),
        ([(1.0, 2.0), (4.0, 5.0)], [(1.0, 2.0), (4.0, 5.0)]),
        ([(0.0, 6.4)], [(0.0, 6.4)]),
    ],
    ids=["to the end", "from the start", "a dropped detection", "twice", "all the time"],
)
def test_absence_has_the_edges_of_the_picture(absent: list[tuple[float, float]], found: list[tuple[float, float]]) -> None:
    spans = find_absences(make_timeline(6.4, face=during(absent, 0, 1)))
    assert [(span.start, span.end) for span in spans] == [pytest.approx(edges, abs=0.07) for edges in found]


def test_one_count_alone_is_no_second_face() -> None:
    counts = make_timeline(20, face_count=lambda t: np.where(np.arange(len(t)) % 8 == 0, 1 + (np.abs(t - 5) < 0.2), np.nan))
    assert find_second_faces(counts) == ()


@pytest.mark.parametrize(("yaw", "direction"), [(40.0, Direction.LEFT), (-40.0, Direction.RIGHT)])
def test_large_turns_have_a_direction(yaw: float, direction: Direction) -> None:
    turns = find_large_turns(make_timeline(60, head=during([(10, 12)], (0.0, 5.0 + yaw, 0.0), (0.0, 5.0, 0.0))))
    (turn,) = turns
    assert (turn.start, turn.end) == pytest.approx((10, 12))
    assert turn.direction is direction


def test_all_of_them_in_order_of_time() -> None:
    timeline = make_timeline(
        60,
        emotions=during([(2, 4)], expression("happy"), expression("neutral")),
        gaze=during([(10, 12)], (-11.0, 30.0), (-11.0, 3.0)),
        face=during([(20, 22)], 0, 1),
        face_count=during([(30, 33)], 2, 1),
    )
    voice = VoiceMetrics(
        duration=60,
        talk_seconds=50,
        talk_ratio=50 / 60,
        speech=(Episode(1, 40), Episode(43, 59)),
        pauses=(Episode(40, 43),),
        response_latency=1.0,
        loudness_spread=4.0,
    )
    kinds = [o.kind for o in score_interview(timeline, voice).observations]
    wanted = (
        ObservationKind.SMILE,
        ObservationKind.LOOKED_AWAY,
        ObservationKind.ABSENT,
        ObservationKind.SECOND_FACE,
        ObservationKind.LONG_PAUSE,
    )
    assert tuple(kinds) == wanted


def test_no_observation_reaches_beyond_the_video() -> None:
    """Slow stages stand for more time than is left at the end."""
    timeline = make_timeline(5.0, face_count=lambda times: np.where(np.arange(len(times)) % 7 == 0, 2.0, np.nan))
    assert [span.end for span in find_second_faces(timeline)] == [timeline.duration]
