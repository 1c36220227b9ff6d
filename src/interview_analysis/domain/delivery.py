"""Something to be told to another service, and how far that has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from interview_analysis.domain.analysis import Analysis


class DeliveryKind(StrEnum):
    """What the body is about: ``callback``, the end of an analysis; ``gaze_result``, that of a session of screen gaze."""

    CALLBACK = "callback"
    GAZE_RESULT = "gaze_result"


class DeliveryState(StrEnum):
    """``dead``: given up, the reason is its failure."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """``id`` stays the same over all attempts, so that a receiver can tell a repetition; ``attempt`` counts those begun.
    ``owner`` names whose secret signs it, that of its analysis or ``gaze_session`` (``session_digest``). ``body`` is JSON text,
    ``failure`` the last fault's code."""

    id: str
    kind: DeliveryKind
    url: str
    body: str
    created_at: datetime
    analysis_id: str | None = None
    gaze_session: str | None = None
    owner: str = ""
    state: DeliveryState = DeliveryState.PENDING
    attempt: int = 0
    finished_at: datetime | None = None
    failure: str | None = None


def callback_id(analysis_id: str) -> str:
    """An analysis ends once, so its one message can bear its id. No dots: they separate the parts of what is signed."""
    return f"msg_{analysis_id}"


def end_notice(analysis: Analysis) -> dict[str, Any]:
    """What a callback is told of a finished analysis."""
    result = analysis.result
    return {
        "type": f"analysis.{analysis.status}",
        "analysis_id": analysis.id,
        "status": analysis.status.value,
        "session_id": analysis.request.session_id,
        "finished_at": None if analysis.finished_at is None else analysis.finished_at.isoformat(),
        "overall_score": None if result is None else result.scores.overall.value,
        "error_code": None if analysis.failure is None else analysis.failure.code,
        "link": f"/analysis/{analysis.id}",
    }
