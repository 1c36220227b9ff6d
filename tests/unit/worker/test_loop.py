"""The loop takes up one analysis after the other and outlives a silent store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.application.progress import ProgressTracker
from interview_analysis.domain.analysis import Analysis, AnalysisStatus, Claim
from interview_analysis.errors import DependencyUnavailable
from interview_analysis.worker.attempt import AttemptPolicy
from interview_analysis.worker.loop import WorkerLoop
from jobs_builders import MAX_ATTEMPTS, eventually, has_status, open_faulty_store, open_store, queued
from store_builders import build_result

POLICY = AttemptPolicy(max_attempts=MAX_ATTEMPTS, retry_seconds=0.1, lease_seconds=15.0)
COMPLETED = AnalysisStatus.COMPLETED


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlAnalysisStore]:
    async with open_store(tmp_path) as opened:
        yield opened


class Finishing:
    """Completes what it gets, after failing the first ``faults`` times; remembers the order."""

    def __init__(self, store: SqlAnalysisStore, faults: int = 0) -> None:
        self.seen: list[str] = []
        self._store = store
        self._faults = faults

    async def __call__(self, analysis: Analysis, claim: Claim, progress: ProgressTracker) -> None:
        self.seen.append(analysis.id)
        if len(self.seen) <= self._faults:
            raise DependencyUnavailable
        await self._store.finish(claim, build_result())


class DeafOnce(SqlAnalysisStore):
    """Does not answer the first claim."""

    deaf = True

    async def claim_next(
        self, worker: str, lease_seconds: float, preferred: str | None = None
    ) -> tuple[Analysis, Claim] | None:
        if self.deaf:
            self.deaf = False
            raise DependencyUnavailable("database is locked")
        return await super().claim_next(worker, lease_seconds, preferred)


async def test_oldest_first_until_stopped(store: SqlAnalysisStore) -> None:
    stop, line = asyncio.Event(), Finishing(store)
    for name in ("first", "second", "third"):
        await store.add(queued(name))
    running = asyncio.create_task(WorkerLoop("worker", store, POLICY, stop).run(line))
    await eventually(has_status(store, "third", COMPLETED))
    stop.set()
    await asyncio.wait_for(running, timeout=60.0)
    assert line.seen == ["first", "second", "third"]


@pytest.mark.punctual
async def test_what_comes_later_is_taken_up_within_a_second(store: SqlAnalysisStore) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(WorkerLoop("worker", store, POLICY, stop).run(Finishing(store)))
    await store.add(queued("late"))
    await eventually(has_status(store, "late", COMPLETED), seconds=1.0)
    stop.set()
    await running


async def test_retryable_fault_is_followed_by_another_attempt(store: SqlAnalysisStore) -> None:
    stop, line = asyncio.Event(), Finishing(store, faults=2)
    await store.add(queued("a"))
    running = asyncio.create_task(WorkerLoop("worker", store, POLICY, stop).run(line))
    await eventually(has_status(store, "a", COMPLETED))
    stop.set()
    await running
    assert (await store.get("a")).attempt == 3


@pytest.mark.slow
async def test_silent_store_is_asked_again(tmp_path: Path) -> None:
    async with open_faulty_store(tmp_path, DeafOnce) as store:
        stop = asyncio.Event()
        await store.add(queued("a"))
        running = asyncio.create_task(WorkerLoop("worker", store, POLICY, stop).run(Finishing(store)))
        await eventually(has_status(store, "a", COMPLETED))
        stop.set()
        await running
        assert not store.deaf


async def test_time_limit_ends_an_idle_loop(store: SqlAnalysisStore) -> None:
    loop = WorkerLoop("worker", store, POLICY, asyncio.Event())
    await asyncio.wait_for(loop.run(Finishing(store), seconds=0.1), timeout=60.0)


async def answered(store: SqlAnalysisStore, analysis_id: str, patience: float = 0.0) -> list[str]:
    """What one message led to."""
    line = Finishing(store)
    await WorkerLoop("worker", store, POLICY, asyncio.Event()).answer(line, analysis_id, patience)
    return line.seen


async def test_a_message_is_answered_with_its_analysis_else_with_the_next_due(store: SqlAnalysisStore) -> None:
    for name in ("first", "second"):
        await store.add(queued(name))
    assert [await answered(store, "second") for _ in range(3)] == [["second"], ["first"], []]


@pytest.mark.parametrize("analysis_id", ["finished", "unknown"])
async def test_what_no_worker_holds_is_not_waited_for(store: SqlAnalysisStore, analysis_id: str) -> None:
    await store.add(queued("finished"))
    await answered(store, "finished")
    assert await asyncio.wait_for(answered(store, analysis_id, patience=600.0), timeout=60.0) == []


async def test_a_redelivered_message_waits_for_the_claim_of_a_dead_worker(store: SqlAnalysisStore) -> None:
    await store.add(queued("a"))
    await store.claim_next("dead", 600.0)
    waiting = asyncio.create_task(answered(store, "a", patience=600.0))
    await asyncio.sleep(0)
    await store.release("dead")
    assert await asyncio.wait_for(waiting, timeout=60.0) == ["a"]


async def test_a_claim_that_is_kept_is_waited_for_no_longer_than_told(store: SqlAnalysisStore) -> None:
    await store.add(queued("a"))
    await store.claim_next("living", 600.0)
    assert await asyncio.wait_for(answered(store, "a", patience=0.5), timeout=60.0) == []
