"""``CommentStore`` on the relational store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Insert, Update, delete, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from interview_analysis.adapters.relational.records import encode_feedback
from interview_analysis.adapters.relational.tables import AnalysisRow, CommentWishRow, FeedbackRow, LlmDayRow, UtcDateTime
from interview_analysis.adapters.relational.transactions import affected, or_ignored, reading, writing
from interview_analysis.domain.analysis import AnalysisStatus
from interview_analysis.domain.comment import CommentState, CommentWish, Reservation, TokenCaps
from interview_analysis.domain.feedback import Feedback
from interview_analysis.errors import DependencyRefused, DependencyUnavailable


class SqlCommentStore:
    """Works on SQLite and MariaDB: every change is one guarded statement. ``clock`` gives aware UTC."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime] | None = None) -> None:
        self._engine = engine
        self._now = clock or _utc_now

    async def wish(self, analysis_id: str) -> None:
        """Due once the analysis is completed. Nothing happens where there is a wish, or no analysis that is to be kept."""
        async with writing(self._engine) as session:
            await session.execute(_new_wish(analysis_id, self._now()))

    async def get(self, analysis_id: str) -> CommentWish | None:
        """``None`` where nobody wished."""
        async with reading(self._engine) as session:
            return await _one(session, analysis_id)

    async def claim_due(self, lease_seconds: float) -> CommentWish | None:
        """Take up the wish that is due longest and count the attempt; nobody else gets it before the lease ends."""
        while (due := await self._first_due()) is not None:
            now = self._now()
            until = now + timedelta(seconds=lease_seconds)
            taking = _still(due).where(CommentWishRow.due_at <= now)
            values = taking.values(attempt=due.attempt + 1, turn=due.turn + 1, due_at=until, lease_until=until)
            async with writing(self._engine) as session:
                if await affected(session, values) > 0:
                    return await _one(session, due.analysis_id)
        return None

    async def claim(self, analysis_id: str, lease_seconds: float) -> CommentWish | None:
        """Wish anew and take it up at once, as the first attempt. ``None`` where somebody is at it, or as ``wish``."""
        await self.wish(analysis_id)
        now = self._now()
        until = now + timedelta(seconds=lease_seconds)
        free = or_(CommentWishRow.lease_until.is_(None), CommentWishRow.lease_until <= now)
        taking = update(CommentWishRow).where(CommentWishRow.analysis_id == analysis_id, free)
        begun = {"state": CommentState.PENDING.value, "attempt": 1, "turn": CommentWishRow.turn + 1, "failure": None}
        times = {"wished_at": now, "finished_at": None, "due_at": until, "lease_until": until}
        async with writing(self._engine) as session:
            taken = await affected(session, taking.values(**begun, **times)) > 0
            return await _one(session, analysis_id) if taken else None

    async def succeed(self, wish: CommentWish, feedback: Feedback) -> bool:
        """The words and the verdict in one transaction."""
        words = FeedbackRow(analysis_id=wish.analysis_id, document=encode_feedback(feedback))
        async with writing(self._engine) as session:
            is_mine = await affected(session, self._ended(wish, CommentState.WRITTEN, None)) > 0
            if is_mine:
                await session.merge(words)
        return is_mine

    async def postpone(self, wish: CommentWish, failure: str, due_at: datetime) -> None:
        """Another attempt at that time. As ``succeed``."""
        async with writing(self._engine) as session:
            await affected(session, _still(wish).values(failure=failure, due_at=due_at, lease_until=None))

    async def give_up(self, wish: CommentWish, failure: str) -> None:
        """No further attempt. As ``succeed``."""
        async with writing(self._engine) as session:
            await affected(session, self._ended(wish, CommentState.FAILED, failure))

    async def reserve(self, wish: CommentWish, tokens: int, caps: TokenCaps) -> Reservation:
        """Counted for the analysis and for today, or not at all."""
        today = self._now().date()
        day = update(LlmDayRow).where(LlmDayRow.day == today, LlmDayRow.tokens + tokens <= caps.per_day)
        mine = _of(wish.analysis_id).where(CommentWishRow.tokens + tokens <= caps.per_analysis)
        async with writing(self._engine) as session:
            await session.execute(or_ignored(insert(LlmDayRow)).values(day=today, tokens=0))
        async with writing(self._engine) as session:
            if await affected(session, mine.values(tokens=CommentWishRow.tokens + tokens)) == 0:
                raise DependencyRefused("the tokens of this analysis are spent", code="llm_analysis_cap")
            if await affected(session, day.values(tokens=LlmDayRow.tokens + tokens)) == 0:
                raise DependencyUnavailable("the tokens of today are spent", code="llm_daily_cap")
        return Reservation(today, tokens)

    async def settle(self, wish: CommentWish, reserved: Reservation, spent: int) -> None:
        """Count what was spent in place of what was reserved."""
        change = spent - reserved.tokens
        day = update(LlmDayRow).where(LlmDayRow.day == reserved.day)
        async with writing(self._engine) as session:
            await affected(session, _of(wish.analysis_id).values(tokens=CommentWishRow.tokens + change))
            await affected(session, day.values(tokens=LlmDayRow.tokens + change))

    async def delete(self, analysis_id: str) -> bool:
        """``False`` where there was none."""
        async with writing(self._engine) as session:
            return await affected(session, delete(CommentWishRow).where(CommentWishRow.analysis_id == analysis_id)) > 0

    async def _first_due(self) -> CommentWish | None:
        due = (
            select(CommentWishRow)
            .join(AnalysisRow, AnalysisRow.id == CommentWishRow.analysis_id)
            .where(CommentWishRow.due_at <= self._now(), AnalysisRow.status == AnalysisStatus.COMPLETED.value)
            .order_by(CommentWishRow.due_at, CommentWishRow.analysis_id)
            .limit(1)
        )
        async with reading(self._engine) as session:
            row = (await session.execute(due)).scalar_one_or_none()
        return None if row is None else _wish_of(row)

    def _ended(self, wish: CommentWish, state: CommentState, failure: str | None) -> Update:
        final = {"state": state.value, "failure": failure, "finished_at": self._now()}
        return _still(wish).values(**final, due_at=None, lease_until=None)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _of(analysis_id: str) -> Update:
    return update(CommentWishRow).where(CommentWishRow.analysis_id == analysis_id)


def _still(wish: CommentWish) -> Update:
    """Hits nothing once another turn has begun or this one has ended."""
    is_pending = CommentWishRow.state == CommentState.PENDING.value
    return _of(wish.analysis_id).where(CommentWishRow.turn == wish.turn, is_pending)


def _new_wish(analysis_id: str, now: datetime) -> Insert:
    """Read and written in one statement: an analysis that is being erased is expired, so nothing is added behind it."""
    values: dict[str, Any] = {"state": CommentState.PENDING.value, "attempt": 0, "turn": 0, "tokens": 0}
    times = [literal(now, UtcDateTime()), literal(now, UtcDateTime())]
    is_kept = or_(AnalysisRow.expires_at.is_(None), AnalysisRow.expires_at > now)
    kept = select(AnalysisRow.id, *map(literal, values.values()), *times).where(AnalysisRow.id == analysis_id, is_kept)
    return or_ignored(insert(CommentWishRow)).from_select(["analysis_id", *values, "due_at", "wished_at"], kept)


async def _one(session: AsyncSession, analysis_id: str) -> CommentWish | None:
    found = select(CommentWishRow).where(CommentWishRow.analysis_id == analysis_id)
    row = (await session.execute(found)).scalar_one_or_none()
    return None if row is None else _wish_of(row)


def _wish_of(row: CommentWishRow) -> CommentWish:
    return CommentWish(
        analysis_id=row.analysis_id,
        wished_at=row.wished_at,
        state=CommentState(row.state),
        attempt=row.attempt,
        turn=row.turn,
        tokens=row.tokens,
        failure=row.failure,
        finished_at=row.finished_at,
    )
