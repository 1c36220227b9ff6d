"""The text about a session says what the summary says, and no more."""

from __future__ import annotations

import re

import pytest

from interview_analysis.api.session_words import session_feedback
from interview_analysis.domain.analysis import AnalysisStatus
from interview_analysis.domain.feedback import Language
from interview_analysis.domain.session import SessionSummary, summarise
from session_builders import Answer, answered

CASES: dict[str, tuple[Answer, ...]] = {
    "one": (Answer(number=1, share=0.6),),
    "rising": tuple(Answer(number=n, share=0.1 * n) for n in range(1, 6)),
    "falling": tuple(Answer(number=n, share=0.9 - 0.1 * n, blink=0.01) for n in range(1, 5)),
    "level": tuple(Answer(number=n, share=0.5 + 0.001 * n) for n in range(1, 5)),
    "nothing known": (Answer(number=1, share=None), Answer(number=2, status=AnalysisStatus.FAILED), Answer(share=None)),
    "unfinished": (Answer(text="지원 동기?", status=AnalysisStatus.QUEUED), Answer(number=2, status=AnalysisStatus.CANCELLED)),
    "repeated": (
        Answer(number=1, share=0.3),
        Answer(number=1, share=0.5, minute=1),
        Answer(number=2, share=0.4, version="0.9"),
    ),
    "worse again": (Answer(text="x" * 90, share=0.5), Answer(text="x" * 90, share=0.4, minute=1)),
}


def summary_of(case: str, *, is_cut: bool = False) -> SessionSummary:
    return summarise([answered(place, answer) for place, answer in enumerate(CASES[case])], is_cut=is_cut)


@pytest.mark.parametrize(
    ("case", "language", "said"),
    [
        ("rising", Language.ENGLISH, "The highest is question 5 with 50.0, the lowest question 1 with 10.0."),
        ("rising", Language.KOREAN, "질문마다 10.0점씩 올랐으니"),
        ("falling", Language.ENGLISH, "In 4 questions the lowest category is blinking, with a mean of 1 of 100"),
        ("falling", Language.KOREAN, "질문 4개에서 가장 낮은 영역은 눈 깜빡임이고"),
        ("level", Language.ENGLISH, "stays level over the questions (+0.1 a question)"),
        ("nothing known", Language.KOREAN, "질문 3개 가운데 종합 점수를 알 수 있는 것이 없습니다."),
        ("nothing known", Language.ENGLISH, "question 1 (no overall score), question 2 (analysis failed)"),
        ("unfinished", Language.KOREAN, "“지원 동기?” 질문(분석 중)"),
        ("repeated", Language.ENGLISH, "Answering question 1 again raised it by 20.0."),
        ("repeated", Language.KOREAN, "버전이 다른 분석(0.9, 1.0)"),
        ("worse again", Language.KOREAN, "…” 질문은 다시 답한 뒤 종합 점수가 10.0점 내렸습니다."),
    ],
)
def test_a_summary_is_put_into_words(case: str, language: Language, said: str) -> None:
    assert said in session_feedback(summary_of(case), language)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("case", CASES)
def test_every_number_is_one_of_the_summary(case: str, language: Language) -> None:
    summary = summary_of(case)
    differences = [abs(one.difference or 0) for question in summary.questions for one in question.others]
    figures = [question.overall for question in summary.questions] + [question.number for question in summary.questions]
    measured = [*figures, *summary.means.values(), *summary.trends.values(), *differences]
    counts = [len(summary.questions), summary.scored, summary.recurring_count, *map(float, summary.formula_versions), 100]
    known = [abs(float(value)) for value in (*measured, *counts) if value is not None]
    for shown in re.findall(r"\d+(?:\.\d+)?", session_feedback(summary, language)):
        digits = len(shown.partition(".")[2])
        assert any(abs(value - float(shown)) <= 0.5 * 10**-digits + 1e-9 for value in known), shown


def test_a_summary_of_too_many_says_so() -> None:
    assert "only the newest are counted" in session_feedback(summary_of("one", is_cut=True), Language.ENGLISH)
