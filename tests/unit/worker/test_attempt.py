"""Whatever happens in an attempt ends in one verdict in the record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.application.progress import ProgressTracker
from interview_analysis.domain.analysis import Analysis, AnalysisStatus, Claim, Progress, Stage
from interview_analysis.errors import (
    DependencyUnavailable,
    Forbidden,
    ModelUnavailable,
    NotFound,
    StorageFull,
    VideoError,
)
from interview_analysis.worker.attempt import Attempt, AttemptPolicy
from jobs_builders import MAX_ATTEMPTS, eventually, open_faulty_store, open_store, queued
from store_builders import build_result

POLICY = AttemptPolicy(max_attempts=MAX_ATTEMPTS, retry_seconds=5.0, lease_seconds=15.0)
FAILED, QUEUED = AnalysisStatus.FAILED, AnalysisStatus.QUEUED


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlAnalysisStore]:
    async with open_store(tmp_path) as opened:
        await opened.add(queued("a"))
        yield opened


async def claim(store: SqlAnalysisStore, attempt: int = 1) -> tuple[Analysis, Claim]:
    """Taken up for the given time."""
    while True:
        claimed = await store.claim_next("worker", POLICY.lease_seconds)
        assert claimed is not None
        if claimed[1].attempt == attempt:
            return claimed
        await store.requeue(claimed[1], datetime.now(UTC))


class Raising:
    def __init__(self, error: BaseException) -> None:
        self._error = error

    async def __call__(self, analysis: Analysis, claim: Claim, progress: ProgressTracker) -> None:
        raise self._error


class Waiting:
    """Works in a thread that reports half of its frames, until it is stopped."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.ended = asyncio.Event()

    async def __call__(self, analysis: Analysis, claim: Claim, progress: ProgressTracker) -> None:
        progress.enter(Stage.ANALYSE_FRAMES)
        progress.share(0.5)
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()


class DeafToOneBeat(SqlAnalysisStore):
    """Does not answer the first heartbeat; ``answered`` is set at the next."""

    def __init__(self, engine: AsyncEngine, max_attempts: int) -> None:
        super().__init__(engine, max_attempts)
        self._deaf = True
        self.answered = asyncio.Event()

    async def heartbeat(self, claim: Claim, progress: Progress, lease_seconds: float) -> None:
        if self._deaf:
            self._deaf = False
            raise DependencyUnavailable("database is locked")
        await super().heartbeat(claim, progress, lease_seconds)
        self.answered.set()


@pytest.mark.parametrize(
    ("error", "attempt", "status", "code"),
    [
        (VideoError(code="no_video_stream"), 1, FAILED, "no_video_stream"),
        (NotFound(code="video_not_found"), 1, FAILED, "video_not_found"),
        (Forbidden(), 1, FAILED, "video_forbidden"),
        (ModelUnavailable(), 1, FAILED, "model_unavailable"),
        (DependencyUnavailable(), 1, QUEUED, None),
        (StorageFull(), 2, QUEUED, None),
        (DependencyUnavailable(), MAX_ATTEMPTS, FAILED, "dependency_unavailable"),
        (StorageFull(), MAX_ATTEMPTS, FAILED, "storage_full"),
        (ZeroDivisionError("secret"), 1, QUEUED, None),
        (ZeroDivisionError("secret"), MAX_ATTEMPTS, FAILED, "internal_error"),
    ],
)
async def test_error_decides_between_another_attempt_and_failure(
    store: SqlAnalysisStore, error: Exception, attempt: int, status: AnalysisStatus, code: str | None
) -> None:
    await Attempt(*await claim(store, attempt), store, POLICY).carry(Raising(error), asyncio.Event())
    record = await store.get("a")
    assert (record.status, record.failure and record.failure.code) == (status, code)
    assert "secret" not in str(record)


async def test_finished_line_leaves_the_record_completed(store: SqlAnalysisStore) -> None:
    async def finish(analysis: Analysis, claim: Claim, progress: ProgressTracker) -> None:
        await store.finish(claim, build_result())

    await Attempt(*await claim(store), store, POLICY).carry(finish, asyncio.Event())
    assert (await store.get("a")).status is AnalysisStatus.COMPLETED


async def test_another_attempt_waits(store: SqlAnalysisStore) -> None:
    await Attempt(*await claim(store), store, POLICY).carry(Raising(DependencyUnavailable()), asyncio.Event())
    assert await store.claim_next("worker", POLICY.lease_seconds) is None


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 5.0), (2, 10.0), (3, 20.0)])
def test_waits_double(attempt: int, seconds: float) -> None:
    assert POLICY.wait(attempt).total_seconds() == seconds


async def test_progress_is_recorded_while_the_line_runs(store: SqlAnalysisStore) -> None:
    stop, line = asyncio.Event(), Waiting()
    carrying = asyncio.create_task(Attempt(*await claim(store), store, POLICY).carry(line, stop))

    async def half_way() -> bool:
        progress = (await store.get("a")).progress
        return progress.stage is Stage.ANALYSE_FRAMES and 0 < progress.percent < 100

    await eventually(half_way)
    stop.set()
    await carrying


@pytest.mark.punctual
async def test_cancelled_analysis_stops_the_line_within_two_seconds(store: SqlAnalysisStore) -> None:
    line = Waiting()
    carrying = asyncio.create_task(Attempt(*await claim(store), store, POLICY).carry(line, asyncio.Event()))
    await line.begun.wait()
    await store.cancel("a")
    await asyncio.wait_for(carrying, timeout=2.0)
    assert line.ended.is_set()
    assert (await store.get("a")).status is AnalysisStatus.CANCELLED


async def test_erased_analysis_stops_the_line(store: SqlAnalysisStore) -> None:
    line = Waiting()
    carrying = asyncio.create_task(Attempt(*await claim(store), store, POLICY).carry(line, asyncio.Event()))
    await line.begun.wait()
    await store.delete("a")
    await asyncio.wait_for(carrying, timeout=60.0)
    assert line.ended.is_set()


async def test_stopping_worker_gives_the_analysis_back_uncounted_and_at_once(store: SqlAnalysisStore) -> None:
    stop, line = asyncio.Event(), Waiting()
    carrying = asyncio.create_task(Attempt(*await claim(store), store, POLICY).carry(line, stop))
    await line.begun.wait()
    stop.set()
    await carrying
    _, again = await claim(store)
    assert again.attempt == 1


async def test_silent_store_does_not_end_the_attempt(tmp_path: Path) -> None:
    async with open_faulty_store(tmp_path, DeafToOneBeat) as store:
        await store.add(queued("a"))
        stop, line = asyncio.Event(), Waiting()
        carrying = asyncio.create_task(Attempt(*await claim(store), store, POLICY).carry(line, stop))
        await store.answered.wait()
        assert not carrying.done()
        stop.set()
        await carrying


async def test_out_of_memory_ends_the_process(store: SqlAnalysisStore) -> None:
    with pytest.raises(MemoryError):
        await Attempt(*await claim(store), store, POLICY).carry(Raising(MemoryError()), asyncio.Event())
