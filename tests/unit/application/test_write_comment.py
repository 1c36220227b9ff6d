"""Attempts at the words of a language model: counted, spaced, given up; over the embedded database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from erasure_builders import embedded
from interview_analysis.application.retries import RetryPolicy
from interview_analysis.application.write_comment import LanguageModel, write_comment, write_due_comments
from interview_analysis.bootstrap import Services
from interview_analysis.domain.comment import CommentState, CommentWish, TokenCaps, TokenMeter
from interview_analysis.domain.feedback import Feedback, FeedbackRequest, Language
from interview_analysis.errors import DependencyRefused, DependencyUnavailable
from interview_analysis.settings.feedback import OpenAiSettings
from store_builders import build_analysis, build_feedback, build_result

AT_MOST, SPENT = 500, 100
ID = build_analysis().id


@dataclass
class Scripted:
    """Fails as told, else writes; each attempt costs the same."""

    failure: DependencyUnavailable | None = None
    asked: int = 0

    def tokens_at_most(self, request: FeedbackRequest) -> int:
        return AT_MOST

    async def write(self, request: FeedbackRequest, meter: TokenMeter) -> Feedback:
        self.asked += 1
        meter.sent(SPENT)
        if self.failure is not None:
            raise self.failure
        return build_feedback("model")


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    async with embedded(tmp_path) as opened:
        await opened.analyses.add(replace(build_analysis(), expires_at=None))
        claimed = await opened.analyses.claim_next("w", 60.0)
        assert claimed is not None
        await opened.analyses.finish(claimed[1], build_result())
        await opened.comments.wish(ID)
        yield opened


def model(writer: Scripted, **changes: float) -> LanguageModel:
    policy = {"max_attempts": 3, "retry_seconds": 1e-9, "lease_seconds": 60.0, **changes}
    return LanguageModel(writer, RetryPolicy(**policy), TokenCaps(1000, 10_000))  # type: ignore[arg-type]


async def found(services: Services) -> CommentWish:
    wish = await services.comments.get(ID)
    assert wish is not None
    return wish


async def test_what_is_written_is_stored_and_what_it_cost_is_counted(services: Services) -> None:
    await write_due_comments(Language.KOREAN, services, model(Scripted()))
    assert await services.feedback.get(ID) == build_feedback("model")
    wish = await found(services)
    assert (wish.state, wish.attempt, wish.tokens) == (CommentState.WRITTEN, 1, SPENT)


async def test_a_bounded_number_of_attempts(services: Services) -> None:
    writer = Scripted(DependencyUnavailable(code="llm_server_error"))
    for _ in range(5):
        await write_due_comments(Language.KOREAN, services, model(writer))
    wish = await found(services)
    assert (writer.asked, wish.state, wish.failure, wish.tokens) == (3, CommentState.FAILED, "llm_server_error", 3 * SPENT)


async def test_what_is_useless_is_not_tried_again(services: Services) -> None:
    writer = Scripted(DependencyRefused(code="llm_refused"))
    await write_due_comments(Language.KOREAN, services, model(writer))
    assert (writer.asked, (await found(services)).state) == (1, CommentState.FAILED)


async def test_attempts_are_apart(services: Services) -> None:
    writer = Scripted(DependencyUnavailable(code="llm_timed_out"))
    for _ in range(3):
        await write_due_comments(Language.KOREAN, services, model(writer, retry_seconds=600.0))
    assert (writer.asked, (await found(services)).failure) == (1, "llm_timed_out")


async def test_an_analysis_may_cost_so_much_and_no_more(services: Services) -> None:
    writer = Scripted(DependencyUnavailable(code="llm_bad_json"))
    costly = model(writer, max_attempts=100)
    for _ in range(12):
        await write_due_comments(Language.KOREAN, services, costly)
    wish = await found(services)
    assert (wish.state, wish.failure) == (CommentState.FAILED, "llm_analysis_cap")
    assert wish.tokens + AT_MOST > costly.caps.per_analysis >= wish.tokens


async def test_whose_process_always_dies_is_given_up(services: Services) -> None:
    writer = Scripted()
    for _ in range(3):
        assert await services.comments.claim_due(-1.0) is not None
    await write_due_comments(Language.KOREAN, services, model(writer))
    assert (writer.asked, (await found(services)).failure) == (0, "llm_worker_lost")


async def test_a_day_that_is_spent_waits_for_the_next(services: Services) -> None:
    wish = await services.comments.claim_due(60.0)
    assert wish is not None
    spent = replace(model(Scripted(DependencyUnavailable(code="unused"))), caps=TokenCaps(1000, AT_MOST - 1))
    assert await write_comment(wish, Language.KOREAN, services, spent) is None
    assert (await found(services)).failure == "llm_daily_cap"
    assert await services.comments.claim_due(60.0) is None


def test_by_default_the_last_attempt_comes_about_an_hour_after_the_first(clean_environment: object) -> None:
    wanted = OpenAiSettings()
    policy = RetryPolicy(max_attempts=wanted.openai_max_attempts, retry_seconds=wanted.openai_retry_seconds, lease_seconds=1.0)
    whole = sum((policy.wait(attempt) for attempt in range(1, policy.max_attempts)), timedelta())
    assert timedelta(minutes=45) < whole < timedelta(minutes=90)
    assert policy.next_time(1) > datetime.now(UTC)
