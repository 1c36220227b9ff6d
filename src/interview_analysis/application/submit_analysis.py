"""Accept a request: check the policy, record it, wake a worker."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from interview_analysis.application.ports import AnalysisStore, JobQueue, VideoStore
from interview_analysis.domain.analysis import Analysis, AnalysisRequest, AnalysisStatus, Progress, QueueState, Stage

_ASSUMED_SECONDS = 150.0
"""Until the first analysis was measured: what the interview web app tells its users, two to three minutes."""
_TAIL_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_TAIL_LENGTH = 12
_USER_LENGTH = 32


class SubmitPorts(Protocol):
    @property
    def videos(self) -> VideoStore: ...

    @property
    def analyses(self) -> AnalysisStore: ...

    @property
    def queue(self) -> JobQueue: ...


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The caller's key, and a fingerprint of the body it came with."""

    key: str
    fingerprint: str


async def submit_analysis(request: AnalysisRequest, ports: SubmitPorts, idempotency: Idempotency | None = None) -> Analysis:
    """Record and enqueue. With an idempotency key seen before, the earlier analysis.

    Raises ``Forbidden`` (bucket not allowed), ``Conflict`` (key reused with another body), ``DependencyUnavailable``.
    """
    ports.videos.check(request.video)
    now = datetime.now(UTC)
    wait = estimated_seconds(await ports.analyses.queue_state())
    analysis = Analysis(
        id=new_analysis_id(request.user_id, now),
        request=request,
        status=AnalysisStatus.QUEUED,
        progress=Progress(Stage.QUEUED, 0.0),
        created_at=now,
        estimated_completion=now + timedelta(seconds=wait),
    )
    if idempotency is None:
        stored = await ports.analyses.add(analysis)
    else:
        stored = await ports.analyses.add(analysis, idempotency.key, idempotency.fingerprint)
    if stored.id == analysis.id:
        await ports.queue.enqueue(stored.id)
    return stored


def new_analysis_id(user_id: str | None, now: datetime) -> str:
    """``analysis_YYYYMMDD_HHMMSS_user_tail``: readable in front, 62 random bits at the end."""
    user = re.sub(r"[^a-z0-9]+", "-", (user_id or "").lower())[:_USER_LENGTH].strip("-") or "anonymous"
    tail = "".join(secrets.choice(_TAIL_ALPHABET) for _ in range(_TAIL_LENGTH))
    return f"analysis_{now:%Y%m%d_%H%M%S}_{user}_{tail}"


def estimated_seconds(state: QueueState) -> float:
    """Seconds until a new analysis is done: the queue's rounds over all workers, at the measured median of recent ones."""
    rounds = state.ahead // max(1, state.workers) + 1
    return rounds * (state.seconds_each if state.seconds_each is not None else _ASSUMED_SECONDS)
