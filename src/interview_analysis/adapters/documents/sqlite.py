"""``FrameMetricsStore`` in the embedded database: a row a timeline and a BLOB a chunk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from interview_analysis.adapters.documents.columns import Chunk, decode, encode
from interview_analysis.adapters.relational.tables import FrameChunkRow, FrameTimelineRow
from interview_analysis.adapters.relational.transactions import affected, reading, writing
from interview_analysis.domain.timeline import FrameTimeline
from interview_analysis.errors import ClaimLost


class SqliteFrameMetricsStore:
    """Keeps one timeline an analysis, that of its newest attempt."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def save(self, analysis_id: str, attempt: int, timeline: FrameTimeline, expires_at: datetime | None = None) -> None:
        """Idempotent; replaces whatever earlier attempts had left, in one transaction. ``expires_at`` is not kept: the record
        of the analysis lies in the same database and holds it.

        Raises ``ClaimLost`` where a later attempt has stored already, ``DependencyUnavailable``, ``StorageFull``.
        """
        chunks = await asyncio.to_thread(lambda: list(encode(timeline)))
        row = FrameTimelineRow(analysis_id=analysis_id, attempt=attempt, rows=len(timeline), duration=timeline.duration)
        async with writing(self._engine) as session:
            earlier = await session.get(FrameTimelineRow, analysis_id)
            if earlier is not None and earlier.attempt > attempt:
                raise ClaimLost(f"attempt {earlier.attempt} of {analysis_id} has stored its frames")
            await _erase_chunks(session, analysis_id)
            session.add_all(_rows(analysis_id, chunks))
            await session.merge(row)

    async def read(self, analysis_id: str, start: int = 0, limit: int | None = None) -> FrameTimeline | None:
        """Rows ``start`` … of the newest attempt; only the chunks that hold them are read. ``None`` where nothing is stored.

        Raises ``ValueError`` for a negative ``start`` or ``limit``.
        """
        if start < 0 or (limit is not None and limit < 0):
            raise ValueError("start and limit must not be negative")
        async with reading(self._engine) as session:
            known = await session.get(FrameTimelineRow, analysis_id)
            if known is None:
                return None
            stop = known.rows if limit is None else min(start + limit, known.rows)
            chunks = await _chunks(session, analysis_id, start, stop)
        first_row = chunks[0].first_row if chunks else start
        return decode([chunk.data for chunk in chunks], known.duration).slice(start - first_row, max(stop - first_row, 0))

    async def count(self, analysis_id: str) -> int:
        """Rows stored; 0 where nothing is."""
        async with reading(self._engine) as session:
            known = await session.get(FrameTimelineRow, analysis_id)
        return 0 if known is None else known.rows

    async def delete(self, analysis_id: str) -> int:
        """Erase; returns how many rows (frames) went."""
        async with writing(self._engine) as session:
            known = await session.get(FrameTimelineRow, analysis_id)
            await _erase_chunks(session, analysis_id)
            await affected(session, delete(FrameTimelineRow).where(FrameTimelineRow.analysis_id == analysis_id))
        return 0 if known is None else known.rows

    async def holds(self, analysis_id: str) -> bool:
        """Whether anything of it is stored."""
        timeline = select(FrameTimelineRow.analysis_id).where(FrameTimelineRow.analysis_id == analysis_id)
        chunk = select(FrameChunkRow.analysis_id).where(FrameChunkRow.analysis_id == analysis_id)
        async with reading(self._engine) as session:
            return (await session.execute(union_all(timeline, chunk).limit(1))).first() is not None

    async def ping(self) -> None:
        """Raises ``DependencyUnavailable``."""
        async with reading(self._engine) as session:
            await session.execute(select(FrameTimelineRow.analysis_id).limit(1))


def _rows(analysis_id: str, chunks: Sequence[Chunk]) -> list[FrameChunkRow]:
    return [FrameChunkRow(analysis_id=analysis_id, first_row=chunk.first_row, data=chunk.data) for chunk in chunks]


async def _erase_chunks(session: AsyncSession, analysis_id: str) -> None:
    await affected(session, delete(FrameChunkRow).where(FrameChunkRow.analysis_id == analysis_id))


async def _chunks(session: AsyncSession, analysis_id: str, start: int, stop: int) -> list[Chunk]:
    """The chunks that hold rows ``start`` to ``stop``, in order."""
    if start >= stop:
        return []
    mine = FrameChunkRow.analysis_id == analysis_id
    first = select(func.max(FrameChunkRow.first_row)).where(mine, FrameChunkRow.first_row <= start).scalar_subquery()
    wanted = select(FrameChunkRow.first_row, FrameChunkRow.data).where(
        mine, FrameChunkRow.first_row >= first, FrameChunkRow.first_row < stop
    )
    found = await session.execute(wanted.order_by(FrameChunkRow.first_row))
    return [Chunk(first_row, data) for first_row, data in found.all()]
