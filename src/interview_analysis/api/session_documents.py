"""Summaries of several analyses → documents of the contract."""

from __future__ import annotations

from interview_analysis.api.schemas.sessions import (
    AttemptDocument,
    CoverageDocument,
    MissingQuestion,
    QuestionDocument,
    QuestionReference,
    RecurringDocument,
    SessionPoint,
    SessionSummaryDocument,
    UserProgressDocument,
)
from interview_analysis.api.session_words import session_feedback
from interview_analysis.domain.feedback import Language
from interview_analysis.domain.session import Attempt, Question, SessionSummary
from interview_analysis.domain.user_progress import PractisedSession, UserProgress
from interview_analysis.messages import message
from interview_analysis.words import reason_sentence


def session_document(session_id: str, summary: SessionSummary, language: Language) -> SessionSummaryDocument:
    """With its words in the language asked for."""
    return SessionSummaryDocument(
        session_id=session_id,
        questions=[_question(question, language) for question in summary.questions],
        means=summary.means,
        trend=summary.trends,
        strongest_question=_reference(summary.strongest),
        weakest_question=_reference(summary.weakest),
        recurring_weakness=None
        if summary.recurring is None
        else RecurringDocument(category=summary.recurring, questions=summary.recurring_count),
        coverage=_coverage(summary),
        formula_versions=list(summary.formula_versions),
        language=language,
        summary_feedback=session_feedback(summary, language),
    )


def progress_document(user_id: str, progress: UserProgress) -> UserProgressDocument:
    """Figures alone."""
    return UserProgressDocument(
        user_id=user_id,
        sessions=[_session(session) for session in progress.sessions],
        change_since_first=progress.changes,
        trend=progress.trends,
        best_category=progress.best,
        worst_category=progress.worst,
        formula_versions=list(progress.formula_versions),
        truncated=progress.is_cut,
    )


def _question(question: Question, language: Language) -> QuestionDocument:
    counted = question.counted
    marks, code = counted.marks, counted.failure_code
    reason = None if marks is None else marks.reason
    return QuestionDocument(
        question_num=question.number,
        question_text=question.text,
        analysis_id=counted.analysis_id,
        status=counted.status,
        created_at=counted.created_at,
        overall_score=question.overall,
        overall_reason=reason,
        overall_reason_message=reason_sentence(reason, language),
        emotion_score=None if marks is None else marks.emotion,
        attention_score=None if marks is None else marks.attention,
        voice_score=None if marks is None else marks.voice,
        category_scores={} if marks is None else dict(marks.categories),
        error_code=code,
        error_message=None if code is None else message(code, language),
        other_attempts=[_attempt(one) for one in question.others],
    )


def _attempt(attempt: Attempt) -> AttemptDocument:
    marks = attempt.marks
    return AttemptDocument(
        analysis_id=attempt.analysis_id,
        status=attempt.status,
        created_at=attempt.created_at,
        overall_score=None if marks is None else marks.overall,
        overall_reason=None if marks is None else marks.reason,
        difference=attempt.difference,
    )


def _reference(question: Question | None) -> QuestionReference | None:
    if question is None:
        return None
    return QuestionReference(
        question_num=question.number,
        question_text=question.text,
        analysis_id=question.counted.analysis_id,
        overall_score=question.overall,
    )


def _coverage(summary: SessionSummary) -> CoverageDocument:
    missing = [
        MissingQuestion(
            question_num=question.number,
            analysis_id=question.counted.analysis_id,
            status=question.counted.status,
            reason=_why(question.counted),
        )
        for question in summary.questions
        if question.overall is None
    ]
    return CoverageDocument(
        analyses=sum(1 + len(question.others) for question in summary.questions),
        questions=len(summary.questions),
        scored=summary.scored,
        missing=missing,
        truncated=summary.is_cut,
    )


def _why(attempt: Attempt) -> str | None:
    return attempt.failure_code if attempt.marks is None else attempt.marks.reason


def _session(session: PractisedSession) -> SessionPoint:
    return SessionPoint(
        session_id=session.id,
        started_at=session.started_at,
        questions=len(session.summary.questions),
        scored=session.summary.scored,
        means=session.summary.means,
    )
