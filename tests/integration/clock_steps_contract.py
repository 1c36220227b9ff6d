"""Clocks that step by an hour or differ by one, on every database: nothing is done twice, waits grow by the step at most."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.domain.analysis import Analysis, AnalysisStatus, Claim, Progress, Stage
from interview_analysis.errors import ClaimLost
from store_builders import START, FakeClock, build_analysis, build_result

_HOUR, _LEASE = 3600.0, 15.0
_MIDDLE = Progress(Stage.ANALYSE_FRAMES, 50.0)


async def claimed(store: SqlAnalysisStore, worker: str) -> tuple[Analysis, Claim]:
    taken = await store.claim_next(worker, _LEASE)
    assert taken is not None
    return taken


class ClockStepsContract:
    @pytest.fixture
    async def here(self, database: AsyncEngine, clock: FakeClock) -> SqlAnalysisStore:
        """The store as one worker sees it, with an analysis that is due."""
        store = SqlAnalysisStore(database, max_attempts=3, clock=clock)
        await store.add(build_analysis())
        clock.advance(10.0)
        return store

    @pytest.fixture
    def there(self, database: AsyncEngine) -> SqlAnalysisStore:
        """The same as a worker sees it whose clock is an hour ahead."""
        return SqlAnalysisStore(database, max_attempts=3, clock=FakeClock(START + timedelta(seconds=_HOUR)))

    async def test_a_clock_that_is_ahead_takes_work_over_and_its_first_worker_is_shut_out(
        self, here: SqlAnalysisStore, there: SqlAnalysisStore
    ) -> None:
        analysis, first = await claimed(here, "here")
        _, second = await claimed(there, "there")
        for write in (here.heartbeat(first, _MIDDLE, _LEASE), here.finish(first, build_result())):
            with pytest.raises(ClaimLost):
                await write
        await there.heartbeat(second, _MIDDLE, _LEASE)
        assert await here.claim_next("here", _LEASE) is None
        await there.finish(second, build_result())
        ended = await here.get(analysis.id)
        assert (ended.status, ended.attempt) == (AnalysisStatus.COMPLETED, 2)

    async def test_a_clock_that_is_behind_takes_nothing_over(self, here: SqlAnalysisStore, there: SqlAnalysisStore) -> None:
        _, claim = await claimed(there, "there")
        assert await here.claim_next("here", _LEASE) is None
        await there.finish(claim, build_result())

    @pytest.mark.parametrize("step", [_HOUR, -_HOUR])
    async def test_a_step_under_running_work_is_over_with_the_next_heartbeat(
        self, here: SqlAnalysisStore, clock: FakeClock, step: float
    ) -> None:
        analysis, claim = await claimed(here, "w1")
        clock.advance(step)
        await here.heartbeat(claim, _MIDDLE, _LEASE)
        clock.advance(_LEASE - 1.0)
        assert await here.claim_next("w2", _LEASE) is None
        await here.finish(claim, build_result())
        assert (await here.get(analysis.id)).attempt == 1

    async def test_after_a_step_back_what_waits_or_was_left_waits_for_the_step_at_most(
        self, here: SqlAnalysisStore, clock: FakeClock
    ) -> None:
        left, _ = await claimed(here, "dead")
        await here.add(build_analysis(9))
        clock.advance(-_HOUR)
        assert await here.claim_next("w1", _LEASE) is None
        clock.advance(_HOUR + _LEASE)
        assert {(await claimed(here, "w1"))[0].id for _ in range(2)} == {left.id, build_analysis(9).id}

    async def test_after_a_step_back_a_death_that_is_noticed_costs_no_wait(
        self, here: SqlAnalysisStore, clock: FakeClock
    ) -> None:
        left, _ = await claimed(here, "dead")
        clock.advance(-_HOUR)
        assert await here.release("dead") == 1
        assert (await claimed(here, "w1"))[0].id == left.id
