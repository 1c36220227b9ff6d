"""Ports of screen gaze: one Protocol per outside thing, as ``ports``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from interview_analysis.domain.delivery import Delivery
from interview_analysis.domain.gaze_session import GazeSession, GazeSessionDetails
from interview_analysis.domain.screen_gaze import GazeCalibration, GazeFrame, GazeSessionKey, Measured


class GazeMeter(Protocol):
    """Loaded models for single pictures, out of the event loop's way. Keeps nothing of a picture that an answer depends on, so
    any process may take the next one of a session."""

    async def measure(self, picture: bytes) -> Measured:
        """JPEG, PNG or WebP. Raises ``InputError`` (``picture_too_large``), ``ModelUnavailable``, ``DependencyUnavailable``
        (``gaze_unavailable``)."""

    async def measure_all(self, pictures: Sequence[bytes]) -> list[Measured]:
        """In order. Raises as ``measure``."""

    async def close(self) -> None: ...


class CalibrationStore(Protocol):
    """Calibrations of sessions, and of users who agreed that theirs is kept."""

    async def save(self, calibration: GazeCalibration) -> None:
        """In place of the session's earlier one and, with a ``user_id``, of the user's profile."""

    async def of_session(self, key: GazeSessionKey) -> GazeCalibration | None: ...

    async def of_user(self, owner: str, user_id: str) -> GazeCalibration | None: ...

    async def delete_session(self, key: GazeSessionKey) -> bool: ...

    async def delete_user(self, owner: str, user_id: str) -> bool:
        """The profile only; sessions are erased with themselves. An empty owner stands for all."""

    async def delete_expired(self) -> int:
        """Those whose time of keeping is over; how many went."""


class GazeSessionStore(Protocol):
    """Sessions with their frames, shared by all replicas: any of them may take the next frame, and one finishes."""

    async def begin(self, session: GazeSession) -> None:
        """Nothing happens where it has begun already."""

    async def complete(self, key: GazeSessionKey, details: GazeSessionDetails) -> None:
        """Add what is not known yet."""

    async def get(self, key: GazeSessionKey) -> GazeSession | None: ...

    async def add_frame(self, key: GazeSessionKey, frame: GazeFrame) -> GazeFrame:
        """Store it, and return what is stored under its number: of several the first one. Raises ``Conflict``
        (``session_finished``) where the session takes no frames any more or is gone."""

    async def frame(self, key: GazeSessionKey, number: int) -> GazeFrame | None: ...

    async def frames(self, key: GazeSessionKey) -> list[GazeFrame]:
        """In order of their numbers."""

    async def count_frames(self, key: GazeSessionKey) -> int: ...

    async def close(self, key: GazeSessionKey, last_number: int, due_at: datetime) -> None:
        """The last frame has come: finish from ``due_at`` on. The first call counts."""

    async def claim_due(self, lease_seconds: float) -> GazeSession | None:
        """Take up the session that is due longest to be finished and count the attempt; nobody else gets it before the lease
        ends. From then on it takes no frames."""

    async def finish(self, session: GazeSession, result: Mapping[str, Any], delivery: Delivery | None) -> bool:
        """Store the result of a claimed session and the message about it, both or neither. ``False`` once another attempt has
        begun or the session was erased."""

    async def postpone(self, session: GazeSession, due_at: datetime) -> None:
        """Another attempt at that time. Nothing happens where ``finish`` would return ``False``."""

    async def of_user(
        self, owner: str | None, user_id: str, limit: int, after: GazeSessionKey | None = None
    ) -> list[GazeSession]:
        """In a fixed order, those behind ``after``; ``None``: of any owner."""

    async def retire(self, key: GazeSessionKey) -> bool:
        """Mark for erasure: expired from now on, and shut. ``False`` where there is none."""

    async def list_expired(self, limit: int, after: GazeSessionKey | None = None) -> list[GazeSessionKey]:
        """Whose time of keeping is over, in a fixed order, those behind ``after``."""

    async def delete_frames(self, key: GazeSessionKey) -> int: ...

    async def delete(self, key: GazeSessionKey) -> bool:
        """Erase the record."""
