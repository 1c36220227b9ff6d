"""What every ``AnalysisStore`` keeps. A subclass provides ``store`` (three attempts, four workers) that runs on ``clock``."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from interview_analysis.application.ports import AnalysisStore
from interview_analysis.domain.analysis import (
    Analysis,
    AnalysisFilter,
    AnalysisStatus,
    Claim,
    DueAnalysis,
    Failure,
    Progress,
    QueueDepth,
    Stage,
)
from interview_analysis.errors import AnalysisCancelled, ClaimLost, Conflict, InputError, NotFound
from store_builders import FakeClock, build_analysis, build_result

LEASE = 10.0
PROGRESS = Progress(Stage.ANALYSE_FRAMES, 62.5)


async def added(store: AnalysisStore, *numbers: int) -> list[Analysis]:
    return [await store.add(build_analysis(number)) for number in numbers]


async def claimed(store: AnalysisStore, worker: str = "w1") -> tuple[Analysis, Claim]:
    taken = await store.claim_next(worker, LEASE)
    assert taken is not None
    return taken


async def completed(store: AnalysisStore, clock: FakeClock, seconds: float) -> None:
    _, claim = await claimed(store)
    clock.advance(seconds)
    await store.finish(claim, build_result())


async def try_all_writes(store: AnalysisStore, claim: Claim, clock: FakeClock, refused_with: type[Exception]) -> None:
    """Every write of a worker must be refused."""
    for write in (
        store.heartbeat(claim, PROGRESS, LEASE),
        store.finish(claim, build_result()),
        store.fail(claim, Failure("video_unreadable", "x")),
        store.requeue(claim, clock.now),
    ):
        with pytest.raises(refused_with):
            await write


class RecordsContract:
    async def test_a_record_comes_back_equal(self, store: AnalysisStore) -> None:
        analysis = build_analysis()
        assert await store.add(analysis) == analysis
        assert await store.get(analysis.id) == analysis

    @pytest.mark.parametrize("missing", ["analysis_unknown", "", "a\x00b", "' OR 1=1 --", "면접" * 500])
    async def test_an_unknown_id_is_not_found(self, store: AnalysisStore, missing: str) -> None:
        await added(store, 1)
        with pytest.raises(NotFound) as caught:
            await store.get(missing)
        assert caught.value.code == "analysis_not_found"

    async def test_states_of_many_at_once(self, store: AnalysisStore) -> None:
        known = {analysis.id: analysis.state for analysis in await added(store, *range(-6, 1))}
        analysis, claim = await claimed(store)
        await store.fail(claim, Failure("video_unreadable", "no header"))
        states = await store.states({*known, "analysis_unknown", *(f"analysis_{number}" for number in range(1200))})
        assert states == known | {analysis.id: (await store.get(analysis.id)).state}

    async def test_states_of_none(self, store: AnalysisStore) -> None:
        assert await store.states([]) == {}

    async def test_ids_differ_by_case(self, store: AnalysisStore) -> None:
        await store.add(replace(build_analysis(), id="ABC"))
        with pytest.raises(NotFound):
            await store.get("abc")

    async def test_text_that_is_not_unicode_is_refused(self, store: AnalysisStore) -> None:
        with pytest.raises(InputError):
            await store.get("\ud800")

    async def test_the_same_key_and_body_give_the_same_analysis(self, store: AnalysisStore) -> None:
        first = await store.add(build_analysis(1), "key", "body")
        assert await store.add(build_analysis(2), "key", "body") == first
        assert await store.add(build_analysis(3), "KEY", "body") != first

    async def test_the_same_key_with_another_body_is_a_conflict(self, store: AnalysisStore) -> None:
        await store.add(build_analysis(1), "key", "body")
        with pytest.raises(Conflict) as caught:
            await store.add(build_analysis(2), "key", "another")
        assert caught.value.code == "idempotency_key_reused"

    async def test_each_owner_has_keys_of_its_own(self, store: AnalysisStore) -> None:
        mine, theirs = (replace(build_analysis(number), owner=owner) for number, owner in ((1, "mine"), (2, "theirs")))
        assert await store.add(mine, "key", "a") == mine
        assert await store.add(theirs, "key", "b") == theirs

    async def test_many_at_once_with_one_key_make_one_analysis(self, store: AnalysisStore) -> None:
        answers = await asyncio.gather(*(store.add(build_analysis(i), "key", "body") for i in range(12)))
        assert len({answer.id for answer in answers}) == 1
        assert len((await store.list_recent(AnalysisFilter(), 100)).analyses) == 1

    async def test_an_id_is_given_once(self, store: AnalysisStore) -> None:
        await added(store, 1)
        with pytest.raises(Conflict):
            await added(store, 1)

    async def test_pages_run_from_new_to_old_without_gap_or_overlap(self, store: AnalysisStore) -> None:
        same_moment = [replace(build_analysis(50), id=f"tie-{letter}") for letter in "abc"]
        for analysis in [*(build_analysis(number) for number in range(4)), *same_moment]:
            await store.add(analysis)
        seen: list[str] = []
        cursor: str | None = None
        while True:
            page = await store.list_recent(AnalysisFilter(), 2, cursor)
            seen += [analysis.id for analysis in page.analyses]
            if (cursor := page.next_cursor) is None:
                break
        assert seen == ["tie-c", "tie-b", "tie-a", *(build_analysis(number).id for number in (3, 2, 1, 0))]

    @pytest.mark.parametrize(
        ("wanted", "numbers"),
        [
            (AnalysisFilter(), [3, 2, 1]),
            (AnalysisFilter(user_id="kim"), [3, 1]),
            (AnalysisFilter(user_id="KIM"), []),
            (AnalysisFilter(owner="web-app"), [3, 2, 1]),
            (AnalysisFilter(owner="Web-App"), []),
            (AnalysisFilter(session_id="s1"), [2, 1]),
            (AnalysisFilter(user_id="kim", session_id="s1"), [1]),
            (AnalysisFilter(status=AnalysisStatus.PROCESSING), [1]),
            (AnalysisFilter(user_id="kim", status=AnalysisStatus.QUEUED), [3]),
        ],
    )
    async def test_all_given_fields_must_match(
        self, store: AnalysisStore, clock: FakeClock, wanted: AnalysisFilter, numbers: list[int]
    ) -> None:
        for number, user, session in ((1, "kim", "s1"), (2, "lee", "s1"), (3, "kim", None)):
            await store.add(build_analysis(number, user=user, session=session))
        clock.advance(5)
        await claimed(store)
        found = (await store.list_recent(wanted, 10)).analyses
        assert [analysis.id for analysis in found] == [build_analysis(number).id for number in numbers]

    @pytest.mark.parametrize("cursor", ["", "x", "!!!!", "bm90IGEgY3Vyc29y", "면접", "MjAyNi0wMS0wMVQwMDowMDowMHxh", "\ud800"])
    async def test_a_foreign_cursor_is_refused(self, store: AnalysisStore, cursor: str) -> None:
        with pytest.raises(InputError) as caught:
            await store.list_recent(AnalysisFilter(), 10, cursor)
        assert caught.value.code == "invalid_cursor"

    async def test_which_videos_were_analysed_is_told(self, store: AnalysisStore) -> None:
        (analysis,) = await added(store, 1)
        video = analysis.request.video
        others = [replace(video, bucket="elsewhere"), replace(video, key=f"{video.key}.webm")]
        assert await store.analysed([*others, video]) == {video}
        assert await store.analysed([]) == frozenset()

    async def test_what_was_deleted_is_gone_and_its_key_free(self, store: AnalysisStore) -> None:
        first = await store.add(build_analysis(1), "key", "body")
        assert [await store.delete(first.id), await store.delete(first.id)] == [True, False]
        with pytest.raises(NotFound):
            await store.get(first.id)
        assert (await store.add(build_analysis(2), "key", "another")).id == build_analysis(2).id

    async def test_the_queue_tells_its_length_and_the_median_time(self, store: AnalysisStore, clock: FakeClock) -> None:
        assert (await store.queue_state()).seconds_each is None
        await added(store, *range(6))
        clock.advance(60)
        for seconds in (5.0, 9.0, 100.0):
            await completed(store, clock, seconds)
        await claimed(store)
        state = await store.queue_state()
        assert (state.ahead, state.seconds_each, state.workers) == (3, 9.0, 4)

    async def test_an_empty_queue_is_told_as_such(self, store: AnalysisStore) -> None:
        assert await store.queue_depth() == QueueDepth(queued=0, processing=0, oldest_seconds=0.0, busy_workers=0)

    async def test_the_queue_tells_what_waits_and_what_is_worked_on(self, store: AnalysisStore, clock: FakeClock) -> None:
        await added(store, 1, 2, 3, 4)
        clock.advance(100.0)
        await completed(store, clock, 0.0)
        await claimed(store, "silent")
        clock.advance(LEASE + 1)
        await claimed(store, "w1")
        await store.cancel(build_analysis(4).id)
        await added(store, 5)
        depth = await store.queue_depth()
        assert (depth.queued, depth.processing, depth.busy_workers) == (2, 1, 1)
        assert depth.oldest_seconds == (clock.now - build_analysis(3).created_at).total_seconds()

    async def test_it_answers(self, store: AnalysisStore) -> None:
        await store.ping()


class ClaimsContract:
    async def test_the_oldest_comes_first_and_each_once(self, store: AnalysisStore, clock: FakeClock) -> None:
        await added(store, 2, 1, 3)
        clock.advance(10)
        taken = [(await claimed(store, worker))[0].id for worker in ("w1", "w2", "w3")]
        assert taken == [build_analysis(number).id for number in (1, 2, 3)]
        assert await store.claim_next("w4", LEASE) is None

    async def test_the_urgent_come_first(self, store: AnalysisStore, clock: FakeClock) -> None:
        for number, priority in ((1, 0), (2, 9), (3, 9)):
            analysis = build_analysis(number)
            await store.add(replace(analysis, request=replace(analysis.request, priority=priority)))
        clock.advance(60)
        taken = [(await claimed(store))[0].id for _ in range(3)]
        assert taken == [build_analysis(number).id for number in (2, 3, 1)]

    async def test_the_preferred_one_comes_before_the_urgent_if_it_is_due(self, store: AnalysisStore, clock: FakeClock) -> None:
        for number, priority in ((1, 9), (2, 0), (3, 5)):
            analysis = build_analysis(number)
            await store.add(replace(analysis, request=replace(analysis.request, priority=priority)))
        clock.advance(60)
        wish = build_analysis(2).id
        taken = [await store.claim_next("w1", LEASE, wish) for _ in range(4)]
        assert [found[0].id for found in taken if found is not None] == [build_analysis(number).id for number in (2, 1, 3)]

    async def test_what_could_be_claimed_is_counted_and_listed_in_that_order(
        self, store: AnalysisStore, clock: FakeClock
    ) -> None:
        for number, priority in ((1, 0), (2, 9), (3, 0), (4, 0), (5, 0), (6, 9)):
            analysis = build_analysis(number)
            await store.add(replace(analysis, request=replace(analysis.request, priority=priority)))
        clock.advance(60)
        running, requeued, finished = [(await claimed(store))[1] for _ in range(3)]
        await store.requeue(requeued, clock.now + timedelta(seconds=2 * LEASE))
        await store.finish(finished, build_result())
        await store.cancel(build_analysis(3).id)
        waiting = [DueAnalysis(build_analysis(number).id, 0) for number in (4, 5)]
        assert (await store.count_due(), await store.list_due(9)) == (2, waiting)
        assert await store.list_due(1) == waiting[:1]
        clock.advance(LEASE + 1)
        assert await store.list_due(9) == [DueAnalysis(running.analysis_id, 9), *waiting]
        assert await store.count_due() == 3

    async def test_many_workers_at_once_never_share(self, store: AnalysisStore, clock: FakeClock) -> None:
        await added(store, *range(10))
        clock.advance(10)
        taken = await asyncio.gather(*(store.claim_next(f"w{i}", LEASE) for i in range(16)))
        ids = [found[0].id for found in taken if found is not None]
        assert sorted(ids) == [build_analysis(number).id for number in range(10)]

    async def test_a_claim_counts_the_attempt_and_starts_the_clock(self, store: AnalysisStore, clock: FakeClock) -> None:
        await added(store, 1)
        clock.advance(5)
        analysis, claim = await claimed(store, "w1")
        assert claim == Claim(analysis.id, 1, "w1")
        assert (analysis.status, analysis.attempt, analysis.started_at) == (AnalysisStatus.PROCESSING, 1, clock.now)
        assert analysis == await store.get(analysis.id)

    async def test_a_heartbeat_keeps_the_lease_and_tells_progress(self, store: AnalysisStore, clock: FakeClock) -> None:
        await added(store, 1)
        clock.advance(5)
        analysis, claim = await claimed(store)
        for _ in range(3):
            clock.advance(LEASE - 1)
            await store.heartbeat(claim, PROGRESS, LEASE)
            assert await store.claim_next("w2", LEASE) is None
        assert (await store.get(analysis.id)).progress == PROGRESS

    async def test_an_expired_lease_is_taken_up_and_the_old_worker_shut_out(
        self, store: AnalysisStore, clock: FakeClock
    ) -> None:
        await added(store, 1)
        clock.advance(5)
        _, old = await claimed(store, "w1")
        clock.advance(LEASE + 1)
        analysis, new = await claimed(store, "w2")
        assert (analysis.attempt, new.worker) == (2, "w2")
        await try_all_writes(store, old, clock, ClaimLost)
        await store.finish(new, build_result())

    async def test_the_same_worker_with_an_older_attempt_is_shut_out(self, store: AnalysisStore, clock: FakeClock) -> None:
        await added(store, 1)
        clock.advance(5)
        _, old = await claimed(store, "w1")
        clock.advance(LEASE + 1)
        await claimed(store, "w1")
        await try_all_writes(store, old, clock, ClaimLost)

    async def test_the_result_comes_back_equal(self, store: AnalysisStore, clock: FakeClock) -> None:
        await added(store, 1)
        clock.advance(5)
        _, claim = await claimed(store)
        clock.advance(7)
        await store.finish(claim, build_result())
        analysis = await store.get(claim.analysis_id)
        assert (analysis.status, analysis.result) == (AnalysisStatus.COMPLETED, build_result())
        assert (analysis.progress, analysis.finished_at) == (Progress(Stage.DONE, 100.0), clock.now)

    async def test_a_result_that_lacks_a_number_is_refused_and_changes_nothing(
        self, store: AnalysisStore, clock: FakeClock
    ) -> None:
        await added(store, 1)
        clock.advance(5)
        _, claim = await claimed(store)
        with pytest.raises(ValueError, match="analysed_seconds"):
            await store.finish(claim, build_result(analysed_seconds=float("nan")))
        assert (await store.get(claim.analysis_id)).status is AnalysisStatus.PROCESSING

    async def test_a_failure_comes_back_equal_and_is_final(self, store: AnalysisStore, clock: FakeClock) -> None:
        await added(store, 1)
        clock.advance(5)
        _, claim = await claimed(store)
        await store.fail(claim, Failure("video_unreadable", "no frame"))
        analysis = await store.get(claim.analysis_id)
        assert (analysis.status, analysis.failure) == (AnalysisStatus.FAILED, Failure("video_unreadable", "no frame"))
        await try_all_writes(store, claim, clock, ClaimLost)
        clock.advance(1000)
        assert await store.claim_next("w2", LEASE) is None

    async def test_what_was_given_back_waits_for_its_time(self, store: AnalysisStore, clock: FakeClock) -> None:
        await added(store, 1)
        clock.advance(5)
        _, claim = await claimed(store)
        await store.requeue(claim, clock.now + timedelta(seconds=20))
        assert (await store.get(claim.analysis_id)).status is AnalysisStatus.QUEUED
        clock.advance(19)
        assert await store.claim_next("w1", LEASE) is None
        clock.advance(2)
        assert (await claimed(store))[1].attempt == 2

    async def test_one_whose_workers_all_died_fails_and_lets_the_next_pass(
        self, store: AnalysisStore, clock: FakeClock
    ) -> None:
        await added(store, 1, 2)
        clock.advance(5)
        for _ in range(3):
            await claimed(store)
            clock.advance(LEASE + 1)
        analysis, _ = await claimed(store)
        assert analysis.id == build_analysis(2).id
        poison = await store.get(build_analysis(1).id)
        assert poison.status is AnalysisStatus.FAILED
        assert poison.failure is not None
        assert (poison.failure.code, poison.finished_at) == ("worker_lost", clock.now)

    async def test_giving_back_on_shutdown_is_no_death(self, store: AnalysisStore, clock: FakeClock) -> None:
        await added(store, 1)
        clock.advance(5)
        for attempt in range(1, 6):
            _, claim = await claimed(store)
            assert claim.attempt == attempt
            await store.requeue(claim, clock.now)

    @pytest.mark.parametrize(("worker", "count"), [("w1", 1), ("nobody", 0), (None, 2)])
    async def test_released_leases_are_due_at_once(
        self, store: AnalysisStore, clock: FakeClock, worker: str | None, count: int
    ) -> None:
        await added(store, 1, 2, 3)
        clock.advance(5)
        await claimed(store, "w1")
        await claimed(store, "w2")
        assert await store.release(worker) == count
        again = [await store.claim_next("w3", LEASE) for _ in range(3)]
        assert sum(found is not None and found[1].attempt == 2 for found in again) == count

    async def test_cancelling_stops_the_worker(self, store: AnalysisStore, clock: FakeClock) -> None:
        await added(store, 1)
        clock.advance(5)
        _, claim = await claimed(store)
        cancelled = await store.cancel(claim.analysis_id)
        assert (cancelled.status, cancelled.finished_at) == (AnalysisStatus.CANCELLED, clock.now)
        await try_all_writes(store, claim, clock, AnalysisCancelled)
        assert await store.get(claim.analysis_id) == cancelled

    async def test_a_cancelled_one_is_never_taken_up(self, store: AnalysisStore, clock: FakeClock) -> None:
        await added(store, 1)
        await store.cancel(build_analysis(1).id)
        clock.advance(1000)
        assert await store.claim_next("w1", LEASE) is None

    async def test_what_has_ended_cannot_be_cancelled(self, store: AnalysisStore, clock: FakeClock) -> None:
        await added(store, 1, 2, 3)
        clock.advance(5)
        await store.finish((await claimed(store))[1], build_result())
        await store.fail((await claimed(store))[1], Failure("internal_error", "x"))
        await store.cancel(build_analysis(3).id)
        for number in (1, 2, 3):
            with pytest.raises(Conflict) as caught:
                await store.cancel(build_analysis(number).id)
            assert caught.value.code == "already_finished"

    async def test_an_unknown_one_cannot_be_cancelled(self, store: AnalysisStore) -> None:
        with pytest.raises(NotFound):
            await store.cancel("analysis_unknown")

    async def test_deleting_shuts_the_worker_out(self, store: AnalysisStore, clock: FakeClock) -> None:
        await added(store, 1)
        clock.advance(5)
        _, claim = await claimed(store)
        await store.delete(claim.analysis_id)
        await try_all_writes(store, claim, clock, ClaimLost)
        with pytest.raises(NotFound):
            await store.get(claim.analysis_id)
