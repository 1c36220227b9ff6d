"""A worker process: opens the stores, loads the models once, carries out analyses until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal

from interview_analysis.adapters.jobs.folders import own_folder
from interview_analysis.application.progress import ProgressTracker
from interview_analysis.application.run_analysis import Line, run_analysis
from interview_analysis.bootstrap import open_services, open_worker_services
from interview_analysis.domain.analysis import Analysis, Claim
from interview_analysis.errors import ModelUnavailable
from interview_analysis.settings import Settings
from interview_analysis.worker.attempt import AttemptPolicy, RunLine
from interview_analysis.worker.loop import WorkerLoop
from interview_analysis.worker.parent import stop_with_parent

_log = logging.getLogger(__name__)

_NICENESS = 5
"""Below the API process, which must answer within milliseconds on the same cores."""
_LOOK_AGAIN_SECONDS = 30.0
"""How long due analyses are refused before missing models are looked for again."""


def run_worker(settings: Settings, worker: str, *, supervised: bool) -> None:
    """Blocks until SIGTERM or SIGINT, or, ``supervised``, until standard input ends.

    Raises ``Conflict`` where a worker of that name is running, ``DependencyUnavailable`` where a store cannot be opened.
    """
    os.nice(_NICENESS)
    with own_folder(settings.paths.work, worker):
        asyncio.run(_work(settings, worker, supervised=supervised))


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

    async def refuse(analysis: Analysis, claim: Claim, progress: ProgressTracker) -> None:
        raise error

    async with open_services(settings) as services:
        await WorkerLoop(worker, services.analyses, _policy(settings), stop).run(refuse, _LOOK_AGAIN_SECONDS)


def _bound(line: Line) -> RunLine:
    async def run(analysis: Analysis, claim: Claim, progress: ProgressTracker) -> None:
        await run_analysis(analysis, claim, line, progress)

    return run


def _policy(settings: Settings) -> AttemptPolicy:
    jobs = settings.jobs
    return AttemptPolicy(
        max_attempts=jobs.job_max_attempts, retry_seconds=jobs.job_retry_seconds, lease_seconds=jobs.job_lease_seconds
    )
