"""One attempt at one analysis: the line runs, its heart beats, and whatever happens ends in exactly one verdict."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from interview_analysis.application.ports import AnalysisStore
from interview_analysis.application.progress import ProgressTracker
from interview_analysis.domain.analysis import Analysis, Claim, Failure
from interview_analysis.errors import AnalysisCancelled, ClaimLost, DependencyUnavailable, InterviewAnalysisError
from interview_analysis.observability.tracing import traced_attempt

_log = logging.getLogger(__name__)

_BEAT_SECONDS = 0.5
_STOP_PATIENCE_SECONDS = 2.0
"""A stopping worker gives its work back after this long even if a computation has not reacted yet."""


class RunLine(Protocol):
    """Carries one claimed analysis to its end: ``run_analysis`` with its line bound."""

    def __call__(self, analysis: Analysis, claim: Claim, progress: ProgressTracker) -> Coroutine[Any, Any, None]: ...


class WorkerStopping(InterviewAnalysisError):
    """This worker is asked to stop; the attempt is given back uncounted. Raised nowhere outside the worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptPolicy:
    """``retry_seconds`` before the second attempt, doubled for each further one."""

    max_attempts: int
    retry_seconds: float
    lease_seconds: float

    def wait(self, attempt: int) -> timedelta:
        """Time between attempt ``attempt`` (counted from 1) and the next."""
        return timedelta(seconds=self.retry_seconds * 2.0 ** (attempt - 1))


class Attempt:
    """Owns the claim from taking up to the verdict."""

    def __init__(self, analysis: Analysis, claim: Claim, analyses: AnalysisStore, policy: AttemptPolicy) -> None:
        self._analysis = analysis
        self._claim = claim
        self._analyses = analyses
        self._policy = policy
        self._progress = ProgressTracker()

    async def carry(self, run: RunLine, stop: asyncio.Event) -> None:
        """Run to the end, or until cancelled, superseded or stopped. Raises ``MemoryError``: the process is not to be trusted
        after it."""
        with traced_attempt(self._analysis, self._claim, datetime.now(UTC)) as span:
            self._progress = ProgressTracker(span.enter)
            error = await self._watch(run, stop)
            span.ended(error)
        if error is None:
            _log.info("analysis completed")
            return
        try:
            await self._settle(error)
        except (AnalysisCancelled, ClaimLost) as verdict:
            _log.info("nothing to record: %s", verdict.code)
        except DependencyUnavailable as silent:
            _log.warning("the lease runs out by itself, nothing could be recorded: %s", silent)

    async def _watch(self, run: RunLine, stop: asyncio.Event) -> BaseException | None:
        """What ended the attempt; ``None`` = the line came to its end."""
        over = asyncio.Event()
        work = asyncio.create_task(run(self._analysis, self._claim, self._progress))
        beat = asyncio.create_task(self._beat(over))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({work, beat, stopping}, return_when=asyncio.FIRST_COMPLETED)
            fault = beat.exception() if beat.done() else None
            if work.done():
                return work.exception()
            return await self._interrupt(work, fault or WorkerStopping("the worker is stopping"))
        finally:
            over.set()
            work.cancel()
            stopping.cancel()
            # Not cancelled but awaited: a beat that is torn out of a transaction would leave its connection behind.
            await asyncio.wait({beat, stopping})
            # The last beat may have come after the verdict and lost its claim to it; asked for, asyncio does not log it.
            _ = beat.cancelled() or beat.exception()

    async def _interrupt(self, work: asyncio.Task[None], reason: BaseException) -> BaseException | None:
        self._progress.stop(reason if isinstance(reason, InterviewAnalysisError) else ClaimLost(repr(reason)))
        work.cancel()
        patience = _STOP_PATIENCE_SECONDS if isinstance(reason, WorkerStopping) else None
        done, _ = await asyncio.wait({work}, timeout=patience)
        finished_all_the_same = bool(done) and not work.cancelled() and work.exception() is None
        return None if finished_all_the_same else reason

    async def _beat(self, over: asyncio.Event) -> None:
        """Progress and lease, twice a second. Raises ``AnalysisCancelled`` or ``ClaimLost``; a silent store is asked again."""
        while not over.is_set():
            try:
                await self._analyses.heartbeat(self._claim, self._progress.current, self._policy.lease_seconds)
            except DependencyUnavailable as error:
                _log.warning("heartbeat not recorded: %s", error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_BEAT_SECONDS):
                    await over.wait()

    async def _settle(self, error: BaseException) -> None:
        if isinstance(error, WorkerStopping):
            _log.info("worker stops, analysis is given back")
            await self._analyses.requeue(self._claim, datetime.now(UTC), counted=False)
        elif isinstance(error, AnalysisCancelled | ClaimLost):
            _log.info("analysis dropped: %s", error.code)
        elif isinstance(error, InterviewAnalysisError):
            _log.warning("%s: %s", error.code, error.detail)
            await self._try_again_or_fail(Failure(error.code, error.detail), error.retryable)
        elif isinstance(error, Exception) and not isinstance(error, MemoryError):
            _log.error("unexpected error", exc_info=error)
            await self._try_again_or_fail(Failure("internal_error", type(error).__name__), retryable=True)
        else:
            raise error

    async def _try_again_or_fail(self, failure: Failure, retryable: bool) -> None:
        attempt = self._claim.attempt
        if retryable and attempt < self._policy.max_attempts:
            await self._analyses.requeue(self._claim, datetime.now(UTC) + self._policy.wait(attempt))
        else:
            await self._analyses.fail(self._claim, failure)
