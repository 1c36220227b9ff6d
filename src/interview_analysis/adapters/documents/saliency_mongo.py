"""``SaliencyStore`` in MongoDB: a document a video, and for each video a collection with a document a map, indexed by frame.

As with frame timelines, maps are written under a token of their own first, then one update turns the video to it; what it named
before goes last. A writer that dies leaves maps that nobody reads, until the video's maps are erased.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import ASCENDING

from interview_analysis.adapters.documents.maps import decode_maps, encode_maps
from interview_analysis.adapters.documents.mongo import Database, domain_errors
from interview_analysis.domain.saliency_maps import Maps, MapsInfo, MapsKey, MapsSource
from interview_analysis.errors import DependencyUnavailable

Collection = AsyncIOMotorCollection[dict[str, Any]]

_VIDEOS = "saliency_videos"
_TRIES = 3
"""Reads that a newer set of maps may overtake."""


class MongoSaliencyStore:
    """Keeps one set of maps a video."""

    def __init__(self, database: Database) -> None:
        """``database`` from ``open_documents``."""
        self._database = database
        self._videos = database[_VIDEOS]

    async def save(self, key: MapsKey, info: MapsInfo, maps: AsyncIterator[Maps]) -> None:
        """See ``SaliencyStore``. Raises ``DependencyUnavailable`` (also where the maps were erased meanwhile),
        ``DependencyRefused``, ``StorageFull``."""
        collection, token = self._maps(key), secrets.token_hex(8)
        with domain_errors():
            await collection.create_index([("upload", ASCENDING), ("frame", ASCENDING)], unique=True)
            try:
                stored = await _insert(collection, token, maps)
            except BaseException:
                await collection.delete_many({"upload": token})
                raise
            if stored != info.frames:
                await collection.delete_many({"upload": token})
                raise DependencyUnavailable("the maps were erased while they were stored")
            values = {"owner": key.owner, "video_id": key.video_id, "upload": token, **_fields(info)}
            before = await self._videos.find_one_and_update({"_id": key.digest}, {"$set": values}, upsert=True)
            if before is not None:
                await collection.delete_many({"upload": before["upload"]})

    async def info(self, key: MapsKey) -> MapsInfo | None:
        """``None`` where nothing is stored."""
        with domain_errors():
            known = await self._videos.find_one({"_id": key.digest})
        return None if known is None else _info(known)

    async def read(self, key: MapsKey, start: int, stop: int) -> Maps | None:
        """See ``SaliencyStore``. Raises ``DependencyUnavailable``, ``DependencyRefused``."""
        for _ in range(_TRIES):
            with domain_errors():
                known = await self._videos.find_one({"_id": key.digest})
                if known is None:
                    return None
                wanted = {"upload": known["upload"], "frame": {"$gte": start, "$lt": stop}}
                found = self._maps(key).find(wanted, {"_id": False, "data": True}).sort("frame", ASCENDING)
                packed = [bytes(document["data"]) async for document in found]
            if len(packed) == max(min(stop, known["frames"]) - start, 0):
                return await asyncio.to_thread(decode_maps, packed, _info(known))
        raise DependencyUnavailable("the maps are being replaced")

    async def delete(self, key: MapsKey) -> int:
        """Erase, whatever dead writers have left included; returns how many maps went."""
        with domain_errors():
            known = await self._videos.find_one_and_delete({"_id": key.digest})
            await self._maps(key).drop()
        return 0 if known is None else int(known["frames"])

    def _maps(self, key: MapsKey) -> Collection:
        """Its name is made of the digest: a video's own could hold what MongoDB refuses, or mean another collection."""
        return self._database[f"saliency_{key.digest}"]


async def _insert(collection: Collection, token: str, maps: AsyncIterator[Maps]) -> int:
    """How many are there afterwards."""
    first = 0
    async for batch in maps:
        await collection.insert_many(await asyncio.to_thread(_documents, token, first, batch))
        first += len(batch)
    return int(await collection.count_documents({"upload": token}))


def _documents(token: str, first: int, batch: Maps) -> list[dict[str, Any]]:
    return [{"upload": token, "frame": frame, "data": data} for frame, data in enumerate(encode_maps(batch), start=first)]


def _fields(info: MapsInfo) -> dict[str, Any]:
    return {"rate": info.rate, "frames": info.frames, "height": info.height, "width": info.width, "source": info.source.value}


def _info(known: dict[str, Any]) -> MapsInfo:
    source = MapsSource(known.get("source", MapsSource.GIVEN))  # earlier programs stored none
    return MapsInfo(known["rate"], known["frames"], known["height"], known["width"], source)
