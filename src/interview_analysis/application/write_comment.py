"""Have a language model write the words of finished analyses, beside the line: what it does not answer holds no analysis up."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from interview_analysis.application.lanes import work_off
from interview_analysis.application.ports import AnalysisStore, CommentStore, CommentWriter
from interview_analysis.application.retries import RetryPolicy
from interview_analysis.domain.analysis import Analysis
from interview_analysis.domain.comment import CommentWish, TokenCaps, TokenMeter
from interview_analysis.domain.feedback import Feedback, FeedbackRequest, Language
from interview_analysis.errors import Conflict, DependencyUnavailable, NotFound

_log = logging.getLogger(__name__)

_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A writer, and how often and for how much it may be asked."""

    writer: CommentWriter
    retries: RetryPolicy
    caps: TokenCaps


class CommentPorts(Protocol):
    @property
    def analyses(self) -> AnalysisStore: ...

    @property
    def comments(self) -> CommentStore: ...


async def write_due_comments(language: Language, ports: CommentPorts, model: LanguageModel) -> None:
    """Every wish that is due now, a few at a time. Raises ``DependencyUnavailable`` where the store does not answer."""
    await work_off(
        lambda: ports.comments.claim_due(model.retries.lease_seconds),
        lambda wish: write_comment(wish, language, ports, model),
        _AT_ONCE,
    )


async def write_comment(wish: CommentWish, language: Language, ports: CommentPorts, model: LanguageModel) -> Feedback | None:
    """One attempt at one claimed wish, and its verdict; ``None`` where nothing was written: the wish says why."""
    if wish.attempt > model.retries.max_attempts:
        await ports.comments.give_up(wish, "llm_worker_lost")
        return None
    try:
        request = feedback_request(await ports.analyses.get(wish.analysis_id), language)
        feedback = await _write_within_caps(wish, request, ports.comments, model)
    except NotFound:
        return None
    except DependencyUnavailable as error:
        await _record_failure(wish, error, ports.comments, model.retries)
        return None
    return feedback if await ports.comments.succeed(wish, feedback) else None


def feedback_request(analysis: Analysis, language: Language) -> FeedbackRequest:
    """What feedback on a finished analysis is written from. Raises ``Conflict`` (``not_finished``) without a result."""
    if analysis.result is None:
        raise Conflict(f"analysis is {analysis.status}", code="not_finished")
    result, question = analysis.result, analysis.request.question_text
    return FeedbackRequest(
        scores=result.scores,
        video=result.video,
        language=language,
        question_text=question,
        transcription=result.transcription,
    )


async def _write_within_caps(
    wish: CommentWish, request: FeedbackRequest, comments: CommentStore, model: LanguageModel
) -> Feedback:
    """A process that dies here leaves the reservation counted: too much rather than too little."""
    meter = TokenMeter()
    reserved = await comments.reserve(wish, model.writer.tokens_at_most(request), model.caps)
    try:
        return await model.writer.write(request, meter)
    finally:
        await comments.settle(wish, reserved, meter.tokens)


async def _record_failure(
    wish: CommentWish, error: DependencyUnavailable, comments: CommentStore, retries: RetryPolicy
) -> None:
    if not error.retryable or wish.attempt >= retries.max_attempts:
        _log.warning("no comment on %s after %d attempts: %s", wish.analysis_id, wish.attempt, error.code)
        await comments.give_up(wish, error.code)
        return
    _log.info("no comment on %s yet: %s: %s", wish.analysis_id, error.code, error.detail)
    due_at = retries.next_time(wish.attempt)
    await comments.postpone(wish, error.code, max(due_at, _tomorrow()) if error.code == "llm_daily_cap" else due_at)


def _tomorrow() -> datetime:
    """When the next day's tokens may be spent."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
