"""The embedded queue: the table of analyses itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

from interview_analysis.adapters.jobs.folders import living_workers


class LocalJobQueue:
    """A ``JobQueue`` without a broker. The record is durable when ``enqueue`` is called and idle workers look at the table
    several times a second (``worker.loop.POLL_SECONDS``), so no signal has to cross a process border or can be lost there.
    """

    def __init__(self, work: Path) -> None:
        """``work``: where the workers of this machine have their folders."""
        self._work = work

    async def enqueue(self, analysis_id: str, priority: int = 0) -> None:
        """Nothing to send: the next free worker finds the record."""

    async def workers(self) -> int:
        """Worker processes that live on this machine."""
        return len(await asyncio.to_thread(living_workers, self._work))

    async def ping(self) -> None:
        """It cannot be away."""
