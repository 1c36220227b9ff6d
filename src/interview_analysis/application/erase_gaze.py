"""Erase sessions of screen gaze with their frames, calibrations and messages, prove it by reading back, and say what went."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol

from interview_analysis.application.gaze_ports import CalibrationStore, GazeSessionStore
from interview_analysis.application.ports import DeliveryStore
from interview_analysis.domain.gaze_session import session_digest
from interview_analysis.domain.screen_gaze import GazeSessionKey
from interview_analysis.errors import DependencyUnavailable, InterviewAnalysisError, NotFound

_log = logging.getLogger(__name__)

_BATCH = 50
_PAGE = 100


class EraseGazePorts(Protocol):
    @property
    def gaze(self) -> GazeSessionStore: ...

    @property
    def calibrations(self) -> CalibrationStore: ...

    @property
    def deliveries(self) -> DeliveryStore: ...


@dataclass(frozen=True, slots=True)
class GazeErasure:
    """What was there and is gone: the record, ``frames``, the session's calibration, ``deliveries`` messages."""

    session: bool
    frames: int
    calibration: bool
    deliveries: int


async def erase_gaze_session(key: GazeSessionKey, ports: EraseGazePorts) -> GazeErasure:
    """Erase, and read back that nothing is left. The record is marked first, which shuts frames and finishers out, and goes
    last, so that the sweep finds what something ended half-way. A calibration without a session is erased as well; the kept one
    of its user stays.

    Raises ``NotFound`` (``gaze_session_not_found``), ``DependencyUnavailable`` (``erasure_unverified``).
    """
    retired = await ports.gaze.retire(key)
    deliveries = await ports.deliveries.delete_of_gaze_session(session_digest(key))
    frames = await ports.gaze.delete_frames(key)
    calibration = await ports.calibrations.delete_session(key)
    if not retired and not calibration:
        raise NotFound("no such gaze session", code="gaze_session_not_found")
    left = {
        "deliveries": bool(await ports.deliveries.of_gaze_session(session_digest(key))),
        "frames": await ports.gaze.count_frames(key) > 0,
        "calibration": await ports.calibrations.of_session(key) is not None,
    }
    _refuse_rest([name for name, is_there in left.items() if is_there])
    session = await ports.gaze.delete(key)
    _refuse_rest([] if await ports.gaze.get(key) is None else ["session"])
    return GazeErasure(session, frames, calibration, deliveries)


async def retire_gaze_of_user(owner: str | None, user_id: str, ports: EraseGazePorts) -> list[GazeSessionKey]:
    """Mark every session of a user for erasure, and name them."""
    keys: list[GazeSessionKey] = []
    while page := await ports.gaze.of_user(owner, user_id, _PAGE, keys[-1] if keys else None):
        keys += [session.key for session in page]
    for key in keys:
        await ports.gaze.retire(key)
    return keys


class GazeExpirySweep:
    """Rounds over all expired sessions, a bounded number each, as ``ExpirySweep``; and the calibrations that have expired."""

    def __init__(self, ports: EraseGazePorts, batch: int = _BATCH) -> None:
        self._ports = ports
        self._batch = batch
        self._after: GazeSessionKey | None = None

    async def round(self) -> int:
        """Erase the next batch; how many sessions went. One that cannot be erased stays for the next time round; a store that
        does not answer ends the round. Raises ``DependencyUnavailable`` where nothing can be listed."""
        await self._ports.calibrations.delete_expired()
        expired = await self._ports.gaze.list_expired(self._batch, self._after)
        erased = 0
        for key in expired:
            self._after = key
            try:
                await erase_gaze_session(key, self._ports)
            except NotFound:
                continue
            except InterviewAnalysisError as error:
                _log.warning("an expired gaze session is not erased yet: %s: %s", error.code, error.detail)
                if isinstance(error, DependencyUnavailable) and error.retryable:
                    return erased
                continue
            erased += 1
        if len(expired) < self._batch:
            self._after = None
        if erased:
            _log.info("%d expired gaze sessions are erased", erased)
        return erased


def _refuse_rest(left: list[str]) -> None:
    if left:
        raise DependencyUnavailable(f"still there after erasing: {', '.join(left)}", code="erasure_unverified")
