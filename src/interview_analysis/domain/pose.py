"""Angles and their sign conventions, stated here once.

Degrees. Pitch + = up. Yaw + = the face (or gaze) turns toward the picture's left. Roll + = the eye line drops toward the
picture's right. These are the signs of the AFLW2000-3D labels. Gaze is stated relative to the camera axis.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class HeadAngles(NamedTuple):
    """Head orientation in degrees."""

    pitch: float
    yaw: float
    roll: float


class GazeAngles(NamedTuple):
    """Gaze direction in degrees relative to the camera axis."""

    pitch: float
    yaw: float


class Direction(StrEnum):
    """Where something points as seen in the picture: ``LEFT`` is the picture's left (yaw +)."""

    CENTER = "center"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
