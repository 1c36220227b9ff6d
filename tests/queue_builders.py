"""A queue of its own on a real broker, the database behind it, and Celery workers on both."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from interview_analysis.adapters.jobs.celery_app import Broker
from interview_analysis.adapters.jobs.celery_queue import CeleryJobQueue
from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.domain.analysis import Analysis, AnalysisStatus
from jobs_builders import eventually, has_status, open_store, processes, queued
from rabbitmq_servers import RabbitMq

SECONDS = 60.0
"""For what takes a second or two on a machine with nothing else to do."""


@dataclass(frozen=True, slots=True)
class Practice:
    """``broker`` names a queue that no other test uses, by the way that workers go."""

    data: Path
    server: RabbitMq
    broker: Broker
    store: SqlAnalysisStore
    queue: CeleryJobQueue

    async def submit(self, name: str, course: str = "busy 0", priority: int = 0) -> str:
        """Record and message; returns the id."""
        analysis = await self.record(name, course)
        await self.queue.enqueue(analysis.id, priority)
        return analysis.id

    async def record(self, name: str, course: str = "busy 0") -> Analysis:
        """A record without a message."""
        return await self.store.add(queued(f"analysis_{name}", course))

    async def until(self, analysis_id: str, status: AnalysisStatus) -> Analysis:
        """The analysis once it has this status."""
        await eventually(has_status(self.store, analysis_id, status), SECONDS)
        return await self.store.get(analysis_id)

    async def until_busy(self, analysis_id: str) -> int:
        """Until a worker computes it; returns the process id of that worker."""
        await self.until(analysis_id, AnalysisStatus.PROCESSING)
        await eventually(lambda: any(self.videos()), SECONDS)
        (video,) = self.videos()
        return int(video.parent.name.split("-")[1])

    def videos(self) -> list[Path]:
        """Temporary files of running analyses."""
        return list((self.data / "work").glob("*/video"))

    def dead(self) -> int:
        """Messages in the dead queue."""
        return self.server.count(f"{self.broker.queue}.dead")[0]

    async def until_listening(self, workers: int = 1) -> None:
        """Until so many workers consume the queue."""

        async def listening() -> bool:
            return await self.queue.workers() == workers

        await eventually(listening, SECONDS)

    @contextmanager
    def worker(self, concurrency: int = 1, *, max_jobs: int = 0, idle: float = 0) -> Iterator[subprocess.Popen[bytes]]:
        """A Celery worker with a scripted line; in the end neither it nor anything that it started is left. 0 = no limit."""
        script = str(Path(__file__).with_name("jobs_celery.py"))
        command = [sys.executable, script, str(self.data), *self.broker, str(concurrency), str(max_jobs), str(idle)]
        with subprocess.Popen(command, cwd=self.data, stdout=subprocess.DEVNULL) as process:
            try:
                yield process
            finally:
                process.kill()
                for left in processes(self.data):
                    left.kill()


@asynccontextmanager
async def practice(
    data: Path, server: RabbitMq, *, port: int | None = None, worker_port: int | None = None
) -> AsyncIterator[Practice]:
    """An empty database in ``data`` and an empty queue; the ports are of ways round to the broker."""
    name = f"practice-{secrets.token_hex(4)}"
    queue = CeleryJobQueue(server.broker(name, port))
    async with open_store(data) as store:
        try:
            yield Practice(data, server, server.broker(name, worker_port), store, queue)
        finally:
            await queue.close()
