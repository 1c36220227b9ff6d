"""Work that is done over and over, whatever happens to a round."""

from __future__ import annotations

import asyncio
import logging

import pytest

from interview_analysis.adapters.jobs.periodic import Periodic
from interview_analysis.errors import DependencyUnavailable
from jobs_builders import eventually


async def test_no_error_ends_it_and_each_is_told(caplog: pytest.LogCaptureFixture) -> None:
    rounds = iter([DependencyUnavailable("does not answer"), ValueError("a fault"), None])
    done = asyncio.Event()

    async def work() -> None:
        fault = next(rounds, None)
        if fault is not None:
            raise fault
        done.set()

    with caplog.at_level(logging.WARNING):
        async with Periodic("retention", 0.01, work):
            await eventually(done.is_set)
    assert [record.getMessage() for record in caplog.records] == ["retention: does not answer", "retention failed"]


async def test_a_round_that_is_going_on_is_carried_to_its_end() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.sleep(0.05)
        ended.set()

    async with Periodic("sweep", 60.0, work):
        await begun.wait()
    assert ended.is_set()


async def test_a_round_that_does_not_end_is_torn_off() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.Event().wait()

    async with asyncio.timeout(30.0):
        async with Periodic("sweep", 60.0, work):
            await begun.wait()
