"""Angles and their sign conventions, stated here once.

Degrees. Pitch + = up. Yaw + = the face (or gaze) turns toward the picture's left. Roll + = the eye line drops toward the
picture's right. These are the signs of the AFLW2000-3D labels. Gaze is stated relative to the camera axis.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class HeadAngles(NamedTuple):
    """Head orientation in degrees."""

    pitch: float
    yaw: float
    roll: float


class GazeAngles(NamedTuple):
    """Gaze direction in degrees relative to the camera axis."""

    pitch: float
    yaw: float


class GazeFix(NamedTuple):
    """A measured gaze and its standard deviation in degrees, as far as the measurement itself can tell."""

    angles: GazeAngles
    deviation: float


class Direction(StrEnum):
    """Where something points as seen in the picture: ``LEFT`` is the picture's left (yaw +)."""

    CENTER = "center"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


def axes_of(head: HeadAngles) -> NDArray[np.float64]:
    """Unit vectors (3, 3), one a row: the head's axes to the picture's right, up and out of the face, each in the viewer's axes
    (x right, y up, z toward the camera). R = Rx · Ry · Rz as for the angles themselves; angles of zero give the identity."""
    (sp, cp), (sy, cy), (sr, cr) = ((np.sin(angle), np.cos(angle)) for angle in np.radians(head))
    around_x = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    around_y = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    around_z = np.array([[cr, sr, 0], [-sr, cr, 0], [0, 0, 1]])
    return np.asarray((around_x @ around_y @ around_z).T, np.float64)


def vector_of(gaze: GazeAngles) -> NDArray[np.float64]:
    """Unit vector (3,) in the viewer's axes (x right, y up, z toward the camera)."""
    pitch, yaw = np.radians(gaze)
    return np.array([-np.cos(pitch) * np.sin(yaw), np.sin(pitch), np.cos(pitch) * np.cos(yaw)])
