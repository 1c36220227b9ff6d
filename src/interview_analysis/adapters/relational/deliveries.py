"""``DeliveryStore`` on the relational store, and the outbox: a delivery is written in the transaction that gives rise to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Row, Select, Update, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from interview_analysis.adapters.relational.records import analysis_of
from interview_analysis.adapters.relational.tables import AnalysisRow, DeliveryRow, GazeSessionRow
from interview_analysis.adapters.relational.transactions import affected, looking_up, reading, writing
from interview_analysis.domain.delivery import Delivery, DeliveryKind, DeliveryState, callback_id, end_notice


async def announce_end(session: AsyncSession, analysis_id: str) -> None:
    """Have the callback of an analysis told that it has ended. Part of the transaction that ends it, so that neither is there
    without the other."""
    ended = analysis_of(await session.get_one(AnalysisRow, analysis_id))
    url = ended.request.callback_url
    if url is None or ended.finished_at is None:
        return
    delivery = Delivery(
        id=callback_id(ended.id),
        analysis_id=ended.id,
        kind=DeliveryKind.CALLBACK,
        url=url,
        body=json.dumps(end_notice(ended), ensure_ascii=False),
        created_at=ended.finished_at,
    )
    session.add(delivery_row(delivery))


class SqlDeliveryStore:
    """Works on SQLite and MariaDB: every change is one guarded ``UPDATE``. ``clock`` gives aware UTC."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime] | None = None) -> None:
        self._engine = engine
        self._now = clock or _utc_now

    async def add(self, delivery: Delivery) -> None:
        """Insert; due at its creation."""
        async with writing(self._engine) as session:
            session.add(delivery_row(delivery))

    async def claim_due(self, lease_seconds: float) -> Delivery | None:
        """Take up the delivery that is due longest and count the attempt; nobody else gets it before the lease ends."""
        while (due := await self._first_due()) is not None:
            until = self._now() + timedelta(seconds=lease_seconds)
            taking = _still(due).where(DeliveryRow.due_at <= self._now()).values(attempt=due.attempt + 1, due_at=until)
            async with writing(self._engine) as session:
                if await affected(session, taking) > 0:
                    return await _one(session, due.id)
        return None

    async def succeed(self, delivery: Delivery) -> None:
        """Delivered. Nothing happens once another attempt has begun or the delivery was erased."""
        await self._end(delivery, DeliveryState.DELIVERED, None)

    async def postpone(self, delivery: Delivery, failure: str, due_at: datetime) -> None:
        """Another attempt at that time. As ``succeed``."""
        async with writing(self._engine) as session:
            await affected(session, _still(delivery).values(failure=failure, due_at=due_at))

    async def give_up(self, delivery: Delivery, failure: str) -> None:
        """Dead. As ``succeed``."""
        await self._end(delivery, DeliveryState.DEAD, failure)

    async def of_analyses(self, analysis_ids: Sequence[str]) -> dict[str, list[Delivery]]:
        """All that there is, by analysis, oldest first."""
        found: dict[str, list[Delivery]] = {analysis_id: [] for analysis_id in analysis_ids}
        if not found:
            return found
        wanted = _deliveries().where(DeliveryRow.analysis_id.in_(analysis_ids))
        async with looking_up(self._engine) as session:
            rows = (await session.execute(wanted.order_by(DeliveryRow.created_at, DeliveryRow.id))).all()
        for delivery in map(_delivery_of, rows):
            found[delivery.analysis_id or ""].append(delivery)
        return found

    async def of_gaze_session(self, digest: str) -> list[Delivery]:
        """All that there is, oldest first."""
        wanted = _deliveries().where(DeliveryRow.gaze_session == digest)
        async with looking_up(self._engine) as session:
            rows = (await session.execute(wanted.order_by(DeliveryRow.created_at, DeliveryRow.id))).all()
        return [_delivery_of(row) for row in rows]

    async def delete_of_gaze_session(self, digest: str) -> int:
        """Erase those of one session of screen gaze; returns how many."""
        async with writing(self._engine) as session:
            return await affected(session, delete(DeliveryRow).where(DeliveryRow.gaze_session == digest))

    async def delete(self, analysis_id: str) -> int:
        """Erase those of one analysis; returns how many."""
        async with writing(self._engine) as session:
            return await affected(session, delete(DeliveryRow).where(DeliveryRow.analysis_id == analysis_id))

    async def _first_due(self) -> Delivery | None:
        due = _deliveries().where(DeliveryRow.due_at <= self._now()).order_by(DeliveryRow.due_at, DeliveryRow.id).limit(1)
        async with reading(self._engine) as session:
            row = (await session.execute(due)).one_or_none()
        return None if row is None else _delivery_of(row)

    async def _end(self, delivery: Delivery, state: DeliveryState, failure: str | None) -> None:
        ended = _still(delivery).values(state=state.value, failure=failure, due_at=None, finished_at=self._now())
        async with writing(self._engine) as session:
            await affected(session, ended)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _still(delivery: Delivery) -> Update:
    """Hits nothing once another attempt has begun."""
    return update(DeliveryRow).where(
        DeliveryRow.id == delivery.id,
        DeliveryRow.attempt == delivery.attempt,
        DeliveryRow.state == DeliveryState.PENDING.value,
    )


def _deliveries() -> Select[DeliveryRow, str]:
    """With the owner of what they are about."""
    owner = func.coalesce(AnalysisRow.owner, GazeSessionRow.owner)
    return (
        select(DeliveryRow, owner)
        .outerjoin(AnalysisRow, AnalysisRow.id == DeliveryRow.analysis_id)
        .outerjoin(GazeSessionRow, GazeSessionRow.id == DeliveryRow.gaze_session)
    )


async def _one(session: AsyncSession, delivery_id: str) -> Delivery:
    return _delivery_of((await session.execute(_deliveries().where(DeliveryRow.id == delivery_id))).one())


def delivery_row(delivery: Delivery) -> DeliveryRow:
    """Due at its creation."""
    return DeliveryRow(
        id=delivery.id,
        analysis_id=delivery.analysis_id,
        gaze_session=delivery.gaze_session,
        kind=delivery.kind.value,
        url=delivery.url,
        body=delivery.body,
        state=delivery.state.value,
        attempt=delivery.attempt,
        due_at=delivery.created_at,
        created_at=delivery.created_at,
        finished_at=delivery.finished_at,
        failure=delivery.failure,
    )


def _delivery_of(found: Row[DeliveryRow, str]) -> Delivery:
    row, owner = found
    return Delivery(
        id=row.id,
        analysis_id=row.analysis_id,
        gaze_session=row.gaze_session,
        owner=owner or "",
        kind=DeliveryKind(row.kind),
        url=row.url,
        body=row.body,
        state=DeliveryState(row.state),
        attempt=row.attempt,
        created_at=row.created_at,
        finished_at=row.finished_at,
        failure=row.failure,
    )
