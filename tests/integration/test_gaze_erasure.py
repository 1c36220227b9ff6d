"""Erasing gaze sessions on the embedded stores: whatever happens on the way, nothing is forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from erasure_builders import UPLOADS, Faulty, be_unavailable, embedded
from gaze_builders import KEY, build_calibration, build_frame, build_session
from integration.gaze_store_contract import notice
from interview_analysis.application.erase_gaze import GazeErasure, GazeExpirySweep, erase_gaze_session
from interview_analysis.application.erase_user import erase_user
from interview_analysis.bootstrap import Services
from interview_analysis.domain.analysis import AnalysisFilter
from interview_analysis.domain.gaze_session import session_digest
from interview_analysis.domain.screen_gaze import GazeSessionKey
from interview_analysis.errors import DependencyUnavailable, NotFound

CALLS = 9
"""Of one erasure: mark, three things, read three again, record, read it again."""
EVERYWHERE = {"session", "frames", "calibration", "deliveries"}


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    async with embedded(tmp_path) as opened:
        yield opened


async def fill(services: Services, key: GazeSessionKey = KEY) -> None:
    """Not expired, with something in every table."""
    await services.gaze.begin(replace(build_session(key), expires_at=None))
    await services.gaze.add_frame(key, build_frame(0))
    await services.calibrations.save(replace(build_calibration(key, user="user123"), created_at=datetime.now(UTC)))
    await services.deliveries.add(notice(key))


async def stored(services: Services, key: GazeSessionKey = KEY) -> set[str]:
    found = {
        "session": await services.gaze.get(key) is not None,
        "frames": await services.gaze.count_frames(key) > 0,
        "calibration": await services.calibrations.of_session(key) is not None,
        "deliveries": bool(await services.deliveries.of_gaze_session(session_digest(key))),
    }
    return {name for name, there in found.items() if there}


async def test_everything_goes_but_the_kept_calibration(services: Services) -> None:
    await fill(services)
    assert await stored(services) == EVERYWHERE
    watched = Faulty(services, CALLS, be_unavailable)
    assert await erase_gaze_session(KEY, watched.ports) == GazeErasure(True, 1, True, 1)
    assert (await stored(services), watched.calls) == (set(), CALLS)
    assert await services.calibrations.of_user(KEY.owner, "user123") is not None
    with pytest.raises(NotFound):
        await erase_gaze_session(KEY, services)


@pytest.mark.parametrize("step", range(CALLS))
async def test_a_store_that_fails_at_any_step_loses_nothing(services: Services, step: int) -> None:
    await fill(services)
    with pytest.raises(DependencyUnavailable):
        await erase_gaze_session(KEY, Faulty(services, step, be_unavailable).ports)
    left = await stored(services)
    assert left == EVERYWHERE if step == 0 else left == set() or "session" in left
    await GazeExpirySweep(services).round()
    assert await stored(services) == (EVERYWHERE if step == 0 else set())


async def test_a_calibration_without_a_session_can_be_erased(services: Services) -> None:
    await services.calibrations.save(build_calibration())
    assert await erase_gaze_session(KEY, services) == GazeErasure(False, 0, True, 0)


async def test_the_sweep_takes_what_has_expired_in_bounded_rounds(services: Services) -> None:
    now = datetime.now(UTC)
    for number, days in enumerate((-1, 1, None, -1, -1)):
        expires_at = None if days is None else now + timedelta(days=days)
        await services.gaze.begin(replace(build_session(GazeSessionKey("", f"s{number}")), expires_at=expires_at))
    old = replace(build_calibration(), created_at=now - timedelta(days=31))
    await services.calibrations.save(old)
    sweep = GazeExpirySweep(services, batch=2)
    assert [await sweep.round() for _ in range(3)] == [2, 1, 0]
    assert [await services.gaze.get(GazeSessionKey("", f"s{number}")) is None for number in (0, 1, 2)] == [True, False, False]
    assert await services.calibrations.of_session(KEY) is None


async def test_of_a_user_everything_goes_and_of_others_nothing(services: Services) -> None:
    other = GazeSessionKey("kiosk", "other")
    for key in (KEY, other):
        await fill(services, key)
    erased = await erase_user(AnalysisFilter(owner="web-app", user_id="user123"), UPLOADS, services)
    assert (erased.gaze_sessions, erased.gaze_frames, erased.gaze_profiles, erased.deliveries) == (1, 1, 1, 1)
    assert (await stored(services), await stored(services, other)) == (set(), EVERYWHERE)
    assert await services.calibrations.of_user("kiosk", "user123") is not None
