"""``FrameMetricsStore`` in MongoDB: a document a timeline and one a chunk of rows. The only file that knows the driver.

A standalone server has no transactions. So chunks are written under their attempt first; then one conditional update turns the
timeline to that attempt, which readers follow; what other attempts had left goes last. A writer that dies on the way leaves
chunks that nobody reads, until the next attempt or the erasure takes them along.

Every document carries ``expires_at``; a TTL index removes what the service itself has not erased a day after that time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo import ASCENDING, ReplaceOne, WriteConcern
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
    WaitQueueTimeoutError,
)
from pymongo.read_concern import ReadConcern

from interview_analysis.adapters.documents.columns import CHUNK_ROWS, Chunk, decode, encode
from interview_analysis.domain.timeline import FrameTimeline
from interview_analysis.errors import ClaimLost, DependencyRefused, DependencyUnavailable, StorageFull

Document = Mapping[str, Any]
Database = AsyncIOMotorDatabase[dict[str, Any]]

_TIMELINES = "frame_timelines"
_CHUNKS = "frame_chunks"
_TIMEOUTS_MS = {
    "serverSelectionTimeoutMS": 5_000,
    "connectTimeoutMS": 5_000,
    "waitQueueTimeoutMS": 5_000,
    "socketTimeoutMS": 20_000,
}
"""Unless the address gives others. A server that takes writes is sought for longer than a common election."""
_WRITE_MS = 10_000
_BULK_CHUNKS = 64
"""Chunks sent at once: under 2 MB."""
_EXPIRY = "expires_at"
_EXPIRY_GRACE_SECONDS = 86_400
"""The service erases what has expired in every store together, and is given this long before the server does it alone."""
_TRIES = 3
"""Reads that a newer attempt may overtake."""
_RETRYABLE_LABELS = ("RetryableWriteError", "TransientTransactionError")
_RETRYABLE_CODES = frozenset({6, 7, 50, 64, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436})
"""Network, primary and time-out errors as the drivers' specification lists them; 64 and 50: too slow for the write concern."""
_FULL_CODE = 14031


@asynccontextmanager
async def open_documents(url: str, database: str) -> AsyncIterator[Database]:
    """The database with its indexes, writes confirmed by a majority.

    Raises ``DependencyUnavailable``, ``DependencyRefused``.
    """
    client = _client(url)
    try:
        opened = client.get_database(
            database, write_concern=WriteConcern("majority", wtimeout=_WRITE_MS), read_concern=ReadConcern("majority")
        )
        with domain_errors():
            place = [("analysis_id", ASCENDING), ("attempt", ASCENDING), ("first_row", ASCENDING)]
            await opened[_CHUNKS].create_index(place, unique=True)
            for name in (_TIMELINES, _CHUNKS):
                await opened[name].create_index(_EXPIRY, expireAfterSeconds=_EXPIRY_GRACE_SECONDS)
        yield opened
    finally:
        client.close()


class MongoFrameMetricsStore:
    """Keeps one timeline an analysis, that of its newest attempt."""

    def __init__(self, database: Database) -> None:
        """``database`` from ``open_documents``."""
        self._database = database
        self._timelines = database[_TIMELINES]
        self._chunks = database[_CHUNKS]

    async def save(self, analysis_id: str, attempt: int, timeline: FrameTimeline, expires_at: datetime | None = None) -> None:
        """See ``FrameMetricsStore``. Raises ``ClaimLost`` where a later attempt has stored already, ``DependencyUnavailable``,
        ``DependencyRefused``, ``StorageFull``."""
        chunks = await asyncio.to_thread(lambda: list(encode(timeline)))
        mine = {"analysis_id": analysis_id, "attempt": attempt}
        with domain_errors():
            for start in range(0, len(chunks), _BULK_CHUNKS):
                await self._chunks.bulk_write(
                    [_upsert(mine, chunk, expires_at) for chunk in chunks[start : start + _BULK_CHUNKS]]
                )
            if not await self._turn_to(mine, timeline, expires_at):
                await self._chunks.delete_many(mine)
                raise ClaimLost(f"a later attempt of {analysis_id} has stored its frames")
            await self._chunks.delete_many({"analysis_id": analysis_id, "attempt": {"$lt": attempt}})

    async def read(self, analysis_id: str, start: int = 0, limit: int | None = None) -> FrameTimeline | None:
        """See ``FrameMetricsStore``; only the chunks that hold the rows are read.

        Raises ``ValueError`` for a negative ``start`` or ``limit``, ``DependencyUnavailable``, ``DependencyRefused``.
        """
        if start < 0 or (limit is not None and limit < 0):
            raise ValueError("start and limit must not be negative")
        for _ in range(_TRIES):
            with domain_errors():
                known = await self._timelines.find_one({"_id": analysis_id})
                if known is None:
                    return None
                stop = known["rows"] if limit is None else min(start + limit, known["rows"])
                chunks = await self._read_chunks(known, start, stop)
            if chunks is not None:
                first_row = chunks[0].first_row if chunks else start
                timeline = decode([chunk.data for chunk in chunks], known["duration"])
                return timeline.slice(start - first_row, max(stop - first_row, 0))
        raise DependencyUnavailable(f"the frames of {analysis_id} are being replaced")

    async def count(self, analysis_id: str) -> int:
        """Rows stored; 0 where nothing is."""
        with domain_errors():
            known = await self._timelines.find_one({"_id": analysis_id}, {"rows": True})
        return 0 if known is None else int(known["rows"])

    async def delete(self, analysis_id: str) -> int:
        """Erase, whatever attempts have left; returns how many rows (frames) went."""
        with domain_errors():
            known = await self._timelines.find_one_and_delete({"_id": analysis_id})
            await self._chunks.delete_many({"analysis_id": analysis_id})
        return 0 if known is None else int(known["rows"])

    async def holds(self, analysis_id: str) -> bool:
        """Whether anything of it is stored, what dead attempts have left included."""
        with domain_errors():
            timeline = await self._timelines.find_one({"_id": analysis_id}, {"_id": True})
            return timeline is not None or await self._chunks.find_one({"analysis_id": analysis_id}, {"_id": True}) is not None

    async def ping(self) -> None:
        """Raises ``DependencyUnavailable``, ``DependencyRefused``."""
        with domain_errors():
            await self._database.command("ping")

    async def _turn_to(self, mine: Document, timeline: FrameTimeline, expires_at: datetime | None) -> bool:
        """False where a later attempt is in force: the filter misses its document and the insert meets its key."""
        values = {
            "attempt": mine["attempt"],
            "rows": len(timeline),
            "duration": timeline.duration,
            "chunk_rows": CHUNK_ROWS,
            _EXPIRY: expires_at,
        }
        wanted = {"_id": mine["analysis_id"], "attempt": {"$lte": mine["attempt"]}}
        try:
            await self._timelines.update_one(wanted, {"$set": values}, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    async def _read_chunks(self, known: Document, start: int, stop: int) -> list[Chunk] | None:
        """Those that hold rows ``start`` to ``stop``, in order; ``None`` where they have been replaced meanwhile."""
        if start >= stop:
            return []
        size = known["chunk_rows"]
        first = start // size * size
        wanted = {"analysis_id": known["_id"], "attempt": known["attempt"], "first_row": {"$gte": first, "$lt": stop}}
        found = self._chunks.find(wanted, {"_id": False, "first_row": True, "data": True}).sort("first_row", ASCENDING)
        chunks = [Chunk(document["first_row"], bytes(document["data"])) async for document in found]
        return chunks if len(chunks) == len(range(first, stop, size)) else None


def _upsert(mine: Document, chunk: Chunk, expires_at: datetime | None) -> ReplaceOne[dict[str, Any]]:
    place = {**mine, "first_row": chunk.first_row}
    return ReplaceOne(place, {**place, "data": chunk.data, _EXPIRY: expires_at}, upsert=True)


def _client(url: str) -> AsyncIOMotorClient[dict[str, Any]]:
    """The address may hold a password: it is not repeated in an error."""
    timeouts: dict[str, Any] = {name: value for name, value in _TIMEOUTS_MS.items() if name.lower() not in url.lower()}
    try:
        return AsyncIOMotorClient(url, tz_aware=True, appname="interview-analysis", **timeouts)
    except (ConfigurationError, ValueError) as error:
        raise DependencyRefused(f"MONGODB_URL is not an address: {type(error).__name__}", code="invalid_settings") from None


@contextmanager
def domain_errors() -> Iterator[None]:
    """The driver's errors as the program's. Documents stay out of the detail: they may be personal."""
    try:
        yield
    except PyMongoError as error:
        raise as_domain_error(error) from error


def as_domain_error(error: PyMongoError) -> DependencyUnavailable:
    code = _code(error)
    detail = f"MongoDB: {type(error).__name__}" + ("" if code is None else f" {code}")
    if code == _FULL_CODE:
        return StorageFull(detail)
    labelled = any(error.has_error_label(label) for label in _RETRYABLE_LABELS)
    silent = isinstance(error, AutoReconnect | WaitQueueTimeoutError) or error.timeout
    return DependencyUnavailable(detail) if silent or labelled or code in _RETRYABLE_CODES else DependencyRefused(detail)


def _code(error: PyMongoError) -> int | None:
    """The server's error number."""
    if isinstance(error, BulkWriteError):
        details = error.details or {}
        faults = [*details.get("writeErrors", ()), *details.get("writeConcernErrors", ())]
        return int(faults[0]["code"]) if faults else None
    return error.code if isinstance(error, OperationFailure) else None
