"""Tables of the relational store, the same on SQLite and MariaDB.

Traps that the types here keep away: MariaDB compares text without case unless the collation is binary, drops microseconds
from a plain DATETIME and cuts TEXT at 64 KiB; SQLite forgets time zones.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Dialect, Double, Index, Integer, LargeBinary, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import DateTime, TypeDecorator, TypeEngine

_SERVERS = ("mysql", "mariadb")
_BINARY = "utf8mb4_bin"


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC to the microsecond; a naive time is refused with ``ValueError``."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        return dialect.type_descriptor(mysql.DATETIME(fsp=6) if dialect.name in _SERVERS else DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must carry its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def _exact(length: int) -> TypeEngine[str]:
    """Text that is compared byte by byte."""
    return String(length).with_variant(mysql.VARCHAR(length, collation=_BINARY), *_SERVERS)


def _document() -> TypeEngine[str]:
    """JSON text up to 16 MiB."""
    return Text().with_variant(mysql.MEDIUMTEXT(), *_SERVERS)


def _blob() -> TypeEngine[bytes]:
    return LargeBinary().with_variant(mysql.MEDIUMBLOB(), *_SERVERS)


class Base(DeclarativeBase):
    """``Base.metadata`` is what migrations are checked against."""


class AnalysisRow(Base):
    """One analysis. ``due_at`` is when a worker may take it up: queued, from then on; processing, the end of the lease;
    ``NULL`` once final."""

    __tablename__ = "analyses"
    __table_args__ = (
        Index("ix_analyses_created", "created_at", "id"),
        Index("ix_analyses_user", "user_id", "created_at"),
        Index("ix_analyses_session", "session_id", "created_at"),
        Index("ix_analyses_due", "due_at"),
        Index("ix_analyses_finished", "status", "finished_at"),
        Index("ix_analyses_idempotency", "idempotency_key", unique=True),
    )

    id: Mapped[str] = mapped_column(_exact(128), primary_key=True)
    idempotency_key: Mapped[str | None] = mapped_column(_exact(255))
    fingerprint: Mapped[str] = mapped_column(_exact(128))
    user_id: Mapped[str | None] = mapped_column(_exact(128))
    session_id: Mapped[str | None] = mapped_column(_exact(128))
    request: Mapped[str] = mapped_column(_document())
    status: Mapped[str] = mapped_column(String(16))
    stage: Mapped[str] = mapped_column(String(32))
    percent: Mapped[float] = mapped_column(Double())
    attempt: Mapped[int] = mapped_column(Integer())
    worker: Mapped[str | None] = mapped_column(_exact(128))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    estimated_completion: Mapped[datetime | None] = mapped_column(UtcDateTime())
    failure_code: Mapped[str | None] = mapped_column(String(64))
    failure_detail: Mapped[str | None] = mapped_column(Text())
    result: Mapped[str | None] = mapped_column(_document())


class FeedbackRow(Base):
    """Words for the candidate, as one JSON document."""

    __tablename__ = "feedback"

    analysis_id: Mapped[str] = mapped_column(_exact(128), primary_key=True)
    document: Mapped[str] = mapped_column(_document())


class FrameTimelineRow(Base):
    """What is known of a stored timeline without reading its chunks."""

    __tablename__ = "frame_timelines"

    analysis_id: Mapped[str] = mapped_column(_exact(128), primary_key=True)
    attempt: Mapped[int] = mapped_column(Integer())
    rows: Mapped[int] = mapped_column(Integer())
    duration: Mapped[float] = mapped_column(Double())


class FrameChunkRow(Base):
    """Rows ``first_row`` … of a timeline, encoded by ``documents.columns``."""

    __tablename__ = "frame_chunks"

    analysis_id: Mapped[str] = mapped_column(_exact(128), primary_key=True)
    first_row: Mapped[int] = mapped_column(Integer(), primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(_blob())
