"""Which regressor places a gaze."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from gaze_builders import KEY, SCREEN, build_calibration, build_session
from interview_analysis.application.gaze_placing import GazePlacing
from interview_analysis.application.gaze_ports import CalibrationStore
from interview_analysis.domain.gaze_session import GazeSessionDetails
from interview_analysis.domain.screen_gaze import GazeCalibration, GazeSample, GazeSessionKey, GazeSource, Screen, ScreenPoint
from interview_analysis.domain.screen_gaze_calibration import CalibrationShot, fit_calibration, guess
from store_builders import START

AHEAD = GazeSample((0.0, 0.2, -0.98), (0.0, 0.0, 600.0), (0.0, 0.0, 0.0))
TRAINED = replace(AHEAD, trained=ScreenPoint(12.0, 34.0))


def regressor() -> str:
    """Of somebody who always looks a little to the right of where geometry says."""
    slopes = [(x / 10, y / 10) for x in (-3, 0, 3) for y in (1, 3, 5)]
    samples = [GazeSample((x, y, -1.0), (0.0, 0.0, 600.0), (0.0, 0.0, 0.0)) for x, y in slopes]
    shots = [CalibrationShot(ScreenPoint(guess(one, SCREEN).x + 100, guess(one, SCREEN).y), one) for one in samples]
    return fit_calibration(shots, SCREEN).regressor


class Calibrations:
    def __init__(self) -> None:
        self.known = build_calibration(regressor=regressor())

    async def of_session(self, key: GazeSessionKey) -> GazeCalibration:
        return self.known

    async def of_user(self, owner: str, user_id: str) -> GazeCalibration:
        return self.known


@pytest.mark.parametrize(
    ("known", "sample", "screen", "source"),
    [
        ({"calibrated_at": START}, TRAINED, None, GazeSource.CALIBRATION),
        ({"profile_at": START}, TRAINED, None, GazeSource.PROFILE),
        ({"calibrated_at": START}, TRAINED, Screen(1280, 720), GazeSource.MODEL),
        ({}, TRAINED, None, GazeSource.MODEL),
        ({}, AHEAD, None, GazeSource.GEOMETRY),
        ({"calibrated_at": START}, AHEAD, Screen(1280, 720), GazeSource.GEOMETRY),
    ],
)
async def test_the_closest_to_this_person_and_screen_places(
    known: dict[str, object], sample: GazeSample, screen: Screen | None, source: GazeSource
) -> None:
    placing = GazePlacing(cast("CalibrationStore", Calibrations()))
    session = replace(build_session(KEY), **known)  # type: ignore[arg-type]
    placed = await placing.place(session, sample, GazeSessionDetails(screen=screen))
    seen = guess(sample, screen or SCREEN)
    expected = {GazeSource.MODEL: ScreenPoint(12.0, 34.0), GazeSource.GEOMETRY: seen}
    assert placed.source is source
    assert placed.point == pytest.approx(expected.get(source, ScreenPoint(seen.x + 100, seen.y)), abs=2)
