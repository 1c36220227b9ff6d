"""Erasing on the embedded stores: whatever happens on the way, nothing is forgotten."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from erasure_builders import ID, ROWS, UPLOADS, Faulty, be_unavailable, embedded, fill, stored
from interview_analysis.application.erase_analysis import Erasure, erase_analysis
from interview_analysis.application.erase_expired import ExpirySweep
from interview_analysis.application.erase_user import erase_user
from interview_analysis.bootstrap import Services
from interview_analysis.domain.analysis import AnalysisFilter
from interview_analysis.errors import DependencyUnavailable, NotFound
from store_builders import build_analysis

EVERYWHERE = {"analysis", "frames", "feedback", "deliveries", "comments", "video", "overlay"}
CALLS = 15
"""Of one erasure: mark, six things, read six again, record, read it again."""
ERASE_AND_DIE = """
import asyncio, sys
from pathlib import Path
from erasure_builders import ID, UPLOADS, Faulty, die, embedded
from interview_analysis.application.erase_analysis import erase_analysis

async def main():
    async with embedded(Path(sys.argv[1])) as services:
        await erase_analysis(ID, UPLOADS, Faulty(services, int(sys.argv[2]), die).ports)

asyncio.run(main())
"""


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    async with embedded(tmp_path) as opened:
        yield opened


async def test_everything_goes_and_is_named(services: Services) -> None:
    await fill(services)
    assert await stored(services, ID) == EVERYWHERE
    watched = Faulty(services, CALLS, be_unavailable)
    assert await erase_analysis(ID, UPLOADS, watched.ports) == Erasure(True, ROWS, True, True, 1, True, True)
    assert (await stored(services, ID), watched.calls) == (set(), CALLS)
    with pytest.raises(NotFound):
        await erase_analysis(ID, UPLOADS, services)


async def test_a_video_of_the_web_app_stays(services: Services) -> None:
    await fill(services)
    assert (await erase_analysis(ID, "another", services)).video is False
    assert await stored(services, ID) == {"video", "overlay"}


@pytest.mark.slow
@pytest.mark.parametrize("step", range(CALLS))
async def test_a_store_that_fails_at_any_step_loses_nothing(services: Services, step: int) -> None:
    """The sweep, or asking again, does the rest."""
    await fill(services)
    with pytest.raises(DependencyUnavailable):
        await erase_analysis(ID, UPLOADS, Faulty(services, step, be_unavailable).ports)
    left = await stored(services, ID)
    assert left == EVERYWHERE if step == 0 else left == set() or "analysis" in left
    await ExpirySweep(services, UPLOADS).round()
    assert await stored(services, ID) == (EVERYWHERE if step == 0 else set())


@pytest.mark.slow
@pytest.mark.parametrize("step", [1, 3, 5, 9])
async def test_a_killed_process_leaves_the_rest_to_the_sweep(services: Services, tmp_path: Path, step: int) -> None:
    await fill(services)
    command = [sys.executable, "-c", ERASE_AND_DIE, str(tmp_path), str(step)]
    environment = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    died = await asyncio.to_thread(subprocess.run, command, env=environment, timeout=120, check=False)
    assert died.returncode == 9
    assert "analysis" in await stored(services, ID)
    assert await ExpirySweep(services, UPLOADS).round() == 1
    assert await stored(services, ID) == set()


async def test_what_is_still_there_is_an_error_and_the_record_stays(services: Services) -> None:
    await fill(services)

    class Keeping:
        """A store that says it has erased, and has not."""

        holds = services.frames.holds

        async def delete(self, analysis_id: str) -> int:
            return ROWS

    lying = replace(services, frames=Keeping())  # type: ignore[arg-type]
    with pytest.raises(DependencyUnavailable) as failed:
        await erase_analysis(ID, UPLOADS, lying)
    assert (failed.value.code, failed.value.retryable) == ("erasure_unverified", True)
    assert "frames" in failed.value.detail
    assert await stored(services, ID) == {"analysis", "frames"}


async def test_the_sweep_takes_what_has_expired_and_nothing_else(services: Services) -> None:
    now = datetime.now(UTC)
    for number, days in ((1, -1), (2, 1), (3, None), (4, -1)):
        expires_at = None if days is None else now + timedelta(days=days)
        await services.analyses.add(replace(build_analysis(number), expires_at=expires_at))
    assert await ExpirySweep(services, UPLOADS).round() == 2
    left = (await services.analyses.list_recent(AnalysisFilter(), 10)).analyses
    assert [analysis.id for analysis in left] == [build_analysis(number).id for number in (3, 2)]


async def test_rounds_are_bounded_and_one_that_cannot_be_erased_does_not_hold_up_the_others(services: Services) -> None:
    for number in range(5):
        await services.analyses.retire(await fill(services, number))
    sweep = ExpirySweep(Faulty(services, 2, be_unavailable).ports, UPLOADS, batch=2)
    assert [await sweep.round() for _ in range(4)] == [0, 2, 2, 0]
    assert await stored(services, build_analysis(0).id, 0) >= {"analysis"}
    assert await sweep.round() == 1
    assert await stored(services, build_analysis(0).id, 0) == set()


async def test_two_sweeps_at_once_are_harmless(services: Services) -> None:
    for number in range(4):
        await services.analyses.retire(await fill(services, number))
    await asyncio.gather(*(ExpirySweep(services, UPLOADS).round() for _ in range(3)))
    assert (await services.analyses.list_recent(AnalysisFilter(), 10)).analyses == ()


async def test_of_a_user_everything_goes_and_of_others_nothing(services: Services) -> None:
    for number, user in ((1, "kim"), (2, "lee"), (3, "kim")):
        await fill(services, number, user)
    erased = await erase_user(AnalysisFilter(user_id="kim"), UPLOADS, services)
    assert (erased.analyses, erased.frames, erased.videos, erased.deliveries) == (2, 2 * ROWS, 2, 2)
    assert await stored(services, build_analysis(2).id, 2) == EVERYWHERE


@pytest.mark.parametrize("step", [6, 14])
async def test_an_erasure_of_a_user_that_breaks_off_is_finished_by_the_sweep(services: Services, step: int) -> None:
    for number in (1, 2):
        await fill(services, number, "kim")
    with pytest.raises(DependencyUnavailable):
        await erase_user(AnalysisFilter(user_id="kim"), UPLOADS, Faulty(services, step, be_unavailable).ports)
    await ExpirySweep(services, UPLOADS).round()
    assert [await stored(services, build_analysis(number).id, number) for number in (1, 2)] == [set(), set()]
