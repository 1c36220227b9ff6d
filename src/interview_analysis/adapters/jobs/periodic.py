"""Work that this process does over and over while it serves."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from interview_analysis.errors import InterviewAnalysisError

_log = logging.getLogger(__name__)

_STOP_SECONDS = 3.0
"""A round that is going on at the end may take so long before it is torn off."""


class Periodic:
    """Async context manager: ``work`` is done at once and ``seconds`` after each of its ends. No error ends it; one that lasts
    is told once."""

    def __init__(self, name: str, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        self._name = name
        self._seconds = seconds
        self._work = work
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._repeat(), name=self._name)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=_STOP_SECONDS)
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _repeat(self) -> None:
        told = ""
        while not self._stop.is_set():
            trouble = ""
            try:
                await self._work()
            except* InterviewAnalysisError as errors:
                trouble = str(errors.exceptions[0])
                if trouble != told:
                    _log.warning("%s: %s", self._name, trouble)
            except* Exception:
                _log.exception("%s failed", self._name)
            told = trouble
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._stop.wait()
