"""Followers of analyses: one question a round for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.adapters.relational.engine import open_database, sqlite_url
from interview_analysis.api.state_feed import StateFeed
from interview_analysis.domain.analysis import AnalysisState, AnalysisStatus
from interview_analysis.errors import DependencyUnavailable
from store_builders import build_analysis


class CountedStore(SqlAnalysisStore):
    """Counts the rounds, and does not answer while ``away``."""

    rounds = 0
    away = False
    begun: asyncio.Event

    async def states(self, analysis_ids: object) -> dict[str, AnalysisState]:
        self.rounds += 1
        self.begun.set()
        if self.away:
            raise DependencyUnavailable("away")
        return await super().states(analysis_ids)  # type: ignore[arg-type]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[CountedStore]:
    async with open_database(sqlite_url(tmp_path / "analyses.db")) as engine:
        store = CountedStore(engine, max_attempts=3)
        store.begun = asyncio.Event()
        yield store


async def told(feed: StateFeed, known: AnalysisState) -> list[AnalysisStatus]:
    async with aclosing(feed.follow(known)) as states:
        return [state.status async for state in states]


async def test_hundreds_cost_no_more_rounds_than_one(store: CountedStore) -> None:
    feed = StateFeed(store, seconds=0.01)
    analyses = [await store.add(build_analysis(number)) for number in range(4)]
    listening = [asyncio.create_task(told(feed, analyses[number % 4].state)) for number in range(400)]
    await store.begun.wait()
    for analysis in analyses:
        await store.cancel(analysis.id)
    before = store.rounds
    assert await asyncio.gather(*listening) == [[AnalysisStatus.QUEUED, AnalysisStatus.CANCELLED]] * 400
    assert store.rounds - before < len(listening) / 2


async def test_nobody_listening_nobody_asks(store: CountedStore) -> None:
    feed = StateFeed(store, seconds=0.01)
    analysis = await store.add(build_analysis())
    async with aclosing(feed.follow(analysis.state)) as states:
        assert await anext(states) == analysis.state
        await store.cancel(analysis.id)
        assert (await anext(states)).status is AnalysisStatus.CANCELLED
    rounds = store.rounds
    other = build_analysis(2)
    assert await told(feed, replace(other.state, status=AnalysisStatus.FAILED)) == [AnalysisStatus.FAILED]
    assert store.rounds == rounds


async def test_one_that_was_erased_ends_the_stream(store: CountedStore) -> None:
    feed = StateFeed(store, seconds=0.01)
    assert await told(feed, build_analysis().state) == [AnalysisStatus.QUEUED]


async def test_a_silent_store_is_waited_for(store: CountedStore) -> None:
    feed = StateFeed(store, seconds=0.01)
    analysis = await store.add(build_analysis())
    store.away = True
    listening = asyncio.create_task(told(feed, analysis.state))
    await store.begun.wait()
    await store.cancel(analysis.id)
    store.away = False
    assert await listening == [AnalysisStatus.QUEUED, AnalysisStatus.CANCELLED]
