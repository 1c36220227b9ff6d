"""Gaze processes: order, turns, crashes that cost one picture, and faults that come back as they are."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from interview_analysis.adapters.child.pipe import ChildPipe, start_child
from interview_analysis.adapters.gaze import processes
from interview_analysis.adapters.gaze.processes import GazeProcesses
from interview_analysis.domain.screen_gaze import GazeProblem, GazeSample, Measured
from interview_analysis.errors import DependencyUnavailable, InputError, InterviewAnalysisError, ModelUnavailable
from processes import is_gone, wait_until

ODD = Path(__file__).parents[3] / "odd_meter.py"


@asynccontextmanager
async def meter(count: int = 1, mode: tuple[str, ...] = (), linger: float = 60.0) -> AsyncIterator[GazeProcesses]:
    opened = GazeProcesses((sys.executable, os.fspath(ODD), *mode), count, linger)
    try:
        yield opened
    finally:
        await opened.close()


def number(measured: Measured) -> int:
    assert isinstance(measured, GazeSample)
    return int(measured.position[0])


def process(measured: Measured) -> int:
    assert isinstance(measured, GazeSample)
    return int(measured.position[2])


async def fault(opened: GazeProcesses, picture: bytes) -> InterviewAnalysisError:
    with pytest.raises(InterviewAnalysisError) as raised:
        await opened.measure(picture)
    return raised.value


async def test_answers_come_in_the_order_of_the_pictures_from_all_processes() -> None:
    async with meter(2) as opened:
        answers = await opened.measure_all([f"slow {i}".encode() for i in range(10)])
        assert [number(answer) for answer in answers] == list(range(10))
        assert len({process(answer) for answer in answers}) == 2
        assert await opened.measure_all([]) == []


async def test_problems_and_faults_come_back_as_they_are() -> None:
    async with meter() as opened:
        assert await opened.measure(b"nobody") is GazeProblem.NO_FACE
        large, wrong = await fault(opened, b"large"), await fault(opened, b"wrong")
        assert (type(large), large.code) == (InputError, "picture_too_large")
        assert (type(wrong), wrong.code) == (DependencyUnavailable, "gaze_unavailable")
        assert number(await opened.measure(b"fine 7")) == 7


@pytest.mark.parametrize("place", [0, 1, 3, 5])
async def test_a_crash_costs_its_own_picture_and_nobody_elses(place: int) -> None:
    """Nor of those that were measured together with it."""
    async with meter() as opened:
        first = process(await opened.measure(b"fine"))
        pictures = [b"slow"] * 6
        pictures[place] = b"crash"
        answers = await asyncio.gather(*(opened.measure(picture) for picture in pictures), return_exceptions=True)
        assert [isinstance(answer, DependencyUnavailable) for answer in answers] == [n == place for n in range(6)]
        assert process(await opened.measure(b"fine")) != first


async def test_a_large_set_leaves_others_their_turn() -> None:
    async with meter() as opened:
        await opened.measure(b"fine")
        many = asyncio.create_task(opened.measure_all([b"slow"] * 20))
        await asyncio.sleep(0)
        await opened.measure(b"fine")
        assert not many.done()
        many.cancel()


async def test_more_than_can_wait_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_MOST_WAITING", 3)
    async with meter() as opened:
        answers = await asyncio.gather(*(opened.measure(b"slow") for _ in range(15)), return_exceptions=True)
        refused = [answer for answer in answers if isinstance(answer, DependencyUnavailable)]
        assert [answer.code for answer in refused] == ["gaze_unavailable"] * 4


async def test_who_goes_away_gives_the_place_back() -> None:
    async with meter() as opened:
        await opened.measure(b"fine")
        leaving = [asyncio.create_task(opened.measure(b"slow")) for _ in range(6)]
        await asyncio.sleep(0.01)
        for task in leaving:
            task.cancel()
        assert number(await opened.measure(b"fine 3")) == 3


@pytest.mark.parametrize(
    ("mode", "kind", "code"),
    [("missing", ModelUnavailable, "model_unavailable"), ("dies", DependencyUnavailable, "gaze_unavailable")],
)
async def test_a_process_that_cannot_begin_says_so_and_is_not_begun_again_at_once(
    monkeypatch: pytest.MonkeyPatch, mode: str, kind: type[InterviewAnalysisError], code: str
) -> None:
    begun = []

    async def begin(command: tuple[str, ...], fault_code: str, together: int) -> ChildPipe:
        begun.append(command)
        return await start_child(command, fault_code, together)

    monkeypatch.setattr(processes, "start_child", begin)
    monkeypatch.setattr(processes, "_PAUSE_SECONDS", 600.0)
    async with meter(mode=(mode,)) as opened:
        faults = [await fault(opened, b"fine") for _ in range(2)]
        assert [(type(found), found.code) for found in faults] == [(kind, code)] * 2
        assert len(begun) == 1


async def test_a_command_that_is_not_there_is_unavailable() -> None:
    opened = GazeProcesses(("/nowhere/python",), 1)
    assert (await fault(opened, b"fine")).code == "gaze_unavailable"
    await opened.close()


@pytest.mark.parametrize("ended", ["closed", "idle"])
async def test_processes_end(ended: str) -> None:
    async with meter(linger=60.0 if ended == "closed" else 0.01) as opened:
        pid = process(await opened.measure(b"fine"))
        if ended == "idle":
            await gone(lambda: is_gone(pid))
            assert process(await opened.measure(b"fine")) != pid
    wait_until(lambda: is_gone(pid))


async def gone(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
