"""Group commit: what is asked for while one round is on its way goes together with the next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V")


class Gathering(Generic[_K, _V]):
    """A single question is a round of one. Belongs to one event loop."""

    def __init__(self, work: Callable[[Sequence[_K]], Awaitable[Sequence[_V]]], most: int, pause: float = 0.0) -> None:
        """``work`` answers up to ``most`` questions, one for each and in their order; what it raises, all of them get.
        ``pause``: seconds for which a round waits for company."""
        self._work = work
        self._most = most
        self._pause = pause
        self._waiting: list[tuple[_K, asyncio.Future[_V]]] = []
        self._running: asyncio.Task[None] | None = None

    async def ask(self, question: _K) -> _V:
        answer: asyncio.Future[_V] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._running is None:
            self._running = asyncio.create_task(self._rounds())
        return await answer

    async def _rounds(self) -> None:
        try:
            while self._waiting:
                if self._pause > 0:
                    await asyncio.sleep(self._pause)
                now, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._round(now)
        finally:
            self._running = None

    async def _round(self, asked: list[tuple[_K, asyncio.Future[_V]]]) -> None:
        wanted = [(question, answer) for question, answer in asked if not answer.done()]
        if not wanted:
            return
        try:
            found = await self._work([question for question, _ in wanted])
        except BaseException as error:
            for _, answer in wanted:
                if not answer.done():
                    answer.set_exception(error) if isinstance(error, Exception) else answer.cancel()
            if not isinstance(error, Exception):
                raise
            return
        for (_, answer), value in zip(wanted, found, strict=True):
            if not answer.done():
                answer.set_result(value)
