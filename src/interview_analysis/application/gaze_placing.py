"""From what a picture says of the eyes to a point on the screen and on the video: by which regressor, and on which screen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from interview_analysis.application.gaze_ports import CalibrationStore
from interview_analysis.domain.gaze_session import GazeSession, GazeSessionDetails, whole
from interview_analysis.domain.screen_gaze import (
    GazeCalibration,
    GazeSample,
    GazeSource,
    Screen,
    ScreenPoint,
    VideoPoint,
)
from interview_analysis.domain.screen_gaze_calibration import guess, predict

UNKNOWN_SCREEN = Screen(1920, 1080)
"""Of sessions that never say how large theirs is."""
_MOST_KNOWN = 1000


class PlacedGaze(NamedTuple):
    point: ScreenPoint
    on_video: VideoPoint
    source: GazeSource


class GazePlacing:
    """Remembers calibrations under the time of their making, which every frame reads anew with its session: so a calibration
    holds on all replicas from the next frame on."""

    def __init__(self, calibrations: CalibrationStore) -> None:
        self._calibrations = calibrations
        self._known: OrderedDict[tuple[object, ...], GazeCalibration | None] = OrderedDict()

    async def place(self, session: GazeSession, sample: GazeSample, details: GazeSessionDetails) -> PlacedGaze:
        """``details`` of the frame itself go before those of its session."""
        wanted = details.screen or session.details.screen
        source, calibration = await self._choose(session, wanted)
        if calibration is not None:
            screen = calibration.screen
            point = predict(calibration.regressor, sample)
        elif sample.trained is not None:
            source, screen, point = GazeSource.MODEL, wanted or UNKNOWN_SCREEN, sample.trained
        else:
            screen = wanted or UNKNOWN_SCREEN
            point = guess(sample, screen)
        rect = details.video_rect or session.details.video_rect or whole(screen)
        return PlacedGaze(point, rect.place(point), source)

    async def _choose(self, session: GazeSession, wanted: Screen | None) -> tuple[GazeSource, GazeCalibration | None]:
        """The session's own calibration, else its user's, of a screen of the wanted size; else geometry."""
        key, user_id = session.key, session.details.user_id
        if session.calibrated_at is not None:
            own = await self._remembered((key, session.calibrated_at), lambda: self._calibrations.of_session(key))
            if own is not None and _fits(own, wanted):
                return GazeSource.CALIBRATION, own
        if session.profile_at is not None and user_id is not None:
            place = (key.owner, user_id, session.profile_at)
            kept = await self._remembered(place, lambda: self._calibrations.of_user(key.owner, user_id))
            if kept is not None and _fits(kept, wanted):
                return GazeSource.PROFILE, kept
        return GazeSource.GEOMETRY, None

    async def _remembered(
        self, place: tuple[object, ...], read: Callable[[], Awaitable[GazeCalibration | None]]
    ) -> GazeCalibration | None:
        if place not in self._known:
            self._known[place] = await read()
            while len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)
        return self._known.get(place)


def _fits(calibration: GazeCalibration, wanted: Screen | None) -> bool:
    """It answers in pixels of the screen that it was made on."""
    made_on = calibration.screen
    return wanted is None or (wanted.width, wanted.height) == (made_on.width, made_on.height)
