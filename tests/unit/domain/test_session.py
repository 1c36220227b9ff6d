"""Sessions by question and users over sessions: what counts, what is compared, and what is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_analysis.domain.analysis import AnalysisStatus
from interview_analysis.domain.marks import OVERALL, extremes, theil_sen_slope
from interview_analysis.domain.session import SessionSummary, summarise
from interview_analysis.domain.user_progress import UserProgress, follow
from session_builders import Answer, answered

FAILED, QUEUED = AnalysisStatus.FAILED, AnalysisStatus.QUEUED


def summary_of(*answers: Answer) -> SessionSummary:
    return summarise([answered(place, answer) for place, answer in enumerate(answers)])


def progress_of(*answers: Answer) -> UserProgress:
    return follow([answered(place, answer) for place, answer in enumerate(answers)])


def overalls(summary: SessionSummary) -> list[float | None]:
    return [question.overall for question in summary.questions]


@pytest.mark.parametrize(
    ("values", "slope"),
    [
        ([], None),
        ([1.0, 2.0], None),
        ([1.0, None, 2.0], None),
        ([1.0, 2.0, 3.0], 1.0),
        ([1.0, None, 3.0, 4.0], 1.0),
        ([5.0, 5.0, 5.0], 0.0),
        ([1.0, 2.0, 3.0, 4.0, 100.0], 1.0),
    ],
)
def test_a_trend_is_the_median_slope_and_needs_three_points(values: list[float | None], slope: float | None) -> None:
    assert theil_sen_slope(values) == (None if slope is None else pytest.approx(slope))


@given(st.lists(st.none() | st.floats(0, 100), max_size=12))
def test_a_trend_turned_round_has_the_other_sign(values: list[float | None]) -> None:
    slope, back = theil_sen_slope(values), theil_sen_slope(values[::-1])
    assert (slope is None) == (back is None)
    assert slope is None or back is None or slope == pytest.approx(-back)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({}, (None, None)),
        ({"a": 1.0, "b": None}, (None, None)),
        ({"a": 1.0, "b": 1.0}, (None, None)),
        ({"a": 1.0, "b": 2.0, "c": 0.5}, ("b", "c")),
    ],
)
def test_extremes_are_named_where_there_are_two(values: dict[str, float | None], named: tuple[str | None, str | None]) -> None:
    assert extremes(values) == named


def test_questions_stand_in_order_whatever_the_order_of_their_coming() -> None:
    answers = [
        Answer(number=3, share=0.3),
        Answer(text="왜?", share=0.9),
        Answer(number=1, share=0.1),
        Answer(number=2, share=0.2),
    ]
    records = [answered(place, answer) for place, answer in enumerate(answers)]
    expected = summarise(records)
    assert [question.number for question in expected.questions] == [1, 2, 3, None]
    assert overalls(expected) == [10.0, 20.0, 30.0, 90.0]
    assert summarise(records[::-1]) == expected


def test_the_newest_completed_attempt_counts_and_others_tell_the_difference() -> None:
    (question,) = summary_of(
        Answer(number=1, share=0.4, minute=1),
        Answer(number=1, share=0.7, minute=2),
        Answer(number=1, minute=3, status=FAILED),
    ).questions
    assert question.overall == pytest.approx(70.0)
    assert [(one.status, one.difference) for one in question.others] == [
        (FAILED, None),
        (AnalysisStatus.COMPLETED, pytest.approx(30.0)),
    ]


def test_a_question_that_never_completed_shows_its_newest_attempt() -> None:
    (question,) = summary_of(Answer(number=1, status=FAILED, minute=1), Answer(number=1, status=QUEUED, minute=2)).questions
    assert (question.counted.status, question.overall, len(question.others)) == (QUEUED, None, 1)


def test_analyses_without_number_are_told_apart_by_text_and_else_never_merged() -> None:
    summary = summary_of(Answer(text="a"), Answer(text="a"), Answer(text="b"), Answer(), Answer())
    assert [len(question.others) for question in summary.questions] == [1, 0, 0, 0]


def test_what_is_unknown_enters_neither_mean_nor_extremes() -> None:
    summary = summary_of(Answer(number=1, share=0.2), Answer(number=2, share=None), Answer(number=3, share=0.6))
    assert summary.means[OVERALL] == pytest.approx(40.0)
    assert (summary.scored, summary.trends[OVERALL]) == (2, None)
    assert (summary.strongest, summary.weakest) == (summary.questions[2], summary.questions[0])


@pytest.mark.parametrize("shares", [(0.5,), (0.5, 0.5), (None, None), (0.5, None)])
def test_no_strongest_question_where_none_stands_out(shares: tuple[float | None, ...]) -> None:
    summary = summary_of(*(Answer(number=place, share=share) for place, share in enumerate(shares)))
    assert (summary.strongest, summary.weakest) == (None, None)


@pytest.mark.parametrize(
    ("blinks", "named"),
    [((0.1,), (None, 0)), ((0.1, 0.2), ("blink", 2)), ((0.1, 0.9), (None, 0)), ((0.1, 0.2, 0.9), ("blink", 2))],
)
def test_a_weakness_recurs_when_it_is_lowest_in_most_questions(
    blinks: tuple[float, ...], named: tuple[str | None, int]
) -> None:
    summary = summary_of(*(Answer(number=place, blink=blink) for place, blink in enumerate(blinks)))
    assert (summary.recurring, summary.recurring_count) == named


def test_progress_is_over_sessions_in_order_of_time() -> None:
    progress = progress_of(
        Answer(session="b", share=0.6, number=1, minute=10),
        Answer(session="a", share=0.2, number=1, minute=1),
        Answer(session="a", share=0.4, number=2, minute=12),
        Answer(session=None, share=None, minute=20),
    )
    assert [session.id for session in progress.sessions] == ["a", "b", None]
    assert [session.summary.means[OVERALL] for session in progress.sessions] == [pytest.approx(30), pytest.approx(60), None]
    assert progress.changes[OVERALL] == pytest.approx(30.0)
    assert progress.trends[OVERALL] is None


def test_three_sessions_have_a_trend_and_their_categories_a_best_and_a_worst() -> None:
    progress = progress_of(*(Answer(session=str(n), minute=n, share=0.1 * n, blink=0.9) for n in (1, 2, 3)))
    assert progress.trends[OVERALL] == pytest.approx(10.0)
    assert (progress.best, progress.changes["blink"], progress.changes["posture"]) == ("blink", 0.0, None)
    assert progress.worst in ("expression", "gaze", "voice")


def test_one_session_has_no_change() -> None:
    progress = progress_of(Answer(number=1), Answer(number=2))
    assert set(progress.changes.values()) == {None}


def test_versions_of_the_formulas_are_told() -> None:
    assert summary_of(Answer(number=1, version="1.1"), Answer(number=2)).formula_versions == ("1.0", "1.1")
