"""Frame metrics in MongoDB."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta

import pytest
from pymongo.errors import AutoReconnect, ExecutionTimeout, NetworkTimeout, OperationFailure, PyMongoError, WriteConcernError

from integration.frame_metrics_contract import FrameMetricsContract, assert_same
from interview_analysis.adapters.documents.mongo import Database, MongoFrameMetricsStore, as_domain_error, open_documents
from interview_analysis.errors import ClaimLost, DependencyRefused, DependencyUnavailable, StorageFull
from mongo_servers import MongoServer, mongo_server
from s3_servers import free_port
from store_builders import START, build_timeline

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongoServer]:
    with mongo_server(tmp_path_factory.mktemp("mongo")) as running:
        yield running


@pytest.fixture
async def documents(server: MongoServer, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A database that no other test uses."""
    name = f"test_{abs(hash(request.node.nodeid))}"
    async with open_documents(server.url, name) as database:
        yield database
        await database.client.drop_database(name)


@pytest.fixture
def store(documents: Database) -> MongoFrameMetricsStore:
    return MongoFrameMetricsStore(documents)


class TestMongoFrameMetrics(FrameMetricsContract):
    pass


async def test_a_page_does_not_read_the_other_chunks(store: MongoFrameMetricsStore, documents: Database) -> None:
    timeline = build_timeline(2000)
    await store.save("a", 1, timeline)
    await documents["frame_chunks"].update_many({"first_row": {"$ne": 1024}}, {"$set": {"data": b"\0"}})
    assert_same(await store.read("a", 1030, 100), timeline.slice(1030, 1130))


async def test_a_writer_that_died_before_its_commit_is_not_seen(store: MongoFrameMetricsStore, documents: Database) -> None:
    """Its chunks are there, the timeline still is that of the attempt before; the next save takes them along."""
    first = build_timeline(600, seed=1)
    await store.save("a", 1, first)
    await store.save("other", 2, build_timeline(700, seed=2))
    await documents["frame_chunks"].update_many({"analysis_id": "other"}, {"$set": {"analysis_id": "a"}})
    assert_same(await store.read("a"), first)
    await store.save("a", 3, build_timeline(10))
    assert await documents["frame_chunks"].count_documents({"analysis_id": "a"}) == 1


async def test_a_late_earlier_attempt_leaves_no_chunks(store: MongoFrameMetricsStore, documents: Database) -> None:
    await store.save("a", 2, build_timeline(20))
    with pytest.raises(ClaimLost):
        await store.save("a", 1, build_timeline(3000))
    assert await documents["frame_chunks"].count_documents({}) == 1


@pytest.mark.parametrize("expires_at", [START + timedelta(days=30), None])
async def test_every_document_carries_its_end_of_keeping(
    store: MongoFrameMetricsStore, documents: Database, expires_at: datetime | None
) -> None:
    await store.save("a", 1, build_timeline(1300), expires_at)
    kept = None if expires_at is None else expires_at.replace(microsecond=123000)
    for name, count in (("frame_timelines", 1), ("frame_chunks", 3)):
        assert [found["expires_at"] async for found in documents[name].find()] == [kept] * count


@pytest.mark.parametrize("name", ["frame_timelines", "frame_chunks"])
async def test_the_server_removes_by_itself_a_day_after(documents: Database, name: str) -> None:
    indexes = (await documents[name].index_information()).values()
    assert [index["key"] for index in indexes if index.get("expireAfterSeconds") == 86_400] == [[("expires_at", 1)]]


async def test_chunks_that_nobody_reads_are_held_and_erased(store: MongoFrameMetricsStore, documents: Database) -> None:
    await documents["frame_chunks"].insert_one({"analysis_id": "a", "attempt": 1, "first_row": 0, "data": b""})
    assert (await store.count("a"), await store.holds("a")) == (0, True)
    await store.delete("a")
    assert not await store.holds("a")


async def test_readers_see_one_attempt_or_the_other_while_it_is_replaced(store: MongoFrameMetricsStore) -> None:
    lengths = {attempt: 600 + attempt for attempt in range(1, 9)}
    await store.save("a", 1, build_timeline(lengths[1], seed=1))

    async def replace() -> None:
        for attempt in range(2, 9):
            await store.save("a", attempt, build_timeline(lengths[attempt], seed=attempt))

    writing = asyncio.create_task(replace())
    seen = []
    while not writing.done():
        found = await store.read("a")
        assert found is not None
        seen.append(len(found))
    await writing
    assert set(seen) <= set(lengths.values())
    assert sorted(seen) == seen


async def test_what_was_saved_outlives_a_kill_of_the_server(store: MongoFrameMetricsStore, server: MongoServer) -> None:
    timeline = build_timeline(1000)
    await store.save("a", 1, timeline)
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)
    assert_same(await store.read("a"), timeline)


async def test_nobody_there() -> None:
    with pytest.raises(DependencyUnavailable) as silent:
        async with open_documents(f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=200", "any"):
            pass
    assert silent.value.retryable


@pytest.mark.parametrize("url", ["http://host", "mongodb://", "mongodb://host:notaport"])
async def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(DependencyRefused) as refused:
        async with open_documents(url, "any"):
            pass
    assert refused.value.code == "invalid_settings"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (AutoReconnect("connection closed"), DependencyUnavailable),
        (NetworkTimeout("timed out"), DependencyUnavailable),
        (ExecutionTimeout("too slow", 50), DependencyUnavailable),
        (WriteConcernError("waiting for replication timed out", 64), DependencyUnavailable),
        (OperationFailure("not primary", 10107), DependencyUnavailable),
        (OperationFailure("again", 112, {"errorLabels": ["TransientTransactionError"]}), DependencyUnavailable),
        (OperationFailure("disk", 14031), StorageFull),
        (OperationFailure("not authorized on interview", 13), DependencyRefused),
        (OperationFailure("Authentication failed.", 18), DependencyRefused),
        (OperationFailure("document too large", 10334), DependencyRefused),
    ],
)
def test_errors_of_the_driver(error: PyMongoError, expected: type[DependencyUnavailable]) -> None:
    found = as_domain_error(error)
    assert type(found) is expected
    assert "interview" not in found.detail
