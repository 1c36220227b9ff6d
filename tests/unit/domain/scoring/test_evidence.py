"""When a score is withheld, and why."""

from __future__ import annotations

import numpy as np
import pytest

from interview_analysis.domain.scoring import score_interview
from interview_analysis.domain.scoring.results import Grade, Reason
from interview_analysis.domain.scoring.weights import FORMULA_VERSION
from interview_analysis.domain.skippable import Skippable
from interview_analysis.domain.timeline import FrameTimeline
from timeline_builders import blinking, during, make_timeline

CASES: dict[str, tuple[FrameTimeline, Reason | None, Reason | None, Reason | None]] = {
    "no face at all": (make_timeline(20, face=0.0), Reason.NO_FACE, Reason.NO_FACE, Reason.NO_FACE),
    "nothing decoded": (make_timeline(0), Reason.NO_FACE, Reason.NO_FACE, Reason.NO_FACE),
    "one frame": (make_timeline(1 / 15), Reason.TOO_SHORT, Reason.TOO_SHORT, Reason.TOO_SHORT),
    "two seconds": (make_timeline(2.4), None, Reason.TOO_SHORT, Reason.PART_MISSING),
    "face in a tenth": (
        make_timeline(60, face=during([(0, 6)], 1, 0)),
        Reason.TOO_LITTLE_FACE,
        Reason.TOO_LITTLE_FACE,
        Reason.TOO_LITTLE_FACE,
    ),
    "face in half": (make_timeline(60, face=during([(0, 30)], 1, 0)), None, None, None),
}


@pytest.mark.parametrize("case", CASES)
def test_reasons(case: str) -> None:
    timeline, *reasons = CASES[case]
    scores = score_interview(timeline, None)
    judged = (scores.expression.score, scores.eye.score, scores.overall)
    assert [score.reason for score in judged] == reasons
    assert [score.value is None for score in judged] == [score.reason is not None for score in judged]


@pytest.mark.parametrize(
    ("skip", "expression", "eye"),
    [({Skippable.EXPRESSION}, Reason.SKIPPED, None), ({Skippable.GAZE}, None, Reason.SKIPPED)],
)
def test_a_skipped_part_says_so(skip: set[Skippable], expression: Reason | None, eye: Reason | None) -> None:
    scores = score_interview(make_timeline(), None, frozenset(skip))
    assert (scores.expression.score.reason, scores.eye.score.reason) == (expression, eye)
    assert scores.overall.reason is Reason.PART_MISSING


def test_blinks_are_told_where_gaze_is_skipped() -> None:
    eyes = blinking(np.arange(2, 60, 4))
    eye = score_interview(make_timeline(openness=eyes), None, frozenset({Skippable.GAZE})).eye
    assert (eye.on_target, eye.blink_count) == (None, 15)


def test_overall_is_expression_and_four_tenths_of_eye() -> None:
    scores = score_interview(make_timeline(openness=blinking(np.arange(2, 60, 4))), None)
    assert scores.expression.score.value == pytest.approx(40)
    assert scores.eye.score.value == pytest.approx(100)
    assert scores.overall.value == pytest.approx(80)
    assert scores.overall.grade is Grade.EXCELLENT
    assert scores.formula_version == FORMULA_VERSION


def test_a_missing_blink_part_stretches_the_others_and_keeps_its_reason() -> None:
    short = score_interview(make_timeline(8, gaze=during([(0, 2)], (-11.0, 30.0), (-11.0, 3.0))), None).eye.score
    told = sum(part.points or 0 for part in short.parts)
    assert short.value == pytest.approx(told * 100 / 80)
    assert (short.parts[3].points, short.parts[3].reason) == (None, Reason.TOO_SHORT)


def test_coverage_and_analysed_time() -> None:
    scores = score_interview(make_timeline(40, face=during([(0, 30)], 1, 0)), None)
    assert scores.face_coverage == pytest.approx(0.75, abs=0.01)
    assert scores.analysed_seconds == pytest.approx(40)


def test_rows_of_a_slower_stage_stand_for_the_time_between_them() -> None:
    timeline = make_timeline(10)
    every_third = np.arange(len(timeline)) % 3 == 0
    assert timeline.weights(every_third).sum() == pytest.approx(10.0)
    assert timeline.weights(every_third)[~every_third].sum() == 0.0


def test_one_valid_row_does_not_stand_for_the_whole_video() -> None:
    timeline = make_timeline(10)
    assert timeline.weights(np.arange(len(timeline)) == 5).sum() == pytest.approx(1 / 15)


def test_time_without_valid_rows_belongs_to_nobody() -> None:
    timeline = make_timeline(60)
    seen = (timeline.timestamps < 10) | (timeline.timestamps > 50)
    assert timeline.weights(seen).sum() == pytest.approx(20, abs=0.3)
