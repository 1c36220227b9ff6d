"""Accept a request: check the policy, record it, wake a worker."""

from __future__ import annotations

import logging
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from interview_analysis.application.ports import AnalysisStore, JobQueue, Notifier, VideoStore
from interview_analysis.domain.analysis import Analysis, AnalysisRequest, AnalysisStatus, Progress, QueueState, Stage
from interview_analysis.errors import DependencyUnavailable, InputError

_log = logging.getLogger(__name__)

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

    @property
    def notifier(self) -> Notifier: ...


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The caller's key, and a fingerprint of the body it came with."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a submission is accepted under: whose it is, and after how many days it is erased (``None``: never)."""

    owner: str = ""
    keep_days: int | None = None
    idempotency: Idempotency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyRules:
    """``default_days`` 0 = kept for ever unless a request says otherwise."""

    default_days: int
    most_days: int
    require_consent: bool

    def keep_days(self, consent: bool | None, wanted_days: int | None) -> int | None:
        """How long to keep a request's analysis. Raises ``InputError`` (``consent_required``, ``retention_too_long``)."""
        if self.require_consent and consent is not True:
            raise InputError("consent must be true", code="consent_required")
        if wanted_days is not None and wanted_days > self.most_days:
            raise InputError(f"retention_days is at most {self.most_days}", code="retention_too_long")
        return (self.default_days or None) if wanted_days is None else wanted_days


async def submit_analysis(request: AnalysisRequest, ports: SubmitPorts, terms: Terms = Terms()) -> Analysis:
    """Record and enqueue. With an idempotency key seen before, the earlier analysis.

    Raises ``Forbidden`` (bucket not allowed), ``InputError`` (``callback_refused``, ``callback_not_configured``), ``Conflict``
    (key reused with another body), ``DependencyUnavailable``.
    """
    ports.videos.check(request.video)
    if request.callback_url is not None:
        ports.notifier.check(request.callback_url, terms.owner)
    now = datetime.now(UTC)
    wait = estimated_seconds(await ports.analyses.queue_state())
    analysis = Analysis(
        id=new_analysis_id(request.user_id, now),
        request=request,
        status=AnalysisStatus.QUEUED,
        progress=Progress(Stage.QUEUED, 0.0),
        created_at=now,
        owner=terms.owner,
        expires_at=None if terms.keep_days is None else now + timedelta(days=terms.keep_days),
        estimated_completion=now + timedelta(seconds=wait),
    )
    if terms.idempotency is None:
        stored = await ports.analyses.add(analysis)
    else:
        stored = await ports.analyses.add(analysis, terms.idempotency.key, terms.idempotency.fingerprint)
    if stored.id == analysis.id:
        await _announce(stored, ports.queue)
    return stored


async def _announce(analysis: Analysis, queue: JobQueue) -> None:
    """The record is durable by now: a queue that does not answer costs time, not the analysis."""
    try:
        await queue.enqueue(analysis.id, analysis.request.priority)
    except DependencyUnavailable as error:
        _log.warning("%s waits in the database, the queue does not take it: %s", analysis.id, error)


def new_analysis_id(user_id: str | None, now: datetime) -> str:
    """``analysis_YYYYMMDD_HHMMSS_user_tail``: readable in front, 62 random bits at the end."""
    user = re.sub(r"[^a-z0-9]+", "-", (user_id or "").lower())[:_USER_LENGTH].strip("-") or "anonymous"
    tail = "".join(secrets.choice(_TAIL_ALPHABET) for _ in range(_TAIL_LENGTH))
    return f"analysis_{now:%Y%m%d_%H%M%S}_{user}_{tail}"


def estimated_seconds(state: QueueState) -> float:
    """Seconds until a new analysis is done: the queue's rounds over all workers, at the measured median of recent ones."""
    rounds = state.ahead // max(1, state.workers) + 1
    return rounds * (state.seconds_each if state.seconds_each is not None else _ASSUMED_SECONDS)
