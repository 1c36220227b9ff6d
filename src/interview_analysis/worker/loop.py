"""Claim, carry, again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time

import structlog

from interview_analysis.application.ports import AnalysisStore
from interview_analysis.domain.analysis import Analysis, AnalysisStatus, Claim
from interview_analysis.errors import DependencyUnavailable, NotFound
from interview_analysis.worker.attempt import Attempt, AttemptPolicy, RunLine

_log = logging.getLogger(__name__)

POLL_SECONDS = 0.3
TROUBLE_SECONDS = 2.0
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
            claimed = await self._claim()
            if claimed is None:
                await self._pause(POLL_SECONDS)
            else:
                await self._carry(line, *claimed)

    async def answer(self, line: RunLine, analysis_id: str, patience: float = 0.0) -> None:
        """Carry this analysis if it is due, else the next due one; nothing where nothing becomes due within ``patience``
        seconds. Raises ``MemoryError``."""
        end = time.monotonic() + patience
        while not self._stop.is_set():
            claimed = await self._claim(analysis_id)
            if claimed is not None:
                await self._carry(line, *claimed)
                return
            if time.monotonic() >= end or not await self._is_claimed(analysis_id):
                return
            await self._pause(POLL_SECONDS)

    async def _claim(self, preferred: str | None = None) -> tuple[Analysis, Claim] | None:
        """What is due, once the store answers; ``None`` also when told to stop meanwhile."""
        while not self._stop.is_set():
            try:
                return await self._analyses.claim_next(self._worker, self._policy.lease_seconds, preferred)
            except DependencyUnavailable as error:
                _log.warning("no work can be claimed: %s", error)
                await self._pause(TROUBLE_SECONDS)
        return None

    async def _is_claimed(self, analysis_id: str) -> bool:
        try:
            return (await self._analyses.get(analysis_id)).status is AnalysisStatus.PROCESSING
        except NotFound:
            return False
        except DependencyUnavailable:
            return True

    async def _carry(self, line: RunLine, analysis: Analysis, claim: Claim) -> None:
        with structlog.contextvars.bound_contextvars(analysis_id=analysis.id, attempt=claim.attempt):
            _log.info("analysis taken up by %s", self._worker)
            await Attempt(analysis, claim, self._analyses, self._policy).carry(line, self._stop)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()
