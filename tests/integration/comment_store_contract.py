"""What every ``CommentStore`` keeps. A subclass provides ``analyses``, ``comments`` and ``feedback``, all on ``clock``."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from interview_analysis.application.ports import AnalysisStore, CommentStore, FeedbackStore
from interview_analysis.domain.comment import CommentState, CommentWish, TokenCaps
from interview_analysis.errors import DependencyRefused, DependencyUnavailable
from store_builders import FakeClock, build_analysis, build_feedback, build_result

LEASE = 60.0
ID = build_analysis().id
CAPS = TokenCaps(per_analysis=1000, per_day=1500)


async def completed(analyses: AnalysisStore, clock: FakeClock, number: int = 1) -> str:
    await analyses.add(build_analysis(number))
    clock.advance(30)
    taken = await analyses.claim_next("w", LEASE)
    assert taken is not None
    await analyses.finish(taken[1], build_result())
    return taken[0].id


async def claimed(comments: CommentStore) -> CommentWish:
    wish = await comments.claim_due(LEASE)
    assert wish is not None
    return wish


class CommentsContract:
    async def test_a_wish_is_due_once_its_analysis_is_completed(
        self, analyses: AnalysisStore, comments: CommentStore, clock: FakeClock
    ) -> None:
        await analyses.add(build_analysis())
        await comments.wish(ID)
        clock.advance(30)
        assert await comments.claim_due(LEASE) is None
        taken = await analyses.claim_next("w", LEASE)
        assert taken is not None
        await analyses.finish(taken[1], build_result())
        wish = await claimed(comments)
        assert (wish.analysis_id, wish.attempt, wish.state) == (ID, 1, CommentState.PENDING)

    async def test_wishing_twice_is_wishing_once(
        self, analyses: AnalysisStore, comments: CommentStore, clock: FakeClock
    ) -> None:
        await completed(analyses, clock)
        await comments.wish(ID)
        wish = await claimed(comments)
        await comments.wish(ID)
        assert await comments.get(ID) == wish

    async def test_nobody_wishes_for_what_is_not_there_or_is_being_erased(
        self, analyses: AnalysisStore, comments: CommentStore, clock: FakeClock
    ) -> None:
        await comments.wish(ID)
        assert await comments.claim(ID, LEASE) is None
        await completed(analyses, clock)
        await analyses.retire(ID)
        await comments.wish(ID)
        assert await comments.claim(ID, LEASE) is None
        assert await comments.get(ID) is None

    async def test_one_claim_at_a_time_until_its_lease_ends(
        self, analyses: AnalysisStore, comments: CommentStore, clock: FakeClock
    ) -> None:
        await comments.wish(await completed(analyses, clock))
        claims = (comments.claim_due(LEASE) if number % 2 else comments.claim(ID, LEASE) for number in range(6))
        taken = [wish for wish in await asyncio.gather(*claims) if wish is not None]
        assert [wish.attempt for wish in taken] == [1]
        clock.advance(LEASE + 1)
        assert await claimed(comments) == replace(taken[0], attempt=2, turn=2)

    async def test_words_replace_those_of_the_rules_and_the_wish_is_fulfilled(
        self, analyses: AnalysisStore, comments: CommentStore, feedback: FeedbackStore, clock: FakeClock
    ) -> None:
        await feedback.save(await completed(analyses, clock), build_feedback("rules"))
        await comments.wish(ID)
        assert await comments.succeed(await claimed(comments), build_feedback("model"))
        assert await feedback.get(ID) == build_feedback("model")
        found = await comments.get(ID)
        assert found is not None
        assert (found.state, found.failure, found.finished_at) == (CommentState.WRITTEN, None, clock.now)
        clock.advance(1e6)
        assert await comments.claim_due(LEASE) is None

    async def test_an_attempt_that_was_overtaken_writes_nothing(
        self, analyses: AnalysisStore, comments: CommentStore, feedback: FeedbackStore, clock: FakeClock
    ) -> None:
        await comments.wish(await completed(analyses, clock))
        old = await claimed(comments)
        clock.advance(LEASE + 1)
        new = await claimed(comments)
        assert not await comments.succeed(old, build_feedback())
        await comments.give_up(old, "llm_timed_out")
        await comments.postpone(old, "llm_timed_out", clock.now)
        assert (await comments.get(ID), await feedback.get(ID)) == (new, None)

    async def test_nothing_is_written_behind_an_erasure(
        self, analyses: AnalysisStore, comments: CommentStore, feedback: FeedbackStore, clock: FakeClock
    ) -> None:
        await comments.wish(await completed(analyses, clock))
        wish = await claimed(comments)
        assert [await comments.delete(ID), await comments.delete(ID)] == [True, False]
        assert not await comments.succeed(wish, build_feedback())
        assert await feedback.get(ID) is None

    async def test_what_was_postponed_is_due_then_and_may_be_wished_for_at_once(
        self, analyses: AnalysisStore, comments: CommentStore, clock: FakeClock
    ) -> None:
        await comments.wish(await completed(analyses, clock))
        await comments.postpone(await claimed(comments), "llm_timed_out", clock.now + timedelta(seconds=600))
        clock.advance(599)
        assert await comments.claim_due(LEASE) is None
        found = await comments.get(ID)
        assert found is not None
        assert (found.state, found.failure, found.attempt) == (CommentState.PENDING, "llm_timed_out", 1)
        now = await comments.claim(ID, LEASE)
        assert now is not None
        assert (now.attempt, now.turn, now.failure) == (1, 2, None)

    async def test_what_was_given_up_is_final_until_somebody_wishes_anew(
        self, analyses: AnalysisStore, comments: CommentStore, clock: FakeClock
    ) -> None:
        await comments.wish(await completed(analyses, clock))
        await comments.give_up(await claimed(comments), "llm_refused")
        clock.advance(1e6)
        assert await comments.claim_due(LEASE) is None
        found = await comments.get(ID)
        assert found is not None
        assert (found.state, found.failure) == (CommentState.FAILED, "llm_refused")
        anew = await comments.claim(ID, LEASE)
        assert anew is not None
        assert (anew.state, anew.attempt, anew.turn) == (CommentState.PENDING, 1, 2)

    async def test_tokens_are_capped_for_an_analysis_and_for_a_day(
        self, analyses: AnalysisStore, comments: CommentStore, clock: FakeClock
    ) -> None:
        wishes = []
        for number in (1, 2):
            await comments.wish(await completed(analyses, clock, number))
            wishes.append(await claimed(comments))
        first, second = wishes
        reserved = await comments.reserve(first, 900, CAPS)
        with pytest.raises(DependencyRefused) as spent:
            await comments.reserve(first, 200, CAPS)
        with pytest.raises(DependencyUnavailable) as today:
            await comments.reserve(second, 700, CAPS)
        assert (spent.value.code, today.value.code) == ("llm_analysis_cap", "llm_daily_cap")
        await comments.settle(first, reserved, 100)
        await comments.reserve(second, 700, CAPS)
        found = [
            wish.tokens for wish in (await comments.get(first.analysis_id), await comments.get(second.analysis_id)) if wish
        ]
        assert found == [100, 700]
        clock.advance(86_400)
        await comments.reserve(first, 900, CAPS)

    async def test_reservations_that_come_together_stay_below_the_cap(
        self, analyses: AnalysisStore, comments: CommentStore, clock: FakeClock
    ) -> None:
        wishes = []
        for number in range(1, 7):
            await comments.wish(await completed(analyses, clock, number))
            wishes.append(await claimed(comments))
        tried = await asyncio.gather(*(comments.reserve(wish, 400, CAPS) for wish in wishes), return_exceptions=True)
        assert sum(not isinstance(one, BaseException) for one in tried) == 3
