"""A session of screen gaze: who looks at what on which screen, frame by frame, from its first frame to its result."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from interview_analysis.domain.screen_gaze import GazeSessionKey, Screen, ScreenPoint, VideoPoint

MOST_FRAMES = 200_000
"""Numbers of a session's frames: nearly two hours at 30 a second."""


class GazeSessionState(StrEnum):
    """``closing``: its last frame has come, earlier ones that are late still count."""

    OPEN = "open"
    CLOSING = "closing"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class VideoRect:
    """Where on the screen the video is shown: pixels, from the screen's upper left corner."""

    x: float
    y: float
    width: float
    height: float

    def place(self, point: ScreenPoint) -> VideoPoint:
        return VideoPoint((point.x - self.x) / self.width, (point.y - self.y) / self.height)


def whole(screen: Screen) -> VideoRect:
    """A video that fills the screen."""
    return VideoRect(0, 0, screen.width, screen.height)


@dataclass(frozen=True, slots=True, kw_only=True)
class GazeSessionDetails:
    """What frames tell of their session; any of them may, and the first word holds."""

    video_id: str | None = None
    user_id: str | None = None
    ip_address: str | None = None
    screen: Screen | None = None
    video_rect: VideoRect | None = None
    consent: bool | None = None

    def news_for(self, known: GazeSessionDetails) -> dict[str, Any]:
        """What is said here and not known yet, by field."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in said.items() if value is not None and getattr(known, name) is None}


@dataclass(frozen=True, slots=True, kw_only=True)
class GazeSession:
    """``closing_at``: the last frame came; ``attempt`` counts those at finishing it, and from the first on no frame counts any
    more. ``calibrated_at``, ``profile_at``: when the session's calibration and its user's kept one were made."""

    key: GazeSessionKey
    created_at: datetime
    details: GazeSessionDetails = field(default_factory=GazeSessionDetails)
    expires_at: datetime | None = None
    last_number: int | None = None
    closing_at: datetime | None = None
    finished_at: datetime | None = None
    attempt: int = 0
    result: Mapping[str, Any] | None = None
    calibrated_at: datetime | None = None
    profile_at: datetime | None = None

    @property
    def state(self) -> GazeSessionState:
        if self.finished_at is not None:
            return GazeSessionState.FINISHED
        return GazeSessionState.OPEN if self.closing_at is None else GazeSessionState.CLOSING

    @property
    def takes_frames(self) -> bool:
        return self.attempt == 0


def session_digest(key: GazeSessionKey) -> str:
    """64 letters and digits that stand for it wherever its own characters could not."""
    return hashlib.sha256(f"{key.owner}\0{key.session_id}".encode()).hexdigest()


def profile_digest(owner: str, user_id: str) -> str:
    """As ``session_digest``, of a user's kept calibration; never that of a session."""
    return hashlib.sha256(f"{owner}\0{user_id}\0profile".encode()).hexdigest()
