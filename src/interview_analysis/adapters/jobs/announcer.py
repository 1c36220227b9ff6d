"""Makes up for messages that a broker does not have: whatever is due in the database is announced again."""

from __future__ import annotations

import logging
from typing import Protocol, runtime_checkable

from interview_analysis.application.ports import AnalysisStore

_log = logging.getLogger(__name__)

ANNOUNCE_SECONDS = 2.0
"""Between two looks."""
_AT_ONCE = 500
"""Messages a look; more are left for the next one."""


@runtime_checkable
class Announcements(Protocol):
    """A queue of messages whose length can be asked."""

    async def enqueue(self, analysis_id: str, priority: int = 0) -> None: ...

    async def waiting(self) -> int: ...


class Announcer:
    """Compares how many analyses are due with how many messages wait, and sends what has been missing
    for two looks: the submission may just be between its record and its message, or a worker between its message and its claim.

    That heals every way to lose a message: a server that died before it sent it, a broker that lost its data or was away,
    a back-off that has run out, workers that are gone with their machine. Numbers are enough, since a worker with a message
    takes up whatever is due. One message too many (several servers look at the same time) finds nothing due and goes away.
    """

    def __init__(self, analyses: AnalysisStore, queue: Announcements) -> None:
        self._analyses = analyses
        self._queue = queue
        self._missing = 0

    async def look(self) -> int:
        """Compare once and announce what was missing already the time before; returns how many. Raises
        ``DependencyUnavailable``."""
        missing = max(0, await self._analyses.count_due() - await self._queue.waiting())
        lasting, self._missing = min(missing, self._missing, _AT_ONCE), missing
        if lasting:
            for due in await self._analyses.list_due(lasting):
                await self._queue.enqueue(due.id, due.priority)
            _log.info("%d due analyses had no message and are announced", lasting)
            self._missing -= lasting
        return lasting
