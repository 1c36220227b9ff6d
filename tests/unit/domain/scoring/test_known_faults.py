"""Each fault of the earlier system, as a case that fails where the fault comes back."""

from __future__ import annotations

import numpy as np
import pytest

from interview_analysis.domain.scoring import score_interview
from interview_analysis.domain.scoring.results import ObservationKind, Reason
from interview_analysis.domain.timeline import FrameTimeline
from timeline_builders import blinking, during, every, expression, looped, make_timeline, mixed, wandering


def expression_of(timeline: FrameTimeline) -> float:
    value = score_interview(timeline, None).expression.score.value
    assert value is not None
    return value


def eye_of(timeline: FrameTimeline) -> float:
    value = score_interview(timeline, None).eye.score.value
    assert value is not None
    return value


def blink_points(rate_per_minute: float) -> float:
    step = 60.0 / rate_per_minute if rate_per_minute else 1e9
    eyes = blinking(np.arange(step / 2, 60.0, step))
    points = score_interview(make_timeline(openness=eyes), None).eye.score.parts[3].points
    assert points is not None
    return points


def test_all_neutral_is_40() -> None:
    assert expression_of(make_timeline()) == pytest.approx(40.0)


def test_one_happy_frame_of_60_moves_the_score_by_its_share_only() -> None:
    one_happy = make_timeline(4.0, emotions=mixed("neutral", "happy", 1 / 60))
    assert 0 < expression_of(one_happy) - 40.0 < 1.5


def test_one_wild_gaze_frame_of_60_moves_the_score_by_its_share_only() -> None:
    calm, wild = make_timeline(4.0), make_timeline(4.0, gaze=during([(0.0, 1 / 15)], (50.0, 50.0), (-11.0, 3.0)))
    assert 0 < eye_of(calm) - eye_of(wild) < 100 * 2 / 60


def test_looking_at_the_target_all_the_time_is_full_marks() -> None:
    eye = score_interview(make_timeline(), None).eye
    assert (eye.on_target, eye.stability, eye.looked_away_per_minute) == (1.0, 1.0, 0.0)
    assert [part.points for part in eye.score.parts[:3]] == [40.0, 25.0, 15.0]


def test_never_blinking_earns_nothing() -> None:
    assert blink_points(0) == 0.0


@pytest.mark.parametrize("rate", [11, 15, 20, 26, 32])
def test_conversational_blinking_earns_all(rate: float) -> None:
    assert blink_points(rate) == pytest.approx(20.0, abs=0.2)


def test_the_conversational_mean_beats_a_stare() -> None:
    assert blink_points(26) > blink_points(4) > blink_points(1) > blink_points(0)


@pytest.mark.parametrize("loops", [1, 2, 3])
def test_scores_do_not_depend_on_length(loops: int) -> None:
    once = make_timeline(60, gaze=wandering(4), openness=blinking(np.arange(2, 60, 4)), emotions=mixed("neutral", "happy", 0.1))
    longer = once
    for _ in range(loops):
        longer = looped(longer)
    first, later = score_interview(once, None), score_interview(longer, None)
    assert later.overall.value == pytest.approx(first.overall.value, rel=0.02)
    assert later.eye.stability == pytest.approx(first.eye.stability, rel=0.02)
    assert later.eye.blink_rate == pytest.approx(first.eye.blink_rate, rel=0.02)


def test_frames_without_gaze_are_not_center() -> None:
    gaze = during([(0.0, 30.0)], (np.nan, np.nan), (-11.0, 3.0))
    eye = score_interview(make_timeline(60, gaze=gaze), None).eye
    assert eye.score.coverage == pytest.approx(0.5, abs=0.01)
    assert eye.on_target == 1.0


def test_what_cannot_be_scored_is_none_and_never_a_default() -> None:
    scores = score_interview(make_timeline(gaze=np.full(2, np.nan), emotions=np.full(7, np.nan)), None)
    assert (scores.eye.score.value, scores.eye.score.reason) == (None, Reason.TOO_LITTLE_GAZE)
    assert (scores.expression.score.value, scores.expression.score.reason) == (None, Reason.MODEL_MISSING)
    assert (scores.overall.value, scores.overall.reason) == (None, Reason.PART_MISSING)


@pytest.mark.parametrize("step", [2, 3, 5])
def test_expression_does_not_depend_on_how_often_it_was_measured(step: int) -> None:
    dense = make_timeline(60, emotions=during([(10, 14), (40, 43)], expression("happy"), expression("neutral")))
    sparse = score_interview(every(dense, step, "emotion"), None).expression
    assert sparse.score.value == pytest.approx(expression_of(dense), rel=0.02)
    assert sparse.score.coverage == pytest.approx(1.0, abs=0.01)


def test_blinks_are_timed_by_timestamps_and_need_enough_frames() -> None:
    eyes = blinking(np.arange(2, 60, 4))
    counts = [score_interview(make_timeline(60, rate, openness=eyes), None).eye.blink_count for rate in (12, 15, 24, 30, 60)]
    assert counts == [15] * 5
    slow = score_interview(make_timeline(60, 8, openness=eyes), None).eye
    assert (slow.blink_count, slow.blink_rate, slow.score.parts[3].reason) == (None, None, Reason.LOW_FRAME_RATE)


@pytest.mark.parametrize("faces", [2, 3, 7])
def test_two_faces_or_more_are_several(faces: int) -> None:
    counted = make_timeline(20, face_count=during([(5, 9)], faces, 1))
    (second,) = score_interview(counted, None).observations
    assert second.kind is ObservationKind.SECOND_FACE
    assert (second.start, second.end) == pytest.approx((5.0, 9.0))
