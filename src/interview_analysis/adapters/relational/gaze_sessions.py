"""``GazeSessionStore`` on the relational store.

Pictures come by the hundred a second, each wants its session and leaves a row. Those that come together share one statement,
and one commit, which is what costs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, Update, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import aliased

from interview_analysis.adapters.relational.deliveries import delivery_row
from interview_analysis.adapters.relational.gathering import Gathering
from interview_analysis.adapters.relational.gaze_records import (
    FRAME_COLUMNS,
    detail_values,
    frame_of,
    frame_values,
    session_of,
    session_values,
)
from interview_analysis.adapters.relational.tables import Base, GazeCalibrationRow, GazeFrameRow, GazeSessionRow
from interview_analysis.adapters.relational.transactions import affected, looking_up, or_ignored, reading, writing
from interview_analysis.domain.delivery import Delivery
from interview_analysis.domain.gaze_session import GazeSession, GazeSessionDetails, session_digest
from interview_analysis.domain.screen_gaze import GazeFrame, GazeSessionKey
from interview_analysis.errors import Conflict

_TOGETHER = 64
_READ_PAUSE, _WRITE_PAUSE = 0.02, 0.03
"""Seconds for which frames wait for others to share a statement and a commit: alone these cost a third of the processor time
that a picture may."""
_FRAMES = Base.metadata.tables[GazeFrameRow.__tablename__]
_Place = tuple[str, int]
_Sessions = Select[GazeSessionRow, datetime | None, datetime | None]


class _NewFrame(NamedTuple):
    key: GazeSessionKey
    frame: GazeFrame


class SqlGazeSessionStore:
    """Works on SQLite and MariaDB. ``clock`` gives aware UTC. Make it inside the running loop."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime] | None = None) -> None:
        self._engine = engine
        self._now = clock or _utc_now
        self._reads: Gathering[str, GazeSession | None] = Gathering(self._get_all, _TOGETHER, _READ_PAUSE)
        self._writes: Gathering[_NewFrame, GazeFrame | None] = Gathering(self._add_all, _TOGETHER, _WRITE_PAUSE)

    async def begin(self, session: GazeSession) -> None:
        """Nothing happens where it has begun already."""
        async with writing(self._engine) as transaction:
            await transaction.execute(or_ignored(insert(GazeSessionRow)).values(**session_values(session)))

    async def complete(self, key: GazeSessionKey, details: GazeSessionDetails) -> None:
        """Add what is not known yet, field by field: another replica may be at it too."""
        async with writing(self._engine) as transaction:
            for name, value in details.news_for(GazeSessionDetails()).items():
                unknown = _of(key).where(getattr(GazeSessionRow, name).is_(None))
                await affected(transaction, unknown.values(**detail_values(key, {name: value})))

    async def get(self, key: GazeSessionKey) -> GazeSession | None:
        return await self._reads.ask(session_digest(key))

    async def add_frame(self, key: GazeSessionKey, frame: GazeFrame) -> GazeFrame:
        """See ``GazeSessionStore``. Raises ``Conflict`` (``session_finished``)."""
        stored = await self._writes.ask(_NewFrame(key, frame))
        if stored is None:
            raise Conflict(f"session {key.session_id} takes no frames any more", code="session_finished")
        return stored

    async def frame(self, key: GazeSessionKey, number: int) -> GazeFrame | None:
        wanted = select(*FRAME_COLUMNS).where(GazeFrameRow.session == session_digest(key), GazeFrameRow.number == number)
        async with looking_up(self._engine) as transaction:
            row = (await transaction.execute(wanted)).one_or_none()
        return None if row is None else frame_of(row)

    async def frames(self, key: GazeSessionKey) -> list[GazeFrame]:
        """In order of their numbers."""
        wanted = select(*FRAME_COLUMNS).where(GazeFrameRow.session == session_digest(key)).order_by(GazeFrameRow.number)
        async with reading(self._engine) as transaction:
            return [frame_of(row) for row in (await transaction.execute(wanted)).all()]

    async def count_frames(self, key: GazeSessionKey) -> int:
        wanted = select(func.count()).select_from(GazeFrameRow).where(GazeFrameRow.session == session_digest(key))
        async with reading(self._engine) as transaction:
            return int((await transaction.execute(wanted)).scalar_one())

    async def close(self, key: GazeSessionKey, last_number: int, due_at: datetime) -> None:
        """The first call counts."""
        closing = _of(key).where(GazeSessionRow.closing_at.is_(None), GazeSessionRow.attempt == 0)
        async with writing(self._engine) as transaction:
            await affected(transaction, closing.values(last_number=last_number, closing_at=self._now(), due_at=due_at))

    async def claim_due(self, lease_seconds: float) -> GazeSession | None:
        """See ``GazeSessionStore``; a guarded ``UPDATE`` decides between replicas."""
        due = _sessions().where(GazeSessionRow.due_at <= self._now()).order_by(GazeSessionRow.due_at, GazeSessionRow.id)
        while True:
            async with reading(self._engine) as transaction:
                row = (await transaction.execute(due.limit(1))).one_or_none()
            if row is None:
                return None
            found = session_of(row)
            until = self._now() + timedelta(seconds=lease_seconds)
            taking = _still(found).where(GazeSessionRow.due_at <= self._now())
            async with writing(self._engine) as transaction:
                if await affected(transaction, taking.values(attempt=found.attempt + 1, due_at=until)) > 0:
                    mine = _sessions().where(GazeSessionRow.id == session_digest(found.key))
                    return session_of((await transaction.execute(mine)).one())

    async def finish(self, session: GazeSession, result: Mapping[str, Any], delivery: Delivery | None) -> bool:
        """See ``GazeSessionStore``; the outbox is written in the same transaction. Raises ``ValueError`` where a number of the
        result is NaN or infinite."""
        document = json.dumps(result, ensure_ascii=False, allow_nan=False)
        async with writing(self._engine) as transaction:
            final = {"result": document, "finished_at": self._now(), "due_at": None}
            is_mine = await affected(transaction, _still(session).values(**final)) > 0
            if is_mine and delivery is not None:
                transaction.add(delivery_row(delivery))
        return is_mine

    async def postpone(self, session: GazeSession, due_at: datetime) -> None:
        async with writing(self._engine) as transaction:
            await affected(transaction, _still(session).values(due_at=due_at))

    async def of_user(
        self, owner: str | None, user_id: str, limit: int, after: GazeSessionKey | None = None
    ) -> list[GazeSession]:
        """In order of the digest."""
        wanted = _sessions().where(GazeSessionRow.user_id == user_id)
        if owner is not None:
            wanted = wanted.where(GazeSessionRow.owner == owner)
        async with reading(self._engine) as transaction:
            return [session_of(row) for row in (await transaction.execute(_behind(wanted, after, limit))).all()]

    async def retire(self, key: GazeSessionKey) -> bool:
        """The attempt is counted: whoever is finishing it, or brings a frame, writes nothing any more."""
        now = self._now()
        async with writing(self._engine) as transaction:
            await affected(
                transaction,
                _of(key)
                .where((GazeSessionRow.expires_at.is_(None)) | (GazeSessionRow.expires_at > now))
                .values(expires_at=now),
            )
            return await affected(transaction, _of(key).values(attempt=GazeSessionRow.attempt + 1, due_at=None)) > 0

    async def list_expired(self, limit: int, after: GazeSessionKey | None = None) -> list[GazeSessionKey]:
        """In order of the digest."""
        wanted = _sessions().where(GazeSessionRow.expires_at <= self._now())
        async with reading(self._engine) as transaction:
            return [session_of(row).key for row in (await transaction.execute(_behind(wanted, after, limit))).all()]

    async def delete_frames(self, key: GazeSessionKey) -> int:
        async with writing(self._engine) as transaction:
            return await affected(transaction, delete(GazeFrameRow).where(GazeFrameRow.session == session_digest(key)))

    async def delete(self, key: GazeSessionKey) -> bool:
        async with writing(self._engine) as transaction:
            return await affected(transaction, delete(GazeSessionRow).where(GazeSessionRow.id == session_digest(key))) > 0

    async def _get_all(self, digests: Sequence[str]) -> list[GazeSession | None]:
        async with looking_up(self._engine) as transaction:
            rows = (await transaction.execute(_KNOWN, {"sessions": sorted(set(digests))})).all()
        found = {session_digest(one.key): one for one in map(session_of, rows)}
        return [found.get(digest) for digest in digests]

    async def _add_all(self, news: Sequence[_NewFrame]) -> list[GazeFrame | None]:
        """What is stored under each number; ``None`` where the session takes none. The sessions stay locked for reading until
        the end, so that nobody begins to finish one in between. In order, so that replicas do not wait for each other."""
        rows = sorted((frame_values(*new) for new in news), key=_place)
        sessions = sorted({row["session"] for row in rows})
        async with writing(self._engine) as transaction:
            open_ones = (await transaction.scalars(_TAKING, {"sessions": sessions})).all()
            accepted = [row for row in rows if row["session"] in open_ones]
            if accepted:
                await transaction.execute(_LEAVING, accepted)
            places = {"sessions": open_ones, "numbers": sorted({row["number"] for row in accepted})}
            found = (await transaction.execute(_STORED, places)).all() if accepted else []
        stored = {(row.session, row.number): frame_of(row) for row in found}
        return [stored.get((session_digest(new.key), new.frame.number)) for new in news]


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _place(row: Mapping[str, Any]) -> _Place:
    return row["session"], row["number"]


def _of(key: GazeSessionKey) -> Update:
    return update(GazeSessionRow).where(GazeSessionRow.id == session_digest(key))


def _still(session: GazeSession) -> Update:
    """Hits nothing once another attempt has begun or it has finished."""
    return _of(session.key).where(GazeSessionRow.attempt == session.attempt, GazeSessionRow.finished_at.is_(None))


def _sessions() -> _Sessions:
    """With the times of the session's calibration and of its user's."""
    own, profile = aliased(GazeCalibrationRow), aliased(GazeCalibrationRow)
    return (
        select(GazeSessionRow, own.created_at, profile.created_at)
        .outerjoin(own, own.id == GazeSessionRow.id)
        .outerjoin(profile, profile.id == GazeSessionRow.profile)
    )


def _behind(wanted: _Sessions, after: GazeSessionKey | None, limit: int) -> _Sessions:
    if after is not None:
        wanted = wanted.where(GazeSessionRow.id > session_digest(after))
    return wanted.order_by(GazeSessionRow.id).limit(limit)


# What every picture asks, built once: building a statement takes longer than the database.
_THESE: BindParameter[Any] = bindparam("sessions", expanding=True)
_KNOWN = _sessions().where(GazeSessionRow.id.in_(_THESE))
_TAKING = (
    select(GazeSessionRow.id)
    .where(GazeSessionRow.id.in_(_THESE), GazeSessionRow.attempt == 0)
    .order_by(GazeSessionRow.id)
    .with_for_update(read=True)
)
_LEAVING = or_ignored(insert(_FRAMES))
_STORED = select(*FRAME_COLUMNS).where(
    GazeFrameRow.session.in_(_THESE), GazeFrameRow.number.in_(bindparam("numbers", expanding=True))
)
