"""One process of the Celery pool: the same services, models and attempts as a worker process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from interview_analysis.adapters.jobs.folders import own_folder
from interview_analysis.adapters.jobs.recovery import sweep
from interview_analysis.application.ports import AnalysisStore
from interview_analysis.errors import DependencyUnavailable, InterviewAnalysisError, ModelUnavailable
from interview_analysis.worker.attempt import AttemptPolicy, RunLine
from interview_analysis.worker.loop import TROUBLE_SECONDS, WorkerLoop
from interview_analysis.worker.priority import stand_back
from interview_analysis.worker.refusal import refusing

_log = logging.getLogger(__name__)

_OUT_OF_MEMORY = 70
"""Exit status; Celery starts another process and gives it the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolWork:
    """What a pool process works with. ``open_line`` loads the models and raises ``ModelUnavailable`` where one is missing."""

    work: Path
    policy: AttemptPolicy
    niceness: int
    open_analyses: Callable[[], AbstractAsyncContextManager[AnalysisStore]]
    open_line: Callable[[], AbstractAsyncContextManager[tuple[AnalysisStore, RunLine]]]


class AnalysisProcess:
    """``PoolProcess``. One event loop lives as long as the process: the connections of the stores belong to it."""

    def __init__(self, work: PoolWork) -> None:
        self._work = work
        self._name = ""
        self._stack = contextlib.ExitStack()
        self._opened = contextlib.AsyncExitStack()
        self._line: tuple[AnalysisStore, RunLine] | None = None

    def start(self) -> None:
        """Clear up after dead processes of this machine, then open the stores and load the models. Where that fails it is
        tried again with each message."""
        # A session of its own, so that it can stand back; a terminal's Ctrl-C then reaches the parent alone.
        os.setsid()
        stand_back(self._work.niceness)
        self._name = f"pool-{os.getpid()}-{secrets.token_hex(4)}"
        self._stack.enter_context(own_folder(self._work.work, self._name))
        self._runner = self._stack.enter_context(asyncio.Runner())
        self._stop = asyncio.Event()
        try:
            self._runner.run(self._begin())
        except InterviewAnalysisError as error:
            _log.error("worker %s is not ready: %s: %s", self._name, error.code, error.detail)
        else:
            _log.info("worker %s is ready", self._name)

    def carry(self, analysis_id: str, *, redelivered: bool) -> None:
        """See ``PoolProcess``. Asked to stop meanwhile, the analysis is given back and the process ends."""
        patience = self._work.policy.lease_seconds if redelivered else 0.0
        with self._stopping_in_order():
            try:
                self._runner.run(self._carry(analysis_id, patience))
            except MemoryError:
                _log.critical("out of memory, this process is not to be trusted any more", exc_info=True)
                os._exit(_OUT_OF_MEMORY)
        if self._stop.is_set():
            signal.raise_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Close the stores, remove the folder."""
        with self._stack:
            self._runner.run(self._opened.aclose())

    @contextlib.contextmanager
    def _stopping_in_order(self) -> Iterator[None]:
        """SIGTERM sets the event while an analysis runs; between two of them it ends the process as Celery means it to."""
        loop, before = self._runner.get_loop(), signal.getsignal(signal.SIGTERM)
        signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(self._stop.set))
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)

    async def _begin(self) -> None:
        async with self._work.open_analyses() as analyses:
            await sweep(analyses, self._work.work)
        await self._ready()

    async def _ready(self) -> tuple[AnalysisStore, RunLine]:
        """Store and line, opened once. Raises ``DependencyUnavailable``, ``ModelUnavailable``."""
        if self._line is None:
            self._line = await self._opened.enter_async_context(self._work.open_line())
        return self._line

    async def _carry(self, analysis_id: str, patience: float) -> None:
        """``patience``: seconds in which the claim of a dead worker on this analysis may run out."""
        while not self._stop.is_set():
            try:
                await self._answer(analysis_id, patience)
            except DependencyUnavailable as error:
                _log.warning("no work can be taken up: %s", error)
            else:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TROUBLE_SECONDS):
                    await self._stop.wait()

    async def _answer(self, analysis_id: str, patience: float) -> None:
        """Without models a due analysis fails with the reason instead of waiting unseen."""
        try:
            analyses, run = await self._ready()
        except ModelUnavailable as error:
            async with self._work.open_analyses() as analyses:
                await self._loop(analyses).answer(refusing(error), analysis_id, patience)
        else:
            await self._loop(analyses).answer(run, analysis_id, patience)

    def _loop(self, analyses: AnalysisStore) -> WorkerLoop:
        return WorkerLoop(self._name, analyses, self._work.policy, self._stop)
