"""Claim, carry, again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time

import structlog

from interview_analysis.application.ports import AnalysisStore
from interview_analysis.domain.analysis import Analysis, Claim
from interview_analysis.errors import DependencyUnavailable
from interview_analysis.worker.attempt import Attempt, AttemptPolicy, RunLine

_log = logging.getLogger(__name__)

POLL_SECONDS = 0.3
_TROUBLE_SECONDS = 2.0
"""Wait after the store did not answer."""


class WorkerLoop:
    """One analysis at a time, until ``stop`` is set."""

    def __init__(self, worker: str, analyses: AnalysisStore, policy: AttemptPolicy, stop: asyncio.Event) -> None:
        self._worker = worker
        self._analyses = analyses
        self._policy = policy
        self._stop = stop

    async def run(self, line: RunLine, seconds: float = math.inf) -> None:
        """Take up what is due for ``seconds`` (begun work is carried to its end). Raises ``MemoryError``."""
        end = time.monotonic() + seconds
        while not self._stop.is_set() and time.monotonic() < end:
            try:
                claimed = await self._analyses.claim_next(self._worker, self._policy.lease_seconds)
            except DependencyUnavailable as error:
                _log.warning("no work can be claimed: %s", error)
                await self._pause(_TROUBLE_SECONDS)
                continue
            if claimed is None:
                await self._pause(POLL_SECONDS)
            else:
                await self._carry(line, *claimed)

    async def _carry(self, line: RunLine, analysis: Analysis, claim: Claim) -> None:
        with structlog.contextvars.bound_contextvars(analysis_id=analysis.id, attempt=claim.attempt):
            _log.info("analysis taken up by %s", self._worker)
            await Attempt(analysis, claim, self._analyses, self._policy).carry(line, self._stop)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()
