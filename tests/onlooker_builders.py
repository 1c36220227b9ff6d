"""A drawn person before a screen, whose point of gaze is known because they are drawn for it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.demo.synthetic_face import SyntheticFace
from interview_analysis.domain.pose import GazeAngles, HeadAngles
from interview_analysis.domain.screen_gaze import Screen, ScreenPoint

DISTANCE_MM = 600.0
_HEAD_SHARE = GazeAngles(pitch=0.5, yaw=0.3)
"""Of the turn towards a point that the head takes; the eyes take the rest. Up and down the drawn eyes hardly show (pixels move
between the lids), so head and lids carry more of it than with most people."""
_SWAY_DEGREES = 0.7
"""Standard deviation of the head's own movements, which the eyes make up for."""
_LID_PER_DEGREE = 0.03
"""How far the lids come down with eyes that look down, as a share of the opening."""
_LIDS_FROM = 4.0
"""Degrees above the middle at which the lids begin to come down."""


class Onlooker:
    """Sits ``DISTANCE_MM`` from the camera at the middle of the screen's upper edge, and looks at the screen's middle in the
    portrait's own pose. The same ``seed`` sways alike."""

    def __init__(self, face: SyntheticFace, screen: Screen, seed: int = 0) -> None:
        """``screen`` with a width in mm."""
        self.screen = screen
        self._face = face
        self._random = np.random.default_rng(seed)

    def angles(self, point: ScreenPoint) -> GazeAngles:
        """The line of sight towards a point of the screen. The onlooker's right is the picture's left."""
        assert self.screen.width_mm is not None
        scale = self.screen.width_mm / self.screen.width
        right, down = (point.x - self.screen.width / 2) * scale, point.y * scale
        return GazeAngles(*(float(np.degrees(np.arctan2(side, DISTANCE_MM))) for side in (-down, right)))

    def look(self, point: ScreenPoint) -> NDArray[np.uint8]:
        """RGB (480, 640, 3)."""
        towards, middle = self.angles(point), self.angles(ScreenPoint(self.screen.width / 2, self.screen.height / 2))
        turn = np.subtract(towards, middle)
        eyes = GazeAngles(*(float(angle) for angle in np.round(turn * (1 - np.array(_HEAD_SHARE)) - self._sway())))
        head = turn - eyes  # to the last part of a degree: eyes are drawn in whole ones
        return self._face.draw(HeadAngles(float(head[0]), float(head[1]), 0.0), _closure(eyes.pitch), eyes)

    def _sway(self) -> NDArray[np.float64]:
        return self._random.normal(0, _SWAY_DEGREES, 2)

    def jpeg(self, point: ScreenPoint) -> bytes:
        """``look`` as a camera's picture."""
        return bytes(cv2.imencode(".jpg", self.look(point)[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])[1])


def _closure(pitch: float) -> float:
    return float(np.clip(_LID_PER_DEGREE * (_LIDS_FROM - pitch), 0, 0.5))
