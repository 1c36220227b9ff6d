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
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from integration.analysis_store_contract import ClaimsContract, RecordsContract
from integration.feedback_store_contract import FeedbackContract
from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.adapters.relational.engine import open_database, sqlite_url
from interview_analysis.adapters.relational.feedback import SqlFeedbackStore
from interview_analysis.domain.analysis import AnalysisFilter, Progress, Stage
from interview_analysis.errors import DependencyUnavailable, StorageFull
from store_builders import FakeClock, build_analysis

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
def feedback(database: AsyncEngine) -> SqlFeedbackStore:
    return SqlFeedbackStore(database)


class TestSqliteRecords(RecordsContract):
    pass


class TestSqliteClaims(ClaimsContract):
    pass


class TestSqliteFeedback(FeedbackContract):
    pass


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
    await asyncio.wait_for(store.heartbeat(taken[1], Progress(Stage.DONE, 99.0), 1e6), 4)
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
