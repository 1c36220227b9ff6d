"""What listeners of ``/events`` wait for: one question a round for all of them, however many there are."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterator
from typing import Final

from interview_analysis.application.ports import AnalysisStore
from interview_analysis.domain.analysis import AnalysisState
from interview_analysis.errors import InterviewAnalysisError

_ROUND_SECONDS: Final = 0.4


class StateFeed:
    """The newest states of the analyses that somebody follows. Make it inside the running loop."""

    def __init__(self, analyses: AnalysisStore, seconds: float = _ROUND_SECONDS) -> None:
        self._analyses = analyses
        self._seconds = seconds
        self._followers: dict[str, set[_Follower]] = {}
        self._rounds: asyncio.Task[None] | None = None

    async def follow(self, known: AnalysisState) -> AsyncGenerator[AnalysisState]:
        """``known``, then every change as it is found, the final state last; it ends without one where the analysis was erased.
        Who is slow misses what was overtaken. While the store does not answer nothing comes."""
        yield known
        with self._followed(known) as follower:
            while not known.status.is_final and (news := await follower.changed()) is not None:
                known = news
                yield known

    @contextlib.contextmanager
    def _followed(self, known: AnalysisState) -> Iterator[_Follower]:
        follower = _Follower(known)
        followers = self._followers.setdefault(known.id, set())
        followers.add(follower)
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.create_task(self._go_round())
        try:
            yield follower
        finally:
            followers.discard(follower)
            if not followers:
                self._followers.pop(known.id, None)

    async def _go_round(self) -> None:
        while self._followers:
            await asyncio.sleep(self._seconds)
            asked = list(self._followers)
            with contextlib.suppress(InterviewAnalysisError):
                states = await self._analyses.states(asked)
                for analysis_id in asked:
                    for follower in self._followers.get(analysis_id, ()):
                        follower.tell(states.get(analysis_id))


class _Follower:
    def __init__(self, known: AnalysisState) -> None:
        self._told: AnalysisState | None = known
        self._news = asyncio.Event()

    def tell(self, state: AnalysisState | None) -> None:
        if state != self._told:
            self._told = state
            self._news.set()

    async def changed(self) -> AnalysisState | None:
        """``None`` once it is gone."""
        await self._news.wait()
        self._news.clear()
        return self._told
