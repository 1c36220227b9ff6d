"""Gaze on a screen: what a picture yields, where on the screen that is, and the session that collects it.

Screens: pixels from the upper left corner, as the browser that shows the page counts them. Measurements are in the camera's
axes: x to the picture's right, y down, z away from the camera; millimetres and radians.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

Triple = tuple[float, float, float]


class GazeProblem(StrEnum):
    """Why a picture yields no gaze. ``EYES_UNCLEAR``: they are open, but the mesh contradicts itself there."""

    UNREADABLE = "picture_unreadable"
    NO_FACE = "no_face"
    EYES_CLOSED = "eyes_closed"
    EYES_UNCLEAR = "eyes_unclear"
    HEAD_UNKNOWN = "head_unknown"


@dataclass(frozen=True, slots=True)
class GazeSample:
    """What one picture says of the eyes.

    gaze      unit vector from the eyes, their mean
    position  mm, of the point between the eyes; the distance comes from the size of the iris (11.7 mm)
    turn      radians, rotation vector of the head
    trained   the answer of the regressor that is installed, of the screens that it was trained on
    """

    gaze: Triple
    position: Triple
    turn: Triple
    trained: ScreenPoint | None = None


Measured = GazeSample | GazeProblem


@dataclass(frozen=True, slots=True)
class Screen:
    """``width_mm``: of the visible area, where the page's user has told it."""

    width: int
    height: int
    width_mm: float | None = None


class ScreenPoint(NamedTuple):
    x: float
    y: float


class VideoPoint(NamedTuple):
    """Shares of the video's picture from its upper left corner; below 0 and from 1 on beside it."""

    x: float
    y: float


class GazeSource(StrEnum):
    """How a point was come by: the session's own calibration, the user's kept one, a regressor trained on other people, or
    geometry with assumptions about screen and camera."""

    CALIBRATION = "calibration"
    PROFILE = "profile"
    MODEL = "model"
    GEOMETRY = "geometry"


@dataclass(frozen=True, slots=True)
class CalibrationError:
    """Of points left out of the fit, each in turn: mean distance in pixels with a 95 % interval over the points, in degrees of
    the visual angle where the screen's size is known."""

    pixels: float
    low: float
    high: float
    degrees: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GazeCalibration:
    """``regressor`` is JSON text with the numbers of a fitted regressor, for ``screen_gaze_calibration``. ``user_id``: it is
    kept as this user's profile, which they agreed to. ``samples`` were used, ``dropped`` not."""

    owner: str
    session_id: str
    screen: Screen
    regressor: str
    error: CalibrationError
    points: int
    samples: int
    dropped: int
    created_at: datetime
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class GazeSessionKey:
    """Owners of API keys do not share names."""

    owner: str
    session_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GazeFrame:
    """``seconds`` of the shown video; without it the frame's number counts its maps. ``point``, and where that is
    ``on_video``, or ``problem``."""

    number: int
    received_at: datetime
    seconds: float | None = None
    point: ScreenPoint | None = None
    on_video: VideoPoint | None = None
    source: GazeSource | None = None
    problem: GazeProblem | None = None
