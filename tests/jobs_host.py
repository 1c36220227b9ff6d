"""A server process that does nothing but supervise workers, until SIGTERM.

python jobs_host.py DATA WORKERS
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from interview_analysis.adapters.jobs.supervisor import SupervisorConfig, WorkerSupervisor
from jobs_builders import open_store


def config(data: Path, workers: int = 1, stop_seconds: float = 5.0) -> SupervisorConfig:
    """Workers of ``jobs_worker`` on this data folder."""
    return SupervisorConfig(
        command=(sys.executable, str(Path(__file__).with_name("jobs_worker.py")), str(data)),
        workers=workers,
        work=data / "work",
        lock=data / "supervisor.lock",
        stop_seconds=stop_seconds,
    )


async def _host(data: Path, workers: int) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_store(data) as store, WorkerSupervisor(store, config(data, workers)):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(_host(Path(sys.argv[1]), int(sys.argv[2])))
