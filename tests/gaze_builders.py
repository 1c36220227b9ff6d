"""Sessions, frames and calibrations of screen gaze, and a meter that reads what a test has written into a picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from interview_analysis.domain.gaze_session import GazeSession, GazeSessionDetails, VideoRect
from interview_analysis.domain.screen_gaze import (
    CalibrationError,
    GazeCalibration,
    GazeFrame,
    GazeProblem,
    GazeSample,
    GazeSessionKey,
    GazeSource,
    Measured,
    Screen,
    ScreenPoint,
    VideoPoint,
)
from store_builders import START

KEY = GazeSessionKey("web-app", "면접 세션/1")
SCREEN = Screen(1920, 1080, 510.0)


def build_session(key: GazeSessionKey = KEY, user: str | None = "user123") -> GazeSession:
    """Open, with every detail, expiring after 30 days."""
    details = GazeSessionDetails(
        video_id="stimulus-1",
        user_id=user,
        ip_address="192.0.2.7",
        screen=SCREEN,
        video_rect=VideoRect(160, 90, 1600, 900),
        consent=True,
    )
    return GazeSession(key=key, created_at=START, expires_at=START + timedelta(days=30), details=details)


def build_frame(number: int, x: float = 960.5) -> GazeFrame:
    return GazeFrame(
        number=number,
        received_at=START + timedelta(milliseconds=100 * number),
        seconds=number / 10,
        point=ScreenPoint(x, 540.25),
        on_video=VideoPoint(0.5, 0.25),
        source=GazeSource.CALIBRATION,
    )


def build_calibration(key: GazeSessionKey = KEY, user: str | None = None, regressor: str = "{}") -> GazeCalibration:
    return GazeCalibration(
        owner=key.owner,
        session_id=key.session_id,
        screen=SCREEN,
        regressor=regressor,
        error=CalibrationError(71.5, 60.25, 90.0, None),
        points=9,
        samples=100,
        dropped=8,
        created_at=START,
        user_id=user,
    )


def picture(slope_x: float = 0.0, slope_y: float = 0.1) -> bytes:
    """Of a face 600 mm away whose gaze has this slope against the camera's axis; for ``StubMeter``."""
    return json.dumps([slope_x, slope_y]).encode()


def picture_of(problem: GazeProblem) -> bytes:
    return problem.value.encode()


class StubMeter:
    """``GazeMeter`` without models. What is none of the pictures above cannot be read."""

    def __init__(self) -> None:
        self.measured = 0

    async def measure(self, content: bytes) -> Measured:
        self.measured += 1
        if content.decode(errors="replace") in {problem.value for problem in GazeProblem}:
            return GazeProblem(content.decode())
        try:
            x, y = json.loads(content)
        except ValueError:
            return GazeProblem.UNREADABLE
        length = (x * x + y * y + 1) ** 0.5
        return GazeSample(gaze=(x / length, y / length, -1 / length), position=(0.0, 0.0, 600.0), turn=(0.0, 0.0, 0.0))

    async def measure_all(self, pictures: Sequence[bytes]) -> list[Measured]:
        return [await self.measure(content) for content in pictures]

    async def close(self) -> None:
        return None


def without_user(session: GazeSession) -> GazeSession:
    return replace(session, details=replace(session.details, user_id=None))
