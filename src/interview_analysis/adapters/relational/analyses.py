"""``AnalysisStore`` on the relational store: records, claims with leases, fences."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Update, delete, func, select, text, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from interview_analysis.adapters.relational.cursors import decode_cursor, encode_cursor
from interview_analysis.adapters.relational.records import analysis_of, encode_result, row_of
from interview_analysis.adapters.relational.tables import AnalysisRow
from interview_analysis.adapters.relational.transactions import affected, reading, writing
from interview_analysis.domain.analysis import (
    Analysis,
    AnalysisFilter,
    AnalysisPage,
    AnalysisResult,
    AnalysisStatus,
    Claim,
    Failure,
    Progress,
    QueueState,
    Stage,
)
from interview_analysis.errors import AnalysisCancelled, ClaimLost, Conflict, NotFound

_RECENT_RUNS = 20
"""Finished analyses that the median duration is taken over: recent enough to follow a change of machine or settings."""
_UNFINISHED = (AnalysisStatus.QUEUED, AnalysisStatus.PROCESSING)
_LOST = Failure("worker_lost", "every attempt ended with the death of its worker")


class SqlAnalysisStore:
    """Works on SQLite and MariaDB: every change is one guarded ``UPDATE`` whose row count tells who won.

    ``max_attempts`` bounds how often an analysis whose worker died is taken up; ``workers`` is told on in ``queue_state``;
    ``clock`` gives aware UTC.
    """

    def __init__(
        self, engine: AsyncEngine, max_attempts: int, workers: int = 1, clock: Callable[[], datetime] | None = None
    ) -> None:
        self._engine = engine
        self._max_attempts = max_attempts
        self._workers = workers
        self._now = clock or _utc_now

    async def add(self, analysis: Analysis, idempotency_key: str | None = None, fingerprint: str = "") -> Analysis:
        """Insert; with a key seen before and the same fingerprint, the earlier analysis. Raises ``Conflict``."""
        async with writing(self._engine) as session:
            session.add(row_of(analysis, idempotency_key, fingerprint))
            try:
                await session.flush()
            except IntegrityError:
                await session.rollback()
            else:
                return analysis
        if idempotency_key is None:
            raise Conflict("an analysis with this id exists")
        return await self._earlier(idempotency_key, fingerprint)

    async def get(self, analysis_id: str) -> Analysis:
        """Raises ``NotFound``."""
        async with reading(self._engine) as session:
            row = await session.get(AnalysisRow, analysis_id)
        if row is None:
            raise NotFound(f"no analysis {analysis_id}")
        return analysis_of(row)

    async def list_recent(self, wanted: AnalysisFilter, limit: int, cursor: str | None = None) -> AnalysisPage:
        """Newest first. Raises ``InputError`` (``invalid_cursor``)."""
        query = select(AnalysisRow).where(*_matches(wanted))
        if cursor is not None:
            query = query.where(tuple_(AnalysisRow.created_at, AnalysisRow.id) < decode_cursor(cursor))
        query = query.order_by(AnalysisRow.created_at.desc(), AnalysisRow.id.desc()).limit(limit + 1)
        async with reading(self._engine) as session:
            rows = (await session.execute(query)).scalars().all()
        page = rows[:limit]
        more = encode_cursor(page[-1].created_at, page[-1].id) if len(rows) > limit else None
        return AnalysisPage(tuple(analysis_of(row) for row in page), more)

    async def claim_next(self, worker: str, lease_seconds: float) -> tuple[Analysis, Claim] | None:
        """Take up the oldest due analysis. One whose worker died on its last attempt is failed (``worker_lost``) and passed
        over; one that was given back (``requeue``) is not: its worker lived and has judged.
        """
        while (due := await self._oldest_due()) is not None:
            if due.status == AnalysisStatus.PROCESSING and due.attempt >= self._max_attempts:
                await self._change(_ended(self._still_due(due), AnalysisStatus.FAILED, self._now(), _LOST), due.id)
                continue
            now = self._now()
            taking = self._still_due(due).values(
                status=AnalysisStatus.PROCESSING.value,
                stage=Stage.FETCH.value,
                percent=0.0,
                attempt=due.attempt + 1,
                worker=worker,
                started_at=now,
                due_at=now + timedelta(seconds=lease_seconds),
            )
            taken = await self._change(taking, due.id)
            if taken is not None:
                return analysis_of(taken), Claim(taken.id, taken.attempt, worker)
        return None

    async def heartbeat(self, claim: Claim, progress: Progress, lease_seconds: float) -> None:
        """Renew the lease and record progress. Raises ``AnalysisCancelled`` or ``ClaimLost``."""
        until = self._now() + timedelta(seconds=lease_seconds)
        await self._write(claim, _fenced(claim).values(stage=progress.stage.value, percent=progress.percent, due_at=until))

    async def finish(self, claim: Claim, result: AnalysisResult) -> None:
        """Completed. Raises ``AnalysisCancelled`` or ``ClaimLost``."""
        ending = _ended(_fenced(claim), AnalysisStatus.COMPLETED, self._now())
        await self._write(claim, ending.values(stage=Stage.DONE.value, percent=100.0, result=encode_result(result)))

    async def fail(self, claim: Claim, failure: Failure) -> None:
        """Failed for good. Raises ``AnalysisCancelled`` or ``ClaimLost``."""
        await self._write(claim, _ended(_fenced(claim), AnalysisStatus.FAILED, self._now(), failure))

    async def requeue(self, claim: Claim, not_before: datetime, *, counted: bool = True) -> None:
        """Give back for another attempt, not before the given time; not ``counted``, as if this attempt had not been taken up.
        Raises ``AnalysisCancelled`` or ``ClaimLost``."""
        waiting = {"status": AnalysisStatus.QUEUED.value, "stage": Stage.QUEUED.value, "percent": 0.0, "worker": None}
        attempt = claim.attempt if counted else claim.attempt - 1
        await self._write(claim, _fenced(claim).values(**waiting, attempt=attempt, due_at=not_before))

    async def release(self, worker: str | None = None) -> int:
        """Leases of a dead worker (``None``: of all) are due again at once; returns how many."""
        now = self._now()
        held = update(AnalysisRow).where(AnalysisRow.status == AnalysisStatus.PROCESSING, AnalysisRow.due_at > now)
        if worker is not None:
            held = held.where(AnalysisRow.worker == worker)
        async with writing(self._engine) as session:
            return await affected(session, held.values(due_at=now))

    async def cancel(self, analysis_id: str) -> Analysis:
        """Cancelled from now on, also while a worker is at it. Raises ``NotFound``, ``Conflict`` (``already_finished``)."""
        unfinished = update(AnalysisRow).where(AnalysisRow.id == analysis_id, AnalysisRow.status.in_(_UNFINISHED))
        cancelled = await self._change(_ended(unfinished, AnalysisStatus.CANCELLED, self._now()), analysis_id)
        if cancelled is None:
            found = await self.get(analysis_id)
            raise Conflict(f"the analysis is {found.status}", code="already_finished")
        return analysis_of(cancelled)

    async def delete(self, analysis_id: str) -> bool:
        """Erase the record; ``False`` where there was none. A worker at it loses its claim."""
        async with writing(self._engine) as session:
            return await affected(session, delete(AnalysisRow).where(AnalysisRow.id == analysis_id)) > 0

    async def queue_state(self) -> QueueState:
        """Unfinished analyses, and the median wall seconds of the latest completed attempts."""
        unfinished = select(func.count()).where(AnalysisRow.status.in_(_UNFINISHED))
        completed = (
            select(AnalysisRow.started_at, AnalysisRow.finished_at)
            .where(AnalysisRow.status == AnalysisStatus.COMPLETED)
            .order_by(AnalysisRow.finished_at.desc())
            .limit(_RECENT_RUNS)
        )
        async with reading(self._engine) as session:
            ahead = (await session.execute(unfinished)).scalar_one()
            runs = (await session.execute(completed)).all()
        seconds = [(end - start).total_seconds() for start, end in runs if start is not None and end is not None]
        return QueueState(ahead, statistics.median(seconds) if seconds else None, self._workers)

    async def ping(self) -> None:
        """Raises ``DependencyUnavailable``."""
        async with reading(self._engine) as session:
            await session.execute(text("SELECT 1"))

    async def _earlier(self, idempotency_key: str, fingerprint: str) -> Analysis:
        known = select(AnalysisRow).where(AnalysisRow.idempotency_key == idempotency_key)
        async with reading(self._engine) as session:
            row = (await session.execute(known)).scalar_one_or_none()
        if row is None:
            raise Conflict("an analysis with this id exists")
        if row.fingerprint != fingerprint:
            raise Conflict("the key came with another request before", code="idempotency_key_reused")
        return analysis_of(row)

    async def _oldest_due(self) -> AnalysisRow | None:
        due = select(AnalysisRow).where(AnalysisRow.due_at <= self._now())
        async with reading(self._engine) as session:
            return (await session.execute(due.order_by(AnalysisRow.created_at, AnalysisRow.id).limit(1))).scalar_one_or_none()

    def _still_due(self, row: AnalysisRow) -> Update:
        """Hits nothing once another worker, a heartbeat or the user was quicker."""
        return update(AnalysisRow).where(
            AnalysisRow.id == row.id,
            AnalysisRow.status == row.status,
            AnalysisRow.attempt == row.attempt,
            AnalysisRow.due_at <= self._now(),
        )

    async def _change(self, guarded: Update, analysis_id: str) -> AnalysisRow | None:
        """The changed record, or ``None`` where the guard held it off."""
        async with writing(self._engine) as session:
            if await affected(session, guarded) == 0:
                return None
            return await session.get_one(AnalysisRow, analysis_id)

    async def _write(self, claim: Claim, fenced: Update) -> None:
        """Carry out a worker's write, or say why it may not write."""
        async with writing(self._engine) as session:
            if await affected(session, fenced) > 0:
                return
            status = (await session.execute(select(AnalysisRow.status).where(AnalysisRow.id == claim.analysis_id))).scalar()
        if status == AnalysisStatus.CANCELLED:
            raise AnalysisCancelled(f"{claim.analysis_id} was cancelled")
        raise ClaimLost(f"attempt {claim.attempt} of {claim.analysis_id} no longer belongs to {claim.worker}")


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _fenced(claim: Claim) -> Update:
    return update(AnalysisRow).where(
        AnalysisRow.id == claim.analysis_id,
        AnalysisRow.attempt == claim.attempt,
        AnalysisRow.worker == claim.worker,
        AnalysisRow.status == AnalysisStatus.PROCESSING,
    )


def _ended(change: Update, status: AnalysisStatus, now: datetime, failure: Failure | None = None) -> Update:
    ended = change.values(status=status.value, finished_at=now, due_at=None)
    return ended if failure is None else ended.values(failure_code=failure.code, failure_detail=failure.detail)


def _matches(wanted: AnalysisFilter) -> list[ColumnElement[bool]]:
    pairs = (
        (AnalysisRow.user_id, wanted.user_id),
        (AnalysisRow.session_id, wanted.session_id),
        (AnalysisRow.status, wanted.status),
    )
    return [column == value for column, value in pairs if value is not None]
