"""``FeedbackStore`` on the relational store."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from interview_analysis.adapters.relational.records import decode_feedback, encode_feedback
from interview_analysis.adapters.relational.tables import FeedbackRow
from interview_analysis.adapters.relational.transactions import affected, looking_up, writing
from interview_analysis.domain.feedback import Feedback


class SqlFeedbackStore:
    """One document an analysis."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def save(self, analysis_id: str, feedback: Feedback) -> None:
        """Insert or replace."""
        row = FeedbackRow(analysis_id=analysis_id, document=encode_feedback(feedback))
        async with writing(self._engine) as session:
            await session.merge(row)

    async def get(self, analysis_id: str) -> Feedback | None:
        """``None`` where there is none."""
        async with looking_up(self._engine) as session:
            row = await session.get(FeedbackRow, analysis_id)
        return None if row is None else decode_feedback(row.document)

    async def delete(self, analysis_id: str) -> bool:
        """``False`` where there was none."""
        async with writing(self._engine) as session:
            return await affected(session, delete(FeedbackRow).where(FeedbackRow.analysis_id == analysis_id)) > 0
