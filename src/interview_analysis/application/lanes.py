"""Work that is due, a few pieces at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

_T = TypeVar("_T")


async def work_off(claim: Callable[[], Awaitable[_T | None]], work: Callable[[_T], Awaitable[object]], lanes: int) -> None:
    """Claim and do until nothing is due, ``lanes`` at once. Nothing due costs one claim. Raises what ``claim`` and ``work``
    raise, in an ``ExceptionGroup`` once there was work."""
    first = await claim()
    if first is None:
        return
    async with asyncio.TaskGroup() as group:
        group.create_task(_lane(first, claim, work))
        for _ in range(lanes - 1):
            group.create_task(_lane(None, claim, work))


async def _lane(first: _T | None, claim: Callable[[], Awaitable[_T | None]], work: Callable[[_T], Awaitable[object]]) -> None:
    piece = first or await claim()
    while piece is not None:
        await work(piece)
        piece = await claim()
