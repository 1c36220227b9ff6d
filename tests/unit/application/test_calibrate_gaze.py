"""Calibrating a session with simulated eyes, and noticing when the calibration no longer holds."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from interview_analysis.application.calibrate_gaze import (
    Calibrated,
    CalibrationRequest,
    Drift,
    TargetPictures,
    calibrate,
    check_drift,
)
from interview_analysis.domain.screen_gaze import (
    GazeCalibration,
    GazeProblem,
    GazeSample,
    GazeSessionKey,
    Measured,
    ScreenPoint,
)
from interview_analysis.errors import InputError, NotFound
from interview_analysis.log import RECALIBRATION_LOGGER
from simulated_eyes import SCREEN, Sitter, grid

KEY = GazeSessionKey("web-app", "면접 1")
CHECKED = [ScreenPoint(400, 300), ScreenPoint(1500, 540), ScreenPoint(800, 900)]


class Eyes:
    """``GazeMeter`` of pictures that are numbers of what is measured in them."""

    def __init__(self) -> None:
        self._measured: list[Measured] = []

    def pictures(self, measured: Sequence[Measured]) -> tuple[bytes, ...]:
        self._measured += measured
        return tuple(str(number).encode() for number in range(len(self._measured) - len(measured), len(self._measured)))

    async def measure(self, picture: bytes) -> Measured:
        return self._measured[int(picture)]

    async def measure_all(self, pictures: Sequence[bytes]) -> list[Measured]:
        return [await self.measure(picture) for picture in pictures]

    async def close(self) -> None:
        """Nothing is open."""


class Kept:
    """``CalibrationStore`` in memory; erasing is shown by the contract of the real ones."""

    def __init__(self) -> None:
        self.sessions: dict[GazeSessionKey, GazeCalibration] = {}

    async def save(self, calibration: GazeCalibration) -> None:
        self.sessions[GazeSessionKey(calibration.owner, calibration.session_id)] = calibration

    async def of_session(self, key: GazeSessionKey) -> GazeCalibration | None:
        return self.sessions.get(key)

    async def of_user(self, owner: str, user_id: str) -> GazeCalibration | None:
        raise NotImplementedError

    async def delete_session(self, key: GazeSessionKey) -> bool:
        raise NotImplementedError

    async def delete_user(self, owner: str, user_id: str) -> bool:
        raise NotImplementedError

    async def delete_expired(self) -> int:
        raise NotImplementedError


class Room:
    """A person, a camera and what the service keeps."""

    def __init__(self, seed: int = 1) -> None:
        self.eyes = Eyes()
        self.kept = Kept()
        self.sitter = Sitter(seed)

    def shown(self, targets: Sequence[ScreenPoint], samples: int = 10, shift: float = 0.0) -> tuple[TargetPictures, ...]:
        """``shift``: radians by which the measured gaze has moved sideways since."""
        looks = [[_shifted(sample, shift) for sample in self.sitter.look(target, samples)] for target in targets]
        return tuple(TargetPictures(target, self.eyes.pictures(look)) for target, look in zip(targets, looks, strict=True))

    def blinking(self, targets: Sequence[ScreenPoint]) -> tuple[TargetPictures, ...]:
        return tuple(TargetPictures(target, self.eyes.pictures([GazeProblem.EYES_CLOSED] * 2)) for target in targets)

    def calibrate(self, shown: tuple[TargetPictures, ...]) -> Calibrated:
        request = CalibrationRequest(key=KEY, screen=SCREEN, shown=shown)
        return asyncio.run(calibrate(request, self.eyes, self.kept))

    def check(self, shown: tuple[TargetPictures, ...]) -> Drift:
        return asyncio.run(check_drift(KEY, shown, self.eyes, self.kept))


def _shifted(sample: GazeSample, angle: float) -> GazeSample:
    x, y, z = sample.gaze
    sine, cosine = math.sin(angle), math.cos(angle)
    return replace(sample, gaze=(x * cosine - z * sine, y, x * sine + z * cosine))


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_session_gets_its_own_regressor_and_is_told_its_error(room: Room) -> None:
    calibrated = room.calibrate((*room.shown(grid(9)), *room.blinking(grid(9)[:3])))
    stored = room.kept.sessions[KEY]
    assert calibrated.calibration == stored
    assert (stored.points, stored.samples + stored.dropped, stored.user_id) == (9, 96, None)
    assert stored.dropped >= 6
    assert stored.error.low < stored.error.pixels < stored.error.high
    apart = [np.hypot(*np.subtract(one.gaze, one.target)) for one in calibrated.fallen if one.gaze is not None]
    assert len(apart) == 12
    assert np.mean(apart) < stored.error.high


def test_without_eyes_nothing_is_replaced(room: Room) -> None:
    earlier = room.calibrate(room.shown(grid(5))).calibration
    with pytest.raises(InputError) as refused:
        room.calibrate((*room.shown(grid(5)[:3]), *room.blinking(grid(5)[3:])))
    assert refused.value.code == "calibration_too_few"
    assert room.kept.sessions[KEY] == earlier


def test_each_calibration_is_a_line_of_the_log(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger(RECALIBRATION_LOGGER)
    logger.addHandler(caplog.handler)
    caplog.set_level(logging.INFO, RECALIBRATION_LOGGER)
    try:
        for _ in range(2):
            room.calibrate(room.shown(grid(5)))
    finally:
        logger.removeHandler(caplog.handler)
    lines = [json.loads(message) for message in dict.fromkeys(caplog.messages)]
    assert [(line["session_id"], line["points"], line["again"]) for line in lines] == [
        ("면접 1", 5, False),
        ("면접 1", 5, True),
    ]
    assert lines[0]["error_px"] > 0


@pytest.mark.parametrize(("degrees", "recalibrate"), [(0.0, False), (8.0, True)])
def test_a_check_tells_whether_it_still_holds(room: Room, degrees: float, recalibrate: bool) -> None:
    expected = room.calibrate(room.shown(grid(9))).calibration.error
    drift = room.check(room.shown(CHECKED, shift=math.radians(degrees)))
    assert drift.expected == expected.pixels
    assert drift.recalibrate is recalibrate
    assert (drift.error > expected.high) is recalibrate
    assert [one.target for one in drift.fallen] == CHECKED


def test_a_check_needs_a_calibration_and_eyes(room: Room) -> None:
    with pytest.raises(NotFound) as unknown:
        room.check(room.shown(CHECKED))
    room.calibrate(room.shown(grid(5)))
    with pytest.raises(InputError) as unseen:
        room.check(room.blinking(CHECKED))
    assert (unknown.value.code, unseen.value.code) == ("calibration_not_found", "calibration_too_few")
