"""Analyses and feedback in the embedded database."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from integration.analysis_store_contract import ClaimsContract, RecordsContract
from integration.clock_steps_contract import ClockStepsContract
from integration.comment_store_contract import CommentsContract
from integration.delivery_store_contract import DeliveriesContract, RetentionContract
from integration.feedback_store_contract import FeedbackContract
from integration.long_queue_contract import LongQueueContract
from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.adapters.relational.comments import SqlCommentStore
from interview_analysis.adapters.relational.deliveries import SqlDeliveryStore
from interview_analysis.adapters.relational.engine import open_database, sqlite_url
from interview_analysis.adapters.relational.feedback import SqlFeedbackStore
from interview_analysis.domain.analysis import AnalysisFilter, AnalysisStatus, Failure, Progress, Stage
from interview_analysis.errors import ClaimLost, Conflict, DependencyUnavailable, StorageFull
from store_builders import FakeClock, build_analysis, build_result

CLAIM_ALL = """
import asyncio, sys
from pathlib import Path
from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.adapters.relational.engine import open_database, sqlite_url

async def main():
    async with open_database(sqlite_url(Path(sys.argv[1]))) as engine:
        store = SqlAnalysisStore(engine, 3)
        while (taken := await store.claim_next(sys.argv[2], 600.0)) is not None:
            print(taken[0].id)

asyncio.run(main())
"""

ADD_AND_DIE = """
import asyncio, os, sys
from pathlib import Path
from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.adapters.relational.engine import open_database, sqlite_url
from store_builders import build_analysis

async def main():
    async with open_database(sqlite_url(Path(sys.argv[1]))) as engine:
        await SqlAnalysisStore(engine, 3).add(build_analysis())
        os._exit(9)

asyncio.run(main())
"""


def claim_all(database: Path, worker: str) -> list[str]:
    """Claim until nothing is due, in a process of its own."""
    command = [sys.executable, "-c", CLAIM_ALL, str(database), worker]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60, check=True).stdout.split()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(database: AsyncEngine, clock: FakeClock) -> SqlAnalysisStore:
    return SqlAnalysisStore(database, max_attempts=3, workers=4, clock=clock)


@pytest.fixture
def deliveries(database: AsyncEngine, clock: FakeClock) -> SqlDeliveryStore:
    return SqlDeliveryStore(database, clock)


@pytest.fixture
def feedback(database: AsyncEngine) -> SqlFeedbackStore:
    return SqlFeedbackStore(database)


class TestSqliteRecords(RecordsContract):
    pass


class TestSqliteClaims(ClaimsContract):
    pass


class TestSqliteLongQueue(LongQueueContract):
    pass


class TestSqliteClockSteps(ClockStepsContract):
    pass


class TestSqliteFeedback(FeedbackContract):
    pass


class TestSqliteRetention(RetentionContract):
    pass


class TestSqliteDeliveries(DeliveriesContract):
    pass


class TestSqliteComments(CommentsContract):
    @pytest.fixture
    def analyses(self, store: SqlAnalysisStore) -> SqlAnalysisStore:
        return store

    @pytest.fixture
    def comments(self, database: AsyncEngine, clock: FakeClock) -> SqlCommentStore:
        return SqlCommentStore(database, clock)


async def test_where_the_message_cannot_be_written_the_analysis_has_not_ended(
    store: SqlAnalysisStore, clock: FakeClock, database: AsyncEngine
) -> None:
    """Both or neither: a process that dies between them is a transaction that was never committed."""
    await store.add(build_analysis())
    clock.advance(5)
    taken = await store.claim_next("w1", 10.0)
    assert taken is not None
    async with database.begin() as connection:
        await connection.execute(text("ALTER TABLE deliveries RENAME TO hidden"))
    for end in (store.finish(taken[1], build_result()), store.fail(taken[1], Failure("x", "")), store.cancel(taken[0].id)):
        with pytest.raises(DependencyUnavailable):
            await end
        assert await store.get(taken[0].id) == taken[0]


async def test_processes_never_share_an_analysis(store: SqlAnalysisStore, tmp_path: Path) -> None:
    for number in range(40):
        await store.add(build_analysis(number))
    taken = await asyncio.gather(*(asyncio.to_thread(claim_all, tmp_path / "store.db", f"w{i}") for i in range(3)))
    assert sorted(itertools.chain(*taken)) == [build_analysis(number).id for number in range(40)]


async def test_an_accepted_analysis_outlives_the_process(tmp_path: Path) -> None:
    """The other process is gone without closing anything; its record is there."""
    command = [sys.executable, "-c", ADD_AND_DIE, str(tmp_path / "store.db")]
    environment = {"PYTHONPATH": str(Path(__file__).parents[1])}
    died = await asyncio.to_thread(subprocess.run, command, env=environment, timeout=60, check=False)
    assert died.returncode == 9
    async with open_database(sqlite_url(tmp_path / "store.db")) as engine:
        assert await SqlAnalysisStore(engine, 3).get(build_analysis().id) == build_analysis()


async def test_a_cancelled_task_leaves_no_lock_behind(store: SqlAnalysisStore, clock: FakeClock) -> None:
    await store.add(build_analysis())
    clock.advance(5)
    taken = await store.claim_next("w1", 1e6)
    assert taken is not None
    for delay in range(60):
        beat = asyncio.create_task(store.heartbeat(taken[1], Progress(Stage.FETCH, delay), 1e6))
        for _ in range(delay % 20):
            await asyncio.sleep(0)
        beat.cancel()
        await asyncio.wait([beat])
    await asyncio.wait_for(store.heartbeat(taken[1], Progress(Stage.DONE, 99.0), 1e6), 60)
    assert (await store.get(taken[0].id)).progress.percent == 99.0


async def test_a_writer_that_holds_the_lock_too_long_makes_others_unavailable(
    store: SqlAnalysisStore, database: AsyncEngine, tmp_path: Path
) -> None:
    await store.add(build_analysis(1))
    event.listen(
        database.sync_engine, "checkout", lambda connection, *_: connection.cursor().execute("PRAGMA busy_timeout = 50")
    )
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DependencyUnavailable, match="locked"):
            await store.add(build_analysis(2))
        assert await store.get(build_analysis(1).id) == build_analysis(1)
        other.execute("ROLLBACK")
    await store.add(build_analysis(2))


async def test_a_full_disk_is_told_and_nothing_is_half_written(store: SqlAnalysisStore, database: AsyncEngine) -> None:
    await store.add(build_analysis(0))
    event.listen(
        database.sync_engine, "checkout", lambda connection, *_: connection.cursor().execute("PRAGMA max_page_count = 1")
    )
    with pytest.raises(StorageFull):
        await asyncio.gather(*(store.add(build_analysis(number)) for number in range(1, 200)))
    stored = (await store.list_recent(AnalysisFilter(), 2000)).analyses
    assert [await store.get(analysis.id) for analysis in stored] == list(stored)


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"not a database, but long enough to be read as one " * 100)
    with pytest.raises(DependencyUnavailable):
        async with open_database(sqlite_url(tmp_path / "store.db")):
            pass


async def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DependencyUnavailable):
        async with open_database(sqlite_url(tmp_path / "file" / "store.db")):
            pass


async def test_a_path_with_special_characters_is_only_a_path(tmp_path: Path) -> None:
    path = tmp_path / "면접 50% ?a=b#c" / "store.db"
    async with open_database(sqlite_url(path)) as engine:
        await SqlAnalysisStore(engine, 3).add(build_analysis())
    assert path.exists()


async def test_whoever_ends_an_analysis_tells_of_it_once(database: AsyncEngine, clock: FakeClock) -> None:
    told: list[tuple[AnalysisStatus, str, bool]] = []
    store = SqlAnalysisStore(
        database,
        max_attempts=1,
        clock=clock,
        ended=lambda status, code, result: told.append((status, code, result is not None)),
    )
    for number in range(1, 5):
        await store.add(build_analysis(number))
    clock.advance(10.0)
    for verdict in ("complete", "fail", "die"):
        taken = await store.claim_next("w1", 5.0)
        assert taken is not None
        if verdict == "complete":
            await store.finish(taken[1], build_result())
            with pytest.raises(ClaimLost):
                await store.fail(taken[1], Failure("too_late", "x"))
        if verdict == "fail":
            await store.fail(taken[1], Failure("video_unreadable", "x"))
    await store.cancel(build_analysis(4).id)
    with pytest.raises(Conflict):
        await store.cancel(build_analysis(4).id)
    clock.advance(6.0)
    assert await store.claim_next("w2", 5.0) is None
    assert told == [
        (AnalysisStatus.COMPLETED, "", True),
        (AnalysisStatus.FAILED, "video_unreadable", False),
        (AnalysisStatus.CANCELLED, "", False),
        (AnalysisStatus.FAILED, "worker_lost", False),
    ]
