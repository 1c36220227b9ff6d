"""The embedded queue: the table of analyses itself."""

from __future__ import annotations


class LocalJobQueue:
    """A ``JobQueue`` without a broker. The record is durable when ``enqueue`` is called and idle workers look at the table
    several times a second (``worker.loop.POLL_SECONDS``), so no signal has to cross a process border or can be lost there.
    """

    async def enqueue(self, analysis_id: str) -> None:
        """Nothing to send: the next free worker finds the record."""
