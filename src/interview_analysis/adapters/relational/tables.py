"""Tables of the relational store, the same on SQLite and MariaDB.

Traps that the types here keep away: MariaDB compares text without case unless the collation is binary, drops microseconds
from a plain DATETIME and cuts TEXT at 64 KiB; SQLite forgets time zones.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import BigInteger, Boolean, Date, Dialect, Double, Index, Integer, LargeBinary, String, Text
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
    ``NULL`` once final. ``owner`` names the API key's holder, empty without keys; ``video`` is the digest of its place."""

    __tablename__ = "analyses"
    __table_args__ = (
        Index("ix_analyses_created", "created_at", "id"),
        Index("ix_analyses_user", "user_id", "created_at"),
        Index("ix_analyses_session", "session_id", "created_at"),
        Index("ix_analyses_due", "due_at"),
        Index("ix_analyses_finished", "status", "finished_at"),
        Index("ix_analyses_idempotency", "owner", "idempotency_key", unique=True),
        Index("ix_analyses_owner", "owner", "created_at", "id"),
        Index("ix_analyses_expires", "expires_at"),
        Index("ix_analyses_video", "video"),
    )

    id: Mapped[str] = mapped_column(_exact(128), primary_key=True)
    owner: Mapped[str] = mapped_column(_exact(64), server_default="")
    idempotency_key: Mapped[str | None] = mapped_column(_exact(255))
    fingerprint: Mapped[str] = mapped_column(_exact(128))
    user_id: Mapped[str | None] = mapped_column(_exact(128))
    session_id: Mapped[str | None] = mapped_column(_exact(128))
    request: Mapped[str] = mapped_column(_document())
    video: Mapped[str] = mapped_column(String(64), server_default="")
    status: Mapped[str] = mapped_column(String(16))
    stage: Mapped[str] = mapped_column(String(32))
    percent: Mapped[float] = mapped_column(Double())
    attempt: Mapped[int] = mapped_column(Integer())
    worker: Mapped[str | None] = mapped_column(_exact(128))
    priority: Mapped[int] = mapped_column(Integer(), server_default="0")
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
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


class DeliveryRow(Base):
    """Something to be told to another service, of an analysis or of a ``gaze_session``. ``due_at`` is the time of the next
    attempt, ``NULL`` once final."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "due_at"),
        Index("ix_deliveries_analysis", "analysis_id"),
        Index("ix_deliveries_gaze_session", "gaze_session"),
    )

    id: Mapped[str] = mapped_column(_exact(160), primary_key=True)
    analysis_id: Mapped[str | None] = mapped_column(_exact(128))
    gaze_session: Mapped[str | None] = mapped_column(_exact(64))
    kind: Mapped[str] = mapped_column(String(32))
    url: Mapped[str] = mapped_column(Text())
    body: Mapped[str] = mapped_column(_document())
    state: Mapped[str] = mapped_column(String(16))
    attempt: Mapped[int] = mapped_column(Integer())
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    failure: Mapped[str | None] = mapped_column(Text())


class CommentWishRow(Base):
    """A wish for the words of a language model. ``due_at`` is the time of the next attempt, while one is going on the end of
    its lease, which is then ``lease_until`` too; both ``NULL`` once final."""

    __tablename__ = "comment_wishes"
    __table_args__ = (Index("ix_comment_wishes_due", "due_at"),)

    analysis_id: Mapped[str] = mapped_column(_exact(128), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    attempt: Mapped[int] = mapped_column(Integer())
    turn: Mapped[int] = mapped_column(Integer())
    tokens: Mapped[int] = mapped_column(Integer())
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    wished_at: Mapped[datetime] = mapped_column(UtcDateTime())
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    failure: Mapped[str | None] = mapped_column(String(64))


class LlmDayRow(Base):
    """Tokens that were spent or are reserved, by day (UTC)."""

    __tablename__ = "llm_days"

    day: Mapped[date] = mapped_column(Date(), primary_key=True)
    tokens: Mapped[int] = mapped_column(BigInteger())


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


class SaliencyVideoRow(Base):
    """Saliency maps of a video that people are shown; ``id`` stands for owner and video."""

    __tablename__ = "saliency_videos"

    id: Mapped[str] = mapped_column(_exact(64), primary_key=True)
    owner: Mapped[str] = mapped_column(_exact(64))
    video_id: Mapped[str] = mapped_column(_exact(128))
    rate: Mapped[float] = mapped_column(Double())
    frames: Mapped[int] = mapped_column(Integer())
    height: Mapped[int] = mapped_column(Integer())
    width: Mapped[int] = mapped_column(Integer())
    source: Mapped[str] = mapped_column(String(32), server_default="given")


class SaliencyMapRow(Base):
    """One map, encoded by ``documents.maps``."""

    __tablename__ = "saliency_maps"

    id: Mapped[str] = mapped_column(_exact(64), primary_key=True)
    frame: Mapped[int] = mapped_column(Integer(), primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(_blob())


class GazeSessionRow(Base):
    """A session of screen gaze; ``id`` stands for owner and session. ``due_at`` is when it may be finished, while somebody is
    at it the end of the lease; ``NULL`` while it is open and once it has finished. ``profile`` is the id of the user's kept
    calibration."""

    __tablename__ = "gaze_sessions"
    __table_args__ = (
        Index("ix_gaze_sessions_due", "due_at"),
        Index("ix_gaze_sessions_expires", "expires_at"),
        Index("ix_gaze_sessions_user", "user_id", "id"),
    )

    id: Mapped[str] = mapped_column(_exact(64), primary_key=True)
    owner: Mapped[str] = mapped_column(_exact(64))
    session_id: Mapped[str] = mapped_column(_exact(128))
    video_id: Mapped[str | None] = mapped_column(_exact(128))
    user_id: Mapped[str | None] = mapped_column(_exact(128))
    profile: Mapped[str | None] = mapped_column(_exact(64))
    ip_address: Mapped[str | None] = mapped_column(_exact(64))
    screen: Mapped[str | None] = mapped_column(Text())
    video_rect: Mapped[str | None] = mapped_column(Text())
    consent: Mapped[bool | None] = mapped_column(Boolean())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    last_number: Mapped[int | None] = mapped_column(Integer())
    closing_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    attempt: Mapped[int] = mapped_column(Integer())
    result: Mapped[str | None] = mapped_column(_document())


class GazeFrameRow(Base):
    """What one picture of a session yielded."""

    __tablename__ = "gaze_frames"

    session: Mapped[str] = mapped_column(_exact(64), primary_key=True)
    number: Mapped[int] = mapped_column(Integer(), primary_key=True, autoincrement=False)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime())
    seconds: Mapped[float | None] = mapped_column(Double())
    x: Mapped[float | None] = mapped_column(Double())
    y: Mapped[float | None] = mapped_column(Double())
    video_x: Mapped[float | None] = mapped_column(Double())
    video_y: Mapped[float | None] = mapped_column(Double())
    source: Mapped[str | None] = mapped_column(String(16))
    problem: Mapped[str | None] = mapped_column(String(32))


class GazeCalibrationRow(Base):
    """A calibration of a session, or one that is kept for a user; ``id`` stands for owner and session, or owner and user."""

    __tablename__ = "gaze_calibrations"
    __table_args__ = (
        Index("ix_gaze_calibrations_expires", "expires_at"),
        Index("ix_gaze_calibrations_user", "user_id"),
    )

    id: Mapped[str] = mapped_column(_exact(64), primary_key=True)
    is_profile: Mapped[bool] = mapped_column(Boolean())
    user_id: Mapped[str | None] = mapped_column(_exact(128))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    document: Mapped[str] = mapped_column(_document())
