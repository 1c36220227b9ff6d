"""Worker processes: open the stores, load the models once, carry out analyses until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator

import numpy as np

from interview_analysis.adapters.jobs.folders import own_folder
from interview_analysis.adapters.jobs.pool import PoolConfig
from interview_analysis.application.ports import AnalysisStore, FrameAnalyzer
from interview_analysis.application.progress import ProgressTracker
from interview_analysis.application.run_analysis import Line, run_analysis
from interview_analysis.bootstrap import open_services, open_worker_services, serve_queue, serve_worker_metrics
from interview_analysis.domain.analysis import Analysis, Claim
from interview_analysis.domain.face import Frame
from interview_analysis.errors import ModelUnavailable
from interview_analysis.observability.tracing import tracing
from interview_analysis.settings import Settings
from interview_analysis.worker.attempt import AttemptPolicy, RunLine
from interview_analysis.worker.loop import WorkerLoop
from interview_analysis.worker.parent import stop_with_parent
from interview_analysis.worker.pool import AnalysisProcess, PoolWork
from interview_analysis.worker.priority import stand_back
from interview_analysis.worker.refusal import refusing

_log = logging.getLogger(__name__)

_SERVICE = "interview-analysis-worker"
"""Name in traces."""
_LOOK_AGAIN_SECONDS = 30.0
"""How long due analyses are refused before missing models are looked for again."""
_BLANK_HEIGHT, _BLANK_WIDTH = 360, 640


def run_worker(settings: Settings, worker: str, *, supervised: bool) -> None:
    """Blocks until SIGTERM or SIGINT, or, ``supervised``, until standard input ends.

    Raises ``Conflict`` where a worker of that name is running, ``DependencyUnavailable`` where a store cannot be opened.
    """
    stand_back(settings.jobs.job_niceness)
    serve_worker_metrics(settings)
    with own_folder(settings.paths.work, worker), tracing(settings.observability.traces_endpoint, _SERVICE):
        asyncio.run(_work(settings, worker, supervised=supervised))


def run_pool(settings: Settings, config: PoolConfig) -> int:
    """Take messages from RabbitMQ until told to stop or at a limit; returns the exit status."""

    @contextlib.asynccontextmanager
    async def open_analyses() -> AsyncIterator[AnalysisStore]:
        async with open_services(settings) as services:
            yield services.analyses

    @contextlib.asynccontextmanager
    async def open_line() -> AsyncIterator[tuple[AnalysisStore, RunLine]]:
        with tracing(settings.observability.traces_endpoint, _SERVICE):
            async with open_worker_services(settings) as line:
                await asyncio.to_thread(_warm_up, line.analyzer)
                serve_worker_metrics(settings)
                yield line.analyses, _bound(line)

    work = PoolWork(
        work=settings.paths.work,
        policy=_policy(settings),
        niceness=settings.jobs.job_niceness,
        open_analyses=open_analyses,
        open_line=open_line,
    )
    return serve_queue(settings, AnalysisProcess(work), config)


async def _work(settings: Settings, worker: str, *, supervised: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if supervised:
        stop_with_parent(stop)
    while not stop.is_set():
        try:
            async with open_worker_services(settings) as line:
                _log.info("worker %s is ready", worker)
                await WorkerLoop(worker, line.analyses, _policy(settings), stop).run(_bound(line))
        except ModelUnavailable as error:
            await _refuse(settings, worker, stop, error)


async def _refuse(settings: Settings, worker: str, stop: asyncio.Event, error: ModelUnavailable) -> None:
    """Without models a due analysis fails with the reason instead of waiting unseen."""
    _log.error("%s: %s", error.code, error.detail)
    async with open_services(settings) as services:
        await WorkerLoop(worker, services.analyses, _policy(settings), stop).run(refusing(error), _LOOK_AGAIN_SECONDS)


def _warm_up(analyzer: FrameAnalyzer) -> None:
    """One frame without a face: what is set up at the first use is set up before the first analysis."""
    blank = np.zeros((_BLANK_HEIGHT, _BLANK_WIDTH, 3), np.uint8)
    with contextlib.closing(analyzer.new_session()) as session:
        for _ in session.analyse([Frame(0, 0.0, blank)]):
            pass


def _bound(line: Line) -> RunLine:
    async def run(analysis: Analysis, claim: Claim, progress: ProgressTracker) -> None:
        await run_analysis(analysis, claim, line, progress)

    return run


def _policy(settings: Settings) -> AttemptPolicy:
    jobs = settings.jobs
    return AttemptPolicy(
        max_attempts=jobs.job_max_attempts, retry_seconds=jobs.job_retry_seconds, lease_seconds=jobs.job_lease_seconds
    )
