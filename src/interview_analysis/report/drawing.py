"""Drawing primitives: each takes an RGB picture uint8 (H, W, 3), draws into it and hands it back. Degrees as in ``pose``."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from mediapipe.tasks.python.vision import FaceLandmarksConnections
from numpy.typing import NDArray
from PIL import ImageFont

from interview_analysis.report.fonts import font_file

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]
Point = tuple[float, float]

WHITE: Final[Colour] = (255, 255, 255)
BLUE: Final[Colour] = (86, 180, 233)
RED: Final[Colour] = (213, 94, 0)
GREEN: Final[Colour] = (0, 158, 115)
_SHADE: Final[Colour] = (24, 26, 30)
_SUB_PIXELS: Final = 3
_MESH = np.array(
    sorted({tuple(sorted((line.start, line.end))) for line in FaceLandmarksConnections.FACE_LANDMARKS_TESSELATION}), np.intp
)


def draw_mesh(image: Image, points: NDArray[np.float32], colour: Colour = WHITE) -> Image:
    """Edges between mesh ``points`` (478, 2) in pixels."""
    lines = np.round(points[_MESH] * (1 << _SUB_PIXELS)).astype(np.int32)
    cv2.polylines(image, list(lines), False, colour, 1, cv2.LINE_8, _SUB_PIXELS)
    return image


def draw_direction(image: Image, start: Point, angles: tuple[float, float], length: float, colour: Colour) -> Image:
    """An arrow from ``start`` (pixels) along pitch and yaw, as long as the picture sees a stick of ``length`` pixels."""
    pitch, yaw = (math.radians(angle) for angle in angles)
    end = (start[0] - length * math.sin(yaw) * math.cos(pitch), start[1] - length * math.sin(pitch))
    cv2.arrowedLine(image, _pixel(start), _pixel(end), colour, 2, cv2.LINE_AA, 0, 0.25)
    return image


def draw_axes(image: Image, centre: Point, angles: tuple[float, float, float], length: float) -> Image:
    """The head's axes from ``centre``: to the picture's right red, up green, forward blue."""
    pitch, yaw, roll = (math.radians(angle) for angle in angles)
    cos_r, sin_r = math.cos(roll), math.sin(roll)
    # Axes in the picture's plane (x right, y down) of a head that is rolled, then pitched, then turned.
    right = (math.cos(yaw) * cos_r, sin_r)
    up = (math.sin(roll) - math.sin(yaw) * math.sin(pitch) * cos_r, -math.cos(pitch) * cos_r)
    forward = (-math.sin(yaw) * math.cos(pitch), -math.sin(pitch))
    for (x, y), colour in ((right, RED), (up, GREEN), (forward, BLUE)):
        cv2.line(image, _pixel(centre), _pixel((centre[0] + length * x, centre[1] + length * y)), colour, 2, cv2.LINE_AA)
    return image


def draw_bar(image: Image, corner: tuple[int, int], size: tuple[int, int], share: float, colour: Colour) -> Image:
    """A bar of ``size`` (width, height) filled to ``share`` 0–1 from the left."""
    (x, y), (width, height) = corner, size
    filled = round(width * min(1.0, max(0.0, share)))
    cv2.rectangle(image, (x, y), (x + width, y + height), (90, 94, 100), 1)
    cv2.rectangle(image, (x, y), (x + filled, y + height), colour, cv2.FILLED)
    return image


def shade(image: Image, corner: tuple[int, int], size: tuple[int, int], strength: float = 0.6) -> Image:
    """Darken a rectangle, so that words on it can be read; what is outside the picture is left out."""
    (x, y), (width, height) = corner, size
    part = image[max(0, y) : y + height, max(0, x) : x + width]
    if part.size:
        part[:] = cv2.addWeighted(part, 1 - strength, np.full_like(part, _SHADE), strength, 0)
    return image


def write(image: Image, text: str, corner: tuple[int, int], height: int, colour: Colour = WHITE) -> Image:
    """``text`` in the report's font, its top left at ``corner``; what is outside the picture is left out."""
    mask = _mask(text, height)
    x, y = corner
    part = image[max(0, y) : y + mask.shape[0], max(0, x) : x + mask.shape[1]]
    if part.size:
        alpha = mask[: part.shape[0], : part.shape[1], None]
        part[:] = (part * (1 - alpha) + np.array(colour, np.float32) * alpha).astype(np.uint8)
    return image


def text_width(text: str, height: int) -> int:
    return int(_mask(text, height).shape[1])


@lru_cache(maxsize=256)
def _mask(text: str, height: int) -> NDArray[np.float32]:
    """Coverage (h, w) 0–1 of a line of text."""
    font = ImageFont.truetype(str(font_file()), height)
    ascent, descent = font.getmetrics()
    mask, (left, top) = font.getmask2(text, mode="L")
    width, rows = mask.size
    drawn = np.asarray(mask, np.float32).reshape(rows, width) / 255
    whole = np.zeros((max(ascent + descent, top + rows), left + width), np.float32)
    whole[top : top + rows, left : left + width] = drawn
    return whole


def _pixel(point: Point) -> tuple[int, int]:
    return round(point[0]), round(point[1])
