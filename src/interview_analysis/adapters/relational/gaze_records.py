"""Rows of screen gaze ↔ domain."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Row

from interview_analysis.adapters.relational.tables import GazeFrameRow, GazeSessionRow
from interview_analysis.domain.gaze_session import (
    GazeSession,
    GazeSessionDetails,
    VideoRect,
    profile_digest,
    session_digest,
)
from interview_analysis.domain.screen_gaze import (
    GazeFrame,
    GazeProblem,
    GazeSessionKey,
    GazeSource,
    Screen,
    ScreenPoint,
    VideoPoint,
)

_T = TypeVar("_T")


def session_values(session: GazeSession) -> dict[str, Any]:
    """Columns of a new session."""
    key = session.key
    return {
        "id": session_digest(key),
        "owner": key.owner,
        "session_id": key.session_id,
        "created_at": session.created_at,
        "expires_at": session.expires_at,
        "attempt": session.attempt,
        **detail_values(key, session.details.news_for(GazeSessionDetails())),
    }


def detail_values(key: GazeSessionKey, news: dict[str, Any]) -> dict[str, Any]:
    """Columns of what is known of a session, from ``GazeSessionDetails.news_for``."""
    values = dict(news)
    if "user_id" in news:
        values["profile"] = profile_digest(key.owner, news["user_id"])
    if "screen" in news:
        values["screen"] = _adapter(Screen).dump_json(news["screen"]).decode()
    if "video_rect" in news:
        values["video_rect"] = _adapter(VideoRect).dump_json(news["video_rect"]).decode()
    return values


def session_of(found: Row[GazeSessionRow, datetime | None, datetime | None]) -> GazeSession:
    """``found``: a session with the times of its calibration and its user's."""
    row, calibrated_at, profile_at = found
    return GazeSession(
        key=GazeSessionKey(row.owner, row.session_id),
        created_at=row.created_at,
        expires_at=row.expires_at,
        details=GazeSessionDetails(
            video_id=row.video_id,
            user_id=row.user_id,
            ip_address=row.ip_address,
            screen=None if row.screen is None else _adapter(Screen).validate_json(row.screen),
            video_rect=None if row.video_rect is None else _adapter(VideoRect).validate_json(row.video_rect),
            consent=row.consent,
        ),
        last_number=row.last_number,
        closing_at=row.closing_at,
        finished_at=row.finished_at,
        attempt=row.attempt,
        result=None if row.result is None else json.loads(row.result),
        calibrated_at=calibrated_at,
        profile_at=profile_at,
    )


def frame_values(key: GazeSessionKey, frame: GazeFrame) -> dict[str, Any]:
    """Columns of a frame."""
    point, on_video = frame.point, frame.on_video
    return {
        "session": session_digest(key),
        "number": frame.number,
        "received_at": frame.received_at,
        "seconds": frame.seconds,
        "x": None if point is None else point.x,
        "y": None if point is None else point.y,
        "video_x": None if on_video is None else on_video.x,
        "video_y": None if on_video is None else on_video.y,
        "source": None if frame.source is None else frame.source.value,
        "problem": None if frame.problem is None else frame.problem.value,
    }


FRAME_COLUMNS = tuple(getattr(GazeFrameRow, column.name) for column in GazeFrameRow.__table__.columns)
"""What ``frame_of`` needs, in its order."""


def frame_of(row: Row[Any]) -> GazeFrame:
    """``row``: ``FRAME_COLUMNS`` of a frame."""
    return GazeFrame(
        number=row.number,
        received_at=row.received_at,
        seconds=row.seconds,
        point=None if row.x is None else ScreenPoint(row.x, row.y),
        on_video=None if row.video_x is None else VideoPoint(row.video_x, row.video_y),
        source=None if row.source is None else GazeSource(row.source),
        problem=None if row.problem is None else GazeProblem(row.problem),
    )


@cache
def _adapter(kind: type[_T]) -> TypeAdapter[_T]:
    return TypeAdapter(kind)
