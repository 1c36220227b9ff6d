"""Analyses, feedback and frame metrics in MariaDB."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from integration.analysis_store_contract import ClaimsContract, RecordsContract
from integration.clock_steps_contract import ClockStepsContract
from integration.comment_store_contract import CommentsContract
from integration.delivery_store_contract import DeliveriesContract, RetentionContract
from integration.feedback_store_contract import FeedbackContract
from integration.frame_metrics_contract import FrameMetricsContract
from integration.gaze_store_contract import CalibrationsContract, GazeSessionsContract
from integration.long_queue_contract import LongQueueContract
from integration.saliency_store_contract import SaliencyStoreContract
from interview_analysis.adapters.documents.saliency_sqlite import SqlSaliencyStore
from interview_analysis.adapters.documents.sqlite import SqliteFrameMetricsStore
from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.adapters.relational.comments import SqlCommentStore
from interview_analysis.adapters.relational.deliveries import SqlDeliveryStore
from interview_analysis.adapters.relational.engine import MariaDbServer, mariadb_url, open_database
from interview_analysis.adapters.relational.feedback import SqlFeedbackStore
from interview_analysis.adapters.relational.gaze_calibrations import SqlCalibrationStore
from interview_analysis.adapters.relational.gaze_sessions import SqlGazeSessionStore
from interview_analysis.adapters.relational.schema import downgrade, migrations, upgrade
from interview_analysis.adapters.relational.tables import Base
from interview_analysis.domain.analysis import AnalysisFilter, AnalysisStatus
from interview_analysis.errors import DependencyRefused, DependencyUnavailable
from mariadb_servers import MariaDb, mariadb_server
from s3_servers import free_port
from store_builders import FakeClock, build_analysis

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with mariadb_server(tmp_path_factory.mktemp("mariadb")) as running:
        yield running


@pytest.fixture(scope="module")
def address(server: MariaDb) -> MariaDbServer:
    """A database with the newest schema."""
    made = server.create("practice")
    upgrade(mariadb_url(made))
    return made


@pytest.fixture
async def database(address: MariaDbServer) -> AsyncIterator[AsyncEngine]:
    """The database, emptied."""
    async with open_database(mariadb_url(address)) as engine:
        async with engine.begin() as connection:
            for table in Base.metadata.sorted_tables:
                await connection.execute(table.delete())
        yield engine


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def analyses(database: AsyncEngine, clock: FakeClock) -> SqlAnalysisStore:
    return SqlAnalysisStore(database, max_attempts=3, workers=4, clock=clock)


class TestMariaDbRecords(RecordsContract):
    @pytest.fixture
    def store(self, analyses: SqlAnalysisStore) -> SqlAnalysisStore:
        return analyses


class TestMariaDbClaims(ClaimsContract):
    @pytest.fixture
    def store(self, analyses: SqlAnalysisStore) -> SqlAnalysisStore:
        return analyses


class _WithDeliveries:
    @pytest.fixture
    def store(self, analyses: SqlAnalysisStore) -> SqlAnalysisStore:
        return analyses

    @pytest.fixture
    def deliveries(self, database: AsyncEngine, clock: FakeClock) -> SqlDeliveryStore:
        return SqlDeliveryStore(database, clock)


class TestMariaDbRetention(_WithDeliveries, RetentionContract):
    pass


class TestMariaDbDeliveries(_WithDeliveries, DeliveriesContract):
    pass


class TestMariaDbComments(CommentsContract):
    @pytest.fixture
    def comments(self, database: AsyncEngine, clock: FakeClock) -> SqlCommentStore:
        return SqlCommentStore(database, clock)

    @pytest.fixture
    def feedback(self, database: AsyncEngine) -> SqlFeedbackStore:
        return SqlFeedbackStore(database)


class TestMariaDbLongQueue(LongQueueContract):
    pass


class TestMariaDbClockSteps(ClockStepsContract):
    pass


class TestMariaDbFeedback(FeedbackContract):
    @pytest.fixture
    def feedback(self, database: AsyncEngine) -> SqlFeedbackStore:
        return SqlFeedbackStore(database)


class TestMariaDbFrameMetrics(FrameMetricsContract):
    @pytest.fixture
    def store(self, database: AsyncEngine) -> SqliteFrameMetricsStore:
        return SqliteFrameMetricsStore(database)


class TestMariaDbSaliency(SaliencyStoreContract):
    @pytest.fixture
    def store(self, database: AsyncEngine) -> SqlSaliencyStore:
        return SqlSaliencyStore(database)


class _WithGaze(_WithDeliveries):
    @pytest.fixture
    async def sessions(self, database: AsyncEngine, clock: FakeClock) -> SqlGazeSessionStore:
        return SqlGazeSessionStore(database, clock)

    @pytest.fixture
    async def replica(
        self, database: AsyncEngine, address: MariaDbServer, clock: FakeClock
    ) -> AsyncIterator[SqlGazeSessionStore]:
        async with open_database(mariadb_url(address)) as engine:
            yield SqlGazeSessionStore(engine, clock)

    @pytest.fixture
    def calibrations(self, database: AsyncEngine, clock: FakeClock) -> SqlCalibrationStore:
        return SqlCalibrationStore(database, timedelta(days=1), timedelta(days=10), clock)


class TestMariaDbGazeSessions(_WithGaze, GazeSessionsContract):
    pass


class TestMariaDbCalibrations(_WithGaze, CalibrationsContract):
    pass


async def test_many_workers_never_share_an_analysis(analyses: SqlAnalysisStore, clock: FakeClock) -> None:
    for number in range(40):
        await analyses.add(build_analysis(number))
    clock.advance(60)
    taken: list[str] = []

    async def claim_all(worker: str) -> None:
        while (claimed := await analyses.claim_next(worker, 600.0)) is not None:
            taken.append(claimed[0].id)

    await asyncio.gather(*(claim_all(f"w{number}") for number in range(4)))
    assert sorted(taken) == sorted(build_analysis(number).id for number in range(40))


async def test_connections_that_the_server_ended_are_replaced(analyses: SqlAnalysisStore, server: MariaDb) -> None:
    await analyses.add(build_analysis())
    assert await asyncio.to_thread(server.kill_connections) >= 1
    assert (await analyses.get(build_analysis().id)).status is AnalysisStatus.QUEUED


async def test_what_was_accepted_outlives_a_kill_of_the_server(analyses: SqlAnalysisStore, server: MariaDb) -> None:
    await analyses.add(build_analysis())
    await asyncio.to_thread(server.kill)
    with pytest.raises(DependencyUnavailable):
        await analyses.get(build_analysis().id)
    await asyncio.to_thread(server.start)
    assert await analyses.get(build_analysis().id) == build_analysis()


def test_the_schema_goes_down_and_up_and_equals_the_tables(server: MariaDb) -> None:
    url = mariadb_url(server.create("moves"))
    upgrade(url)
    with migrations(url) as config:
        command.downgrade(config, "base")
    with migrations(url) as config:
        command.upgrade(config, "head")
        command.check(config)


async def test_a_step_back_keeps_what_the_older_program_knows(server: MariaDb) -> None:
    url = mariadb_url(server.create("back"))
    async with open_database(url) as engine:
        for number, owner in enumerate(("web-app", "kiosk")):
            await SqlAnalysisStore(engine, 3).add(replace(build_analysis(number), owner=owner), "the same key")
    assert await asyncio.to_thread(downgrade, url, "0001") == "0001"
    async with open_database(url) as engine:
        assert len((await SqlAnalysisStore(engine, 3).list_recent(AnalysisFilter(), 10)).analyses) == 2


async def test_a_newer_programs_database_is_refused(server: MariaDb) -> None:
    url = mariadb_url(server.create("newer"))
    await asyncio.to_thread(upgrade, url)
    server.execute("UPDATE newer.alembic_version SET version_num = '9999'", "COMMIT")
    with pytest.raises(DependencyRefused) as refused:
        async with open_database(url):
            pass
    assert refused.value.code == "database_newer"


async def test_processes_that_start_together_move_the_schema_once(server: MariaDb) -> None:
    url = mariadb_url(server.create("together"))
    await asyncio.gather(*(asyncio.to_thread(upgrade, url) for _ in range(4)))
    async with open_database(url) as engine, engine.connect() as connection:
        assert (await connection.execute(text("SELECT COUNT(*) FROM alembic_version"))).scalar() == 1


async def test_nobody_there(address: MariaDbServer) -> None:
    with pytest.raises(DependencyUnavailable) as silent:
        async with open_database(mariadb_url(address._replace(port=free_port()))):
            pass
    assert silent.value.retryable


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"database": "elsewhere"}, {"user": "nobody"}])
async def test_a_refusal_is_told_apart_from_silence(address: MariaDbServer, change: dict[str, Any]) -> None:
    with pytest.raises(DependencyRefused) as refused:
        async with open_database(mariadb_url(address._replace(**change))):
            pass
    assert address.password not in refused.value.detail
