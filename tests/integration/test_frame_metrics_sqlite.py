"""Frame metrics in the embedded database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from integration.frame_metrics_contract import FrameMetricsContract, assert_same
from interview_analysis.adapters.documents.sqlite import SqliteFrameMetricsStore
from interview_analysis.adapters.relational.engine import open_database, sqlite_url
from store_builders import build_timeline


@pytest.fixture
def store(database: AsyncEngine) -> SqliteFrameMetricsStore:
    return SqliteFrameMetricsStore(database)


class TestSqliteFrameMetrics(FrameMetricsContract):
    pass


async def test_a_page_does_not_read_the_other_chunks(store: SqliteFrameMetricsStore, database: AsyncEngine) -> None:
    timeline = build_timeline(2000)
    await store.save("a", 1, timeline)
    async with database.begin() as connection:
        await connection.execute(text("UPDATE frame_chunks SET data = x'00' WHERE first_row <> 1024"))
    assert_same(await store.read("a", 1030, 100), timeline.slice(1030, 1130))


async def test_what_was_erased_is_not_left_in_the_file(tmp_path: Path) -> None:
    path, marker = tmp_path / "erased.db", "an-analysis-to-forget"
    async with open_database(sqlite_url(path)) as engine:
        store = SqliteFrameMetricsStore(engine)
        await store.save(marker, 1, build_timeline(1000))
        assert _holds(tmp_path, marker)
        await store.delete(marker)
    assert not _holds(tmp_path, marker)


def _holds(folder: Path, words: str) -> bool:
    return any(words.encode() in file.read_bytes() for file in folder.iterdir())
