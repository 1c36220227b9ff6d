"""Questions to dependencies that may never be answered."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from interview_analysis.bootstrap import Services
from interview_analysis.domain.analysis import QueueDepth
from interview_analysis.errors import InterviewAnalysisError

_T = TypeVar("_T")
_STORE_SECONDS = 2.0
_QUEUE_SECONDS = 1.5
_FRESH_SECONDS = 1.0
"""Scrapes this close together are told the same."""


class Probe(Generic[_T]):
    """One question, asked once at a time.

    A question that hangs is cancelled but not waited for: some drivers can be stopped only at their own time-out, after many
    seconds. Until then it stands for the next one, so that hanging questions do not pile up.
    """

    def __init__(self, ask: Callable[[], Coroutine[Any, Any, _T]], seconds: float) -> None:
        self._ask = ask
        self._asked: asyncio.Task[_T] | None = None
        self.seconds = seconds

    async def answer(self) -> _T:
        """Raises ``TimeoutError`` after ``seconds``, and what the question raises."""
        task = self._asked
        if task is None or task.done():
            task = self._asked = asyncio.create_task(self._ask())
            task.add_done_callback(_look)
        done, _ = await asyncio.wait({task}, timeout=self.seconds)
        if not done:
            task.cancel()
        if not done or task.cancelled():
            raise TimeoutError
        return task.result()


class Probes:
    """What this process asks of its dependencies. Make it inside the running loop."""

    def __init__(self, services: Services) -> None:
        self.stores = {
            "database": Probe(services.analyses.ping, _STORE_SECONDS),
            "frame_metrics": Probe(services.frames.ping, _STORE_SECONDS),
            "video_store": Probe(services.videos.ping, _STORE_SECONDS),
        }
        self.queue = Probe(services.queue.ping, _STORE_SECONDS) if services.settings.rabbitmq.rabbitmq_url else None
        self._workers = Probe(services.queue.workers, _STORE_SECONDS)
        self._depth_of = Probe(services.analyses.queue_depth, _QUEUE_SECONDS)
        self._depth: QueueDepth | None = None
        self._known_at = -_FRESH_SECONDS
        self._turn = asyncio.Lock()

    async def worker_count(self) -> int | None:
        """Worker processes of this machine, with RabbitMQ the workers that listen to it; ``None`` where nobody knows."""
        try:
            return await self._workers.answer()
        except (OSError, TimeoutError, InterviewAnalysisError):
            return None

    async def queue_depth(self) -> QueueDepth | None:
        """Not older than a second; ``None`` where the record of analyses does not answer."""
        async with self._turn:
            if time.monotonic() - self._known_at > _FRESH_SECONDS:
                self._depth = None
                with contextlib.suppress(InterviewAnalysisError, TimeoutError):
                    self._depth = await self._depth_of.answer()
                self._known_at = time.monotonic()
            return self._depth


def _look(task: asyncio.Task[Any]) -> None:
    """Asked for, asyncio does not log an error that came after the time-out."""
    _ = task.cancelled() or task.exception()
