"""Saliency maps in MongoDB."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import numpy as np
import pytest

from integration.saliency_store_contract import KEY, SaliencyStoreContract, batches, build_maps, info_of
from interview_analysis.adapters.documents.mongo import Database, open_documents
from interview_analysis.adapters.documents.saliency_mongo import MongoSaliencyStore
from interview_analysis.domain.saliency_maps import Maps
from interview_analysis.errors import DependencyUnavailable
from mongo_servers import MongoServer, mongo_server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongoServer]:
    with mongo_server(tmp_path_factory.mktemp("mongo")) as running:
        yield running


@pytest.fixture
async def documents(server: MongoServer, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A database that no other test uses; it goes with the server."""
    async with open_documents(server.url, f"test_{abs(hash(request.node.nodeid))}") as database:
        yield database


@pytest.fixture
def store(documents: Database) -> MongoSaliencyStore:
    return MongoSaliencyStore(documents)


class TestMongoSaliency(SaliencyStoreContract):
    pass


async def test_a_part_is_found_without_reading_the_others(store: MongoSaliencyStore, documents: Database) -> None:
    maps = build_maps(40)
    await store.save(KEY, info_of(maps), batches(maps))
    outside = {"$or": [{"frame": {"$lt": 10}}, {"frame": {"$gte": 20}}]}
    await documents[f"saliency_{KEY.digest}"].update_many(outside, {"$set": {"data": b"\0"}})
    np.testing.assert_array_equal(await store.read(KEY, 10, 20), maps[10:20])


async def test_maps_of_earlier_programs_were_given(store: MongoSaliencyStore, documents: Database) -> None:
    maps = build_maps(2)
    await store.save(KEY, info_of(maps), batches(maps))
    await documents["saliency_videos"].update_many({}, {"$unset": {"source": ""}})
    assert await store.info(KEY) == info_of(maps)


async def test_nothing_of_replaced_or_broken_sets_stays(store: MongoSaliencyStore, documents: Database) -> None:
    for frames in (40, 9):
        await store.save(KEY, info_of(build_maps(frames)), batches(build_maps(frames)))
    assert await documents[f"saliency_{KEY.digest}"].count_documents({}) == 9
    await store.delete(KEY)
    assert await documents.list_collection_names(filter={"name": {"$regex": KEY.digest}}) == []


async def test_maps_that_were_erased_while_they_came_are_not_half_stored(store: MongoSaliencyStore) -> None:
    async def erased_meanwhile(maps: Maps) -> AsyncIterator[Maps]:
        yield maps[:3]
        await store.delete(KEY)
        yield maps[3:]

    with pytest.raises(DependencyUnavailable, match="erased"):
        await store.save(KEY, info_of(build_maps(9)), erased_meanwhile(build_maps(9)))
    assert await store.info(KEY) is None
