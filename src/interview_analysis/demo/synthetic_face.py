"""A face that moves by a script: a still portrait, lifted to 3D by its landmarks, turned, and drawn again.

Every pixel of the head has a depth, interpolated from the 478 landmarks; a head pose moves it as a rigid body under
parallel projection, and the movement fades to nothing between the head's outline and the picture's border.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.demo.depth import GRID, lift, mobility
from interview_analysis.demo.eyes import move_eyes
from interview_analysis.demo.portrait import Portrait, load_portrait, rotation_of
from interview_analysis.demo.script import Script
from interview_analysis.demo.warp import invert
from interview_analysis.domain.face import Frame
from interview_analysis.domain.pose import GazeAngles, HeadAngles

SIZE = (640, 480)
"""Width and height of every frame."""
_AHEAD = GazeAngles(0.0, 0.0)
_BACKDROP_BLUR = 45.0
"""Pixels; blurs the portrait until nobody is in it."""
_CLOSURE_STEPS = 6
_GAZE_STEP = 1.0
"""Degrees."""


class SyntheticFace:
    """Draws the portrait at any head pose, lid closure and gaze. Not thread-safe."""

    def __init__(self, portrait: Portrait) -> None:
        self._portrait = portrait
        self._points = lift(portrait)
        self._mobility = mobility(portrait)
        self._backdrop = np.asarray(cv2.GaussianBlur(portrait.image, (0, 0), _BACKDROP_BLUR), dtype=np.uint8)
        self._with_eyes = lru_cache(maxsize=64)(self._draw_eyes)
        self._still = lru_cache(maxsize=4)(self._maps)

    @property
    def pose(self) -> HeadAngles:
        """The portrait's own pose as MediaPipe measures it; scripted angles are added to it."""
        return self._portrait.pose

    def draw(self, head: HeadAngles, closure: float = 0.0, gaze: GazeAngles = _AHEAD) -> NDArray[np.uint8]:
        """RGB uint8 (480, 640, 3)."""
        face = self._with_eyes(round(closure * _CLOSURE_STEPS), round(gaze.pitch / _GAZE_STEP), round(gaze.yaw / _GAZE_STEP))
        map_x, map_y = self._still(head)
        return np.asarray(cv2.remap(face, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)

    def frames(self, script: Script, rate: float) -> Iterator[Frame]:
        """The script at ``rate`` frames per second."""
        for index in range(round(script.duration * rate)):
            time = index / rate
            yield Frame(index, time, self._scene(script, time))

    def _scene(self, script: Script, time: float) -> NDArray[np.uint8]:
        if script.is_absent(time):
            return self._backdrop
        return self.draw(script.head_at(time), script.closure_at(time), script.gaze_at(time))

    def _draw_eyes(self, closure: int, pitch: int, yaw: int) -> NDArray[np.uint8]:
        gaze = GazeAngles(pitch * _GAZE_STEP, yaw * _GAZE_STEP)
        return move_eyes(self._portrait.image, self._portrait.landmarks, closure / _CLOSURE_STEPS, gaze)

    def _maps(self, head: HeadAngles) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Where each pixel of the new picture comes from, both (H, W)."""
        base = self.pose
        wanted = HeadAngles(base.pitch + head.pitch, base.yaw + head.yaw, base.roll + head.roll)
        turn = (rotation_of(wanted) @ rotation_of(base).T - np.eye(3)).astype(np.float32)
        moves = (self._points @ turn.T) * self._mobility[..., None]
        inverse = invert(moves[..., :2] / np.float32(GRID), self._points[..., 2] + moves[..., 2]) * GRID
        height, width = self._portrait.image.shape[:2]
        moved = cv2.resize(inverse, (width, height), interpolation=cv2.INTER_LINEAR)
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        return columns - moved[..., 0], rows - moved[..., 1]


def load_synthetic_face(picture: Path, model: Path) -> SyntheticFace:
    """From a portrait and the FaceLandmarker model. Raises ``InputError`` where the picture shows no face."""
    return SyntheticFace(load_portrait(picture, model, SIZE))
