"""``AnalysisStore`` on the relational store: records, claims with leases, fences."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Update, case, delete, func, literal, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from interview_analysis.adapters.relational.cursors import decode_cursor, encode_cursor
from interview_analysis.adapters.relational.deliveries import announce_end
from interview_analysis.adapters.relational.records import (
    STATE_COLUMNS,
    analysis_of,
    encode_result,
    row_of,
    state_of,
    video_digest,
)
from interview_analysis.adapters.relational.tables import AnalysisRow
from interview_analysis.adapters.relational.transactions import affected, looking_up, reading, writing
from interview_analysis.domain.analysis import (
    Analysis,
    AnalysisFilter,
    AnalysisPage,
    AnalysisResult,
    AnalysisState,
    AnalysisStatus,
    Claim,
    DueAnalysis,
    Failure,
    Progress,
    QueueDepth,
    QueueState,
    Stage,
    VideoReference,
)
from interview_analysis.errors import AnalysisCancelled, ClaimLost, Conflict, NotFound

_RECENT_RUNS = 20
"""Finished analyses that the median duration is taken over: recent enough to follow a change of machine or settings."""
_STATES_AT_ONCE = 500
"""Below the number of values that one statement may carry."""
_UNFINISHED = (AnalysisStatus.QUEUED, AnalysisStatus.PROCESSING)
_URGENCY = (AnalysisRow.priority.desc(), AnalysisRow.created_at, AnalysisRow.id)
_LOST = Failure("worker_lost", "every attempt ended with the death of its worker")


EndWatcher = Callable[[AnalysisStatus, str, AnalysisResult | None], None]
"""Told the status, the failure code (else empty) and, of a completed analysis, the result. It does not raise."""


class SqlAnalysisStore:
    """Works on SQLite and MariaDB: every change is one guarded ``UPDATE`` whose row count tells who won.

    ``max_attempts`` bounds how often an analysis whose worker died is taken up; ``workers`` is told on in ``queue_state``;
    ``clock`` gives aware UTC; ``ended`` is told once of every analysis that this store has brought to its end.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        max_attempts: int,
        workers: int = 1,
        clock: Callable[[], datetime] | None = None,
        ended: EndWatcher | None = None,
    ) -> None:
        self._engine = engine
        self._max_attempts = max_attempts
        self._workers = workers
        self._now = clock or _utc_now
        self._ended = ended or _nobody

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
        return await self._earlier(analysis.owner, idempotency_key, fingerprint)

    async def get(self, analysis_id: str) -> Analysis:
        """Raises ``NotFound``."""
        async with looking_up(self._engine) as session:
            row = await session.get(AnalysisRow, analysis_id)
        if row is None:
            raise NotFound(f"no analysis {analysis_id}")
        return analysis_of(row)

    async def states(self, analysis_ids: Collection[str]) -> dict[str, AnalysisState]:
        """By id; those that are not there are left out."""
        wanted, found = sorted(analysis_ids), dict[str, AnalysisState]()
        async with looking_up(self._engine) as session:
            for first in range(0, len(wanted), _STATES_AT_ONCE):
                some = AnalysisRow.id.in_(wanted[first : first + _STATES_AT_ONCE])
                rows = await session.execute(select(*STATE_COLUMNS).where(some))
                found |= {row.id: state_of(row) for row in rows}
        return found

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

    async def claim_next(
        self, worker: str, lease_seconds: float, preferred: str | None = None
    ) -> tuple[Analysis, Claim] | None:
        """Take up the preferred analysis if it is due, else the most urgent due one, the oldest of those. One whose worker
        died on its last attempt is failed (``worker_lost``) and passed over; one that was given back (``requeue``) is not: its
        worker lived and has judged.
        """
        while (due := await self._first_due(preferred)) is not None:
            if due.status == AnalysisStatus.PROCESSING and due.attempt >= self._max_attempts:
                if await self._end(_ended(self._still_due(due), AnalysisStatus.FAILED, self._now(), _LOST), due.id):
                    self._ended(AnalysisStatus.FAILED, _LOST.code, None)
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

    async def count_due(self) -> int:
        """How many analyses could be claimed now."""
        due = select(func.count()).where(AnalysisRow.due_at <= self._now())
        async with reading(self._engine) as session:
            return (await session.execute(due)).scalar_one()

    async def list_due(self, limit: int) -> list[DueAnalysis]:
        """Those that could be claimed now, in the order of ``claim_next``."""
        due = select(AnalysisRow.id, AnalysisRow.priority).where(AnalysisRow.due_at <= self._now())
        async with reading(self._engine) as session:
            rows = (await session.execute(due.order_by(*_URGENCY).limit(limit))).all()
        return [DueAnalysis(*row) for row in rows]

    async def heartbeat(self, claim: Claim, progress: Progress, lease_seconds: float) -> None:
        """Renew the lease and record progress. Raises ``AnalysisCancelled`` or ``ClaimLost``."""
        until = self._now() + timedelta(seconds=lease_seconds)
        await self._write(claim, _fenced(claim).values(stage=progress.stage.value, percent=progress.percent, due_at=until))

    async def finish(self, claim: Claim, result: AnalysisResult) -> None:
        """Completed. Raises ``AnalysisCancelled`` or ``ClaimLost``."""
        ending = _ended(_fenced(claim), AnalysisStatus.COMPLETED, self._now())
        whole = ending.values(stage=Stage.DONE.value, percent=100.0, result=encode_result(result))
        await self._write(claim, whole, ends=True)
        self._ended(AnalysisStatus.COMPLETED, "", result)

    async def fail(self, claim: Claim, failure: Failure) -> None:
        """Failed for good. Raises ``AnalysisCancelled`` or ``ClaimLost``."""
        await self._write(claim, _ended(_fenced(claim), AnalysisStatus.FAILED, self._now(), failure), ends=True)
        self._ended(AnalysisStatus.FAILED, failure.code, None)

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
        cancelled = await self._end(_ended(unfinished, AnalysisStatus.CANCELLED, self._now()), analysis_id)
        if cancelled is None:
            found = await self.get(analysis_id)
            raise Conflict(f"the analysis is {found.status}", code="already_finished")
        self._ended(AnalysisStatus.CANCELLED, "", None)
        return analysis_of(cancelled)

    async def retire(self, analysis_id: str) -> Analysis:
        """Mark for erasure: expired from now on, and cancelled if unfinished, so that no worker can write any more. Nobody is
        told. Raises ``NotFound``."""
        now = self._now()
        mine = update(AnalysisRow).where(AnalysisRow.id == analysis_id)
        kept = or_(AnalysisRow.expires_at.is_(None), AnalysisRow.expires_at > now)
        async with writing(self._engine) as session:
            await affected(session, _ended(mine.where(AnalysisRow.status.in_(_UNFINISHED)), AnalysisStatus.CANCELLED, now))
            await affected(session, mine.where(kept).values(expires_at=now))
            row = await session.get(AnalysisRow, analysis_id)
        if row is None:
            raise NotFound(f"no analysis {analysis_id}")
        return analysis_of(row)

    async def list_expired(self, limit: int, after: str = "") -> list[str]:
        """Ids of analyses whose time of keeping is over, in order of the id, those behind ``after``."""
        expired = select(AnalysisRow.id).where(AnalysisRow.expires_at <= self._now(), AnalysisRow.id > after)
        async with reading(self._engine) as session:
            return list((await session.execute(expired.order_by(AnalysisRow.id).limit(limit))).scalars())

    async def analysed(self, videos: Sequence[VideoReference]) -> frozenset[VideoReference]:
        """Those of the videos that some analysis names, whatever became of it."""
        digests = {video_digest(video): video for video in videos}
        named = select(AnalysisRow.video).where(AnalysisRow.video.in_(digests)).distinct()
        async with reading(self._engine) as session:
            return frozenset(digests[digest] for digest in (await session.execute(named)).scalars())

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
        async with looking_up(self._engine) as session:
            ahead = (await session.execute(unfinished)).scalar_one()
            runs = (await session.execute(completed)).all()
        seconds = [(end - start).total_seconds() for start, end in runs if start is not None and end is not None]
        return QueueState(ahead, statistics.median(seconds) if seconds else None, self._workers)

    async def queue_depth(self) -> QueueDepth:
        """Counted at once; the index of due analyses holds the unfinished alone."""
        unfinished = select(AnalysisRow.status, func.count(), func.min(AnalysisRow.created_at))
        unfinished = unfinished.where(AnalysisRow.due_at.is_not(None)).group_by(AnalysisRow.status)
        held = select(func.count(AnalysisRow.worker.distinct())).where(
            AnalysisRow.due_at > self._now(), AnalysisRow.status == AnalysisStatus.PROCESSING
        )
        async with reading(self._engine) as session:
            found = {status: (count, oldest) for status, count, oldest in (await session.execute(unfinished)).all()}
            busy = (await session.execute(held)).scalar_one()
        queued, oldest = found.get(AnalysisStatus.QUEUED.value, (0, None))
        return QueueDepth(
            queued=queued,
            processing=found.get(AnalysisStatus.PROCESSING.value, (0, None))[0],
            oldest_seconds=0.0 if oldest is None else max(0.0, (self._now() - oldest).total_seconds()),
            busy_workers=busy,
        )

    async def ping(self) -> None:
        """Raises ``DependencyUnavailable``."""
        async with looking_up(self._engine) as session:
            await session.execute(select(literal(1)))

    async def _earlier(self, owner: str, idempotency_key: str, fingerprint: str) -> Analysis:
        known = select(AnalysisRow).where(AnalysisRow.owner == owner, AnalysisRow.idempotency_key == idempotency_key)
        async with looking_up(self._engine) as session:
            row = (await session.execute(known)).scalar_one_or_none()
        if row is None:
            raise Conflict("an analysis with this id exists")
        if row.fingerprint != fingerprint:
            raise Conflict("the key came with another request before", code="idempotency_key_reused")
        return analysis_of(row)

    async def _first_due(self, preferred: str | None) -> AnalysisRow | None:
        due = select(AnalysisRow).where(AnalysisRow.due_at <= self._now())
        wish = () if preferred is None else (case((AnalysisRow.id == preferred, 0), else_=1),)
        first = due.order_by(*wish, *_URGENCY).limit(1)
        async with reading(self._engine) as session:
            return (await session.execute(first)).scalar_one_or_none()

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

    async def _end(self, guarded: Update, analysis_id: str) -> AnalysisRow | None:
        """As ``_change``, for what ends an analysis: its callback is told, in the same transaction."""
        async with writing(self._engine) as session:
            if await affected(session, guarded) == 0:
                return None
            await announce_end(session, analysis_id)
            return await session.get_one(AnalysisRow, analysis_id)

    async def _write(self, claim: Claim, fenced: Update, *, ends: bool = False) -> None:
        """Carry out a worker's write, or say why it may not write. One that ``ends`` the analysis has its callback told."""
        async with writing(self._engine) as session:
            if await affected(session, fenced) > 0:
                if ends:
                    await announce_end(session, claim.analysis_id)
                return
            status = (await session.execute(select(AnalysisRow.status).where(AnalysisRow.id == claim.analysis_id))).scalar()
        if status == AnalysisStatus.CANCELLED:
            raise AnalysisCancelled(f"{claim.analysis_id} was cancelled")
        raise ClaimLost(f"attempt {claim.attempt} of {claim.analysis_id} no longer belongs to {claim.worker}")


def _nobody(_status: AnalysisStatus, _code: str, _result: AnalysisResult | None) -> None:
    """Nobody watches."""


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
        (AnalysisRow.owner, wanted.owner),
        (AnalysisRow.user_id, wanted.user_id),
        (AnalysisRow.session_id, wanted.session_id),
        (AnalysisRow.status, wanted.status),
    )
    return [column == value for column, value in pairs if value is not None]
