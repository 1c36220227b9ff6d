"""``SaliencyStore`` in the relational database: a row a video and a BLOB a map."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from interview_analysis.adapters.documents.maps import decode_maps, encode_maps
from interview_analysis.adapters.relational.tables import SaliencyMapRow, SaliencyVideoRow
from interview_analysis.adapters.relational.transactions import affected, reading, writing
from interview_analysis.domain.saliency_maps import Maps, MapsInfo, MapsKey, MapsSource


class SqlSaliencyStore:
    """Keeps one set of maps a video."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def save(self, key: MapsKey, info: MapsInfo, maps: AsyncIterator[Maps]) -> None:
        """See ``SaliencyStore``; in one transaction, which begins once all maps are here.

        Raises ``DependencyUnavailable``, ``StorageFull``.
        """
        packed = [data async for batch in maps for data in await asyncio.to_thread(encode_maps, batch)]
        video = SaliencyVideoRow(
            id=key.digest,
            owner=key.owner,
            video_id=key.video_id,
            rate=info.rate,
            frames=info.frames,
            height=info.height,
            width=info.width,
            source=info.source,
        )
        async with writing(self._engine) as session:
            await _erase_maps(session, key)
            session.add_all(SaliencyMapRow(id=key.digest, frame=frame, data=data) for frame, data in enumerate(packed))
            await session.merge(video)

    async def info(self, key: MapsKey) -> MapsInfo | None:
        """``None`` where nothing is stored."""
        async with reading(self._engine) as session:
            return _info(await session.get(SaliencyVideoRow, key.digest))

    async def read(self, key: MapsKey, start: int, stop: int) -> Maps | None:
        """See ``SaliencyStore``."""
        mine = (SaliencyMapRow.id == key.digest, SaliencyMapRow.frame >= start, SaliencyMapRow.frame < stop)
        async with reading(self._engine) as session:
            info = _info(await session.get(SaliencyVideoRow, key.digest))
            if info is None:
                return None
            found = await session.scalars(select(SaliencyMapRow.data).where(*mine).order_by(SaliencyMapRow.frame))
            packed = found.all()
        return await asyncio.to_thread(decode_maps, packed, info)

    async def delete(self, key: MapsKey) -> int:
        """Erase; returns how many maps went."""
        async with writing(self._engine) as session:
            gone = await _erase_maps(session, key)
            await affected(session, delete(SaliencyVideoRow).where(SaliencyVideoRow.id == key.digest))
        return gone


def _info(row: SaliencyVideoRow | None) -> MapsInfo | None:
    return None if row is None else MapsInfo(row.rate, row.frames, row.height, row.width, MapsSource(row.source))


async def _erase_maps(session: AsyncSession, key: MapsKey) -> int:
    return await affected(session, delete(SaliencyMapRow).where(SaliencyMapRow.id == key.digest))
