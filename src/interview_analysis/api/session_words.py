"""One text about a session, by rules: each sentence from a figure of the summary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from interview_analysis.domain.analysis import AnalysisStatus
from interview_analysis.domain.feedback import Language
from interview_analysis.domain.marks import OVERALL
from interview_analysis.domain.scoring.categories import Category
from interview_analysis.domain.session import Question, SessionSummary
from interview_analysis.messages import Message
from interview_analysis.words import category_name

_LEVEL = 0.5
"""Points of overall per question below which a trend reads as level."""
_LONGEST_TEXT = 40
_WORDS: Final = {
    "mean": Message(
        "질문 {questions}개 가운데 {scored}개의 종합 점수를 알 수 있고 평균은 {mean:.1f}점입니다.",
        "Of {questions} question(s) {scored} have an overall score; the mean is {mean:.1f}.",
    ),
    "none": Message(
        "질문 {questions}개 가운데 종합 점수를 알 수 있는 것이 없습니다.",
        "None of {questions} question(s) has an overall score.",
    ),
    "extremes": Message(
        "가장 높은 점수는 {strongest}의 {high:.1f}점, 가장 낮은 점수는 {weakest}의 {low:.1f}점입니다.",
        "The highest is {strongest} with {high:.1f}, the lowest {weakest} with {low:.1f}.",
    ),
    "rising": Message(
        "질문이 이어질수록 종합 점수가 질문마다 {slope:.1f}점씩 올랐으니, 처음부터 그 흐름으로 시작하도록 첫 답변 전에 한 번 "
        "소리 내어 연습해 "
        "보세요.",
        "The overall score rises by {slope:.1f} a question: rehearse one answer aloud before the first, to start at that "
        "level.",
    ),
    "falling": Message(
        "질문이 이어질수록 종합 점수가 질문마다 {slope:.1f}점씩 내렸으니, 중간에 잠깐 쉬고 자세를 고친 뒤 이어 가 보세요.",
        "The overall score falls by {slope:.1f} a question: take a short break halfway and sit up again before you go on.",
    ),
    "level": Message(
        "질문이 이어져도 종합 점수는 고릅니다(질문마다 {change:+.1f}점).",
        "The overall score stays level over the questions ({change:+.1f} a question).",
    ),
    "recurring": Message(
        "질문 {count}개에서 가장 낮은 영역은 {category}이고 평균은 100점 만점에 {mean:.0f}점이니, 다음 연습은 여기부터 시작해 "
        "보세요.",
        "In {count} questions the lowest category is {category}, with a mean of {mean:.0f} of 100: begin your next practice "
        "there.",
    ),
    "better": Message(
        "{question}은 다시 답해 종합 점수가 {points:.1f}점 올랐습니다.", "Answering {question} again raised it by {points:.1f}."
    ),
    "worse": Message(
        "{question}은 다시 답한 뒤 종합 점수가 {points:.1f}점 내렸습니다.",
        "Answering {question} again lowered it by {points:.1f}.",
    ),
    "missing": Message("아직 알 수 없는 것: {questions}.", "Not known yet: {questions}."),
    "versions": Message(
        "점수 공식의 버전이 다른 분석({versions})이 섞여 있어 점수의 비교는 참고만 하세요.",
        "Analyses by different versions of the formulas ({versions}) are mixed: take comparisons of scores with care.",
    ),
    "cut": Message(
        "분석이 많아 가장 최근의 것만 셌습니다.", "There are more analyses than were read; only the newest are counted."
    ),
    "number": Message("질문 {number}번", "question {number}"),
    "text": Message("“{text}” 질문", "“{text}”"),
    "unnamed": Message("번호 없는 질문", "a question without a number"),
    "unscored": Message("{question}(종합 점수 없음)", "{question} (no overall score)"),
    "failed": Message("{question}(분석 실패)", "{question} (analysis failed)"),
    "cancelled": Message("{question}(취소됨)", "{question} (cancelled)"),
    "running": Message("{question}(분석 중)", "{question} (being analysed)"),
}
_STATES: Final = {
    AnalysisStatus.COMPLETED: "unscored",
    AnalysisStatus.FAILED: "failed",
    AnalysisStatus.CANCELLED: "cancelled",
    AnalysisStatus.QUEUED: "running",
    AnalysisStatus.PROCESSING: "running",
}


def session_feedback(summary: SessionSummary, language: Language) -> str:
    """The same words for the same summary."""
    return " ".join(_sentences(summary, language))


def _sentences(summary: SessionSummary, language: Language) -> Iterator[str]:
    yield from _on_scores(summary, language)
    if summary.recurring is not None and (mean := summary.means[summary.recurring]) is not None:
        name = category_name(Category(summary.recurring), language)
        yield _say("recurring", language, count=summary.recurring_count, category=name, mean=mean)
    yield from _on_repeats(summary, language)
    unknown = [question for question in summary.questions if question.overall is None]
    if unknown:
        named = (_say(_STATES[one.counted.status], language, question=_name(one, language)) for one in unknown)
        yield _say("missing", language, questions=", ".join(named))
    if len(summary.formula_versions) > 1:
        yield _say("versions", language, versions=", ".join(summary.formula_versions))
    if summary.is_cut:
        yield _say("cut", language)


def _on_scores(summary: SessionSummary, language: Language) -> Iterator[str]:
    mean, slope = summary.means[OVERALL], summary.trends[OVERALL]
    if mean is None:
        yield _say("none", language, questions=len(summary.questions))
        return
    yield _say("mean", language, questions=len(summary.questions), scored=summary.scored, mean=mean)
    strongest, weakest = summary.strongest, summary.weakest
    if strongest is not None and weakest is not None:
        names = {"strongest": _name(strongest, language), "weakest": _name(weakest, language)}
        yield _say("extremes", language, **names, high=strongest.overall, low=weakest.overall)
    if slope is not None:
        key = "level" if abs(slope) < _LEVEL else "rising" if slope > 0 else "falling"
        yield _say(key, language, slope=abs(slope), change=slope)


def _on_repeats(summary: SessionSummary, language: Language) -> Iterator[str]:
    """Against the attempt before, where both have an overall score."""
    for question in summary.questions:
        before = [one.difference for one in question.others if one.created_at < question.counted.created_at]
        if before and before[0]:
            key = "better" if before[0] > 0 else "worse"
            yield _say(key, language, question=_name(question, language), points=abs(before[0]))


def _name(question: Question, language: Language) -> str:
    if question.number is not None:
        return _say("number", language, number=question.number)
    text = " ".join((question.text or "").split())
    if not text:
        return _say("unnamed", language)
    short = text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT].rstrip() + "…"
    return _say("text", language, text=short)


def _say(key: str, language: Language, **values: object) -> str:
    entry = _WORDS[key]
    return (entry.ko if language is Language.KOREAN else entry.en).format(**values)
