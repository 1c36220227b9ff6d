"""Saliency maps in the embedded database."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from integration.saliency_store_contract import KEY, SaliencyStoreContract, batches, build_maps, info_of
from interview_analysis.adapters.documents.saliency_sqlite import SqlSaliencyStore


@pytest.fixture
def store(database: AsyncEngine) -> SqlSaliencyStore:
    return SqlSaliencyStore(database)


class TestSqliteSaliency(SaliencyStoreContract):
    pass


async def test_a_part_is_found_without_reading_the_others(store: SqlSaliencyStore, database: AsyncEngine) -> None:
    maps = build_maps(40)
    await store.save(KEY, info_of(maps), batches(maps))
    async with database.begin() as connection:
        await connection.execute(text("UPDATE saliency_maps SET data = x'00' WHERE frame NOT BETWEEN 10 AND 19"))
        plan = "EXPLAIN QUERY PLAN SELECT data FROM saliency_maps WHERE id = 'x' AND frame >= 10 AND frame < 20 ORDER BY frame"
        steps = [row.detail for row in await connection.execute(text(plan))]
    np.testing.assert_array_equal(await store.read(KEY, 10, 20), maps[10:20])
    assert [step.split()[0] for step in steps] == ["SEARCH"]
