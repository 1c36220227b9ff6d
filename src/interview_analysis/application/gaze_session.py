"""A session of screen gaze, picture by picture: measured, placed on the screen, stored, until the last one has come."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from interview_analysis.application.finish_gaze import GazePorts, result_of
from interview_analysis.application.gaze_placing import GazePlacing
from interview_analysis.application.gaze_ports import GazeMeter
from interview_analysis.domain.gaze_session import GazeSession, GazeSessionDetails
from interview_analysis.domain.screen_gaze import GazeFrame, GazeProblem, GazeSessionKey, Measured
from interview_analysis.errors import Conflict


class GazeFrames(Protocol):
    def gaze_frame(self, outcome: str, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class GazeTerms:
    """``grace``: how long after the last frame late ones still count. ``keep_days`` says how long a session is kept, given its
    consent; it raises ``InputError`` (``consent_required``)."""

    grace: timedelta
    keep_days: Callable[[bool | None], int | None]
    recorder: GazeFrames


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFrame:
    """``details`` hold for the session where nobody has told them before; screen and rectangle always for this frame."""

    number: int
    picture: bytes
    seconds: float | None = None
    is_last: bool = False
    details: GazeSessionDetails = field(default_factory=GazeSessionDetails)


class TakenFrame(NamedTuple):
    """``result`` where the session has finished, or, preliminary, with its last frame. ``is_first``: it began the session."""

    frame: GazeFrame
    session: GazeSession
    result: Mapping[str, Any] | None = None
    is_first: bool = False


class GazeIntake:
    """Takes frames. What an answer depends on is in the stores alone, so any replica may take the next."""

    def __init__(self, ports: GazePorts, meter: GazeMeter, terms: GazeTerms) -> None:
        self._ports = ports
        self._meter = meter
        self._terms = terms
        self._placing = GazePlacing(ports.calibrations)

    async def take(self, key: GazeSessionKey, sent: SentFrame) -> TakenFrame:
        """The frame as it is stored: of several with one number the first. Raises ``Conflict`` (``session_finished``),
        ``InputError`` (``consent_required``, ``picture_too_large``), ``ModelUnavailable``, ``DependencyUnavailable``
        (``gaze_unavailable``)."""
        begun = time.perf_counter()
        known = await self._ports.gaze.get(key)
        if known is not None and not known.takes_frames:
            return await self._repeated(known, sent.number)
        beginning = self._new(key, sent.details) if known is None else None
        measured = await self._meter.measure(sent.picture)
        if beginning is not None:
            await self._ports.gaze.begin(beginning)
        session = known or await self._found(key)
        if sent.details.news_for(session.details):
            await self._ports.gaze.complete(key, sent.details)
            session = await self._found(key)
        frame = await self._ports.gaze.add_frame(key, await self._frame(session, sent, measured))
        self._terms.recorder.gaze_frame(_outcome(frame), time.perf_counter() - begun)
        if not sent.is_last:
            return TakenFrame(frame, session, is_first=known is None)
        await self._ports.gaze.close(key, sent.number, datetime.now(UTC) + self._terms.grace)
        closing = await self._ports.gaze.get(key) or session
        return TakenFrame(frame, closing, closing.result or await result_of(closing, self._ports), known is None)

    async def _found(self, key: GazeSessionKey) -> GazeSession:
        found = await self._ports.gaze.get(key)
        if found is None:
            raise Conflict("the session was erased meanwhile", code="session_finished")
        return found

    def _new(self, key: GazeSessionKey, details: GazeSessionDetails) -> GazeSession:
        now = datetime.now(UTC)
        days = self._terms.keep_days(details.consent)
        expires_at = None if days is None else now + timedelta(days=days)
        return GazeSession(key=key, created_at=now, expires_at=expires_at, details=details)

    async def _repeated(self, session: GazeSession, number: int) -> TakenFrame:
        frame = await self._ports.gaze.frame(session.key, number)
        if frame is None:
            raise Conflict(f"session {session.key.session_id} takes no frames any more", code="session_finished")
        return TakenFrame(frame, session, session.result)

    async def _frame(self, session: GazeSession, sent: SentFrame, measured: Measured) -> GazeFrame:
        now = datetime.now(UTC)
        if isinstance(measured, GazeProblem):
            return GazeFrame(number=sent.number, received_at=now, seconds=sent.seconds, problem=measured)
        placed = await self._placing.place(session, measured, sent.details)
        return GazeFrame(
            number=sent.number,
            received_at=now,
            seconds=sent.seconds,
            point=placed.point,
            on_video=placed.on_video,
            source=placed.source,
        )


def _outcome(frame: GazeFrame) -> str:
    return "gaze" if frame.problem is None else frame.problem.value
