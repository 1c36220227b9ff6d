"""A Celery worker that is real in all but its line: broker, pool, claims, leases and folders are the product's, the course of
an analysis is what it asks for (see ``jobs_worker``).

    python jobs_celery.py DATA URL QUEUE CONCURRENCY MAX_JOBS IDLE_SECONDS         0 = no limit
"""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from interview_analysis.adapters.jobs.celery_app import Broker
from interview_analysis.adapters.jobs.celery_worker import run_celery_worker
from interview_analysis.adapters.jobs.pool import PoolConfig
from interview_analysis.application.ports import AnalysisStore
from interview_analysis.worker.attempt import AttemptPolicy, RunLine
from interview_analysis.worker.pool import AnalysisProcess, PoolWork
from jobs_builders import MAX_ATTEMPTS, open_store
from jobs_worker import ScriptedLine

LEASE_SECONDS = 60.0
"""Longer than any test waits: whoever takes work up again earlier has learnt of the death."""


def scripted(data: Path) -> PoolWork:
    """On the database of this data folder."""

    @asynccontextmanager
    async def open_line() -> AsyncIterator[tuple[AnalysisStore, RunLine]]:
        async with open_store(data) as store:
            yield store, ScriptedLine(store, data / "work")

    @asynccontextmanager
    async def open_analyses() -> AsyncIterator[AnalysisStore]:
        async with open_store(data) as store:
            yield store

    policy = AttemptPolicy(max_attempts=MAX_ATTEMPTS, retry_seconds=0.1, lease_seconds=LEASE_SECONDS)
    return PoolWork(work=data / "work", policy=policy, niceness=0, open_analyses=open_analyses, open_line=open_line)


if __name__ == "__main__":
    folder, url, queue, concurrency, max_jobs, idle = sys.argv[1:]
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(name)s %(message)s")
    pool = PoolConfig(
        name="w@test", concurrency=int(concurrency), max_jobs=int(max_jobs) or None, idle_seconds=float(idle) or None
    )
    sys.exit(run_celery_worker(Broker(url, queue), AnalysisProcess(scripted(Path(folder))), pool))
