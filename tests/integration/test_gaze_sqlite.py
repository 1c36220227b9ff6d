"""Screen gaze in the embedded database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from integration.gaze_store_contract import CalibrationsContract, GazeSessionsContract
from interview_analysis.adapters.relational.deliveries import SqlDeliveryStore
from interview_analysis.adapters.relational.engine import open_database, sqlite_url
from interview_analysis.adapters.relational.gaze_calibrations import SqlCalibrationStore
from interview_analysis.adapters.relational.gaze_sessions import SqlGazeSessionStore
from store_builders import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def sessions(database: AsyncEngine, clock: FakeClock) -> SqlGazeSessionStore:
    return SqlGazeSessionStore(database, clock)


@pytest.fixture
async def replica(database: AsyncEngine, clock: FakeClock, tmp_path: Path) -> AsyncIterator[SqlGazeSessionStore]:
    async with open_database(sqlite_url(tmp_path / "store.db")) as engine:
        yield SqlGazeSessionStore(engine, clock)


@pytest.fixture
def calibrations(database: AsyncEngine, clock: FakeClock) -> SqlCalibrationStore:
    return SqlCalibrationStore(database, timedelta(days=1), timedelta(days=10), clock)


@pytest.fixture
def deliveries(database: AsyncEngine, clock: FakeClock) -> SqlDeliveryStore:
    return SqlDeliveryStore(database, clock)


class TestSqliteGazeSessions(GazeSessionsContract):
    pass


class TestSqliteCalibrations(CalibrationsContract):
    pass
