"""How far the eyes are open: the eye aspect ratio of Soukupová & Čech (CVWW 2016) on MediaPipe's mesh."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

RIGHT_EYE = (33, 160, 158, 133, 153, 144)
LEFT_EYE = (362, 385, 387, 263, 373, 380)
"""Mesh points p1 … p6: corner, two on the upper lid, other corner, two on the lower lid; right and left are the person's."""
EYE_POINTS = (*RIGHT_EYE, *LEFT_EYE)
"""All that is read here."""
_VISIBLE_SHARE = 0.6
"""An eye narrower than this share of the other is turned away: its ratio says more about the head than about the lid."""


def eye_openness(points: NDArray[np.floating]) -> float | None:
    """Eye aspect ratio, mean of the visible eyes; about 0.3 open, 0.1 closed; ``None`` where an eye has no width.

    ``points`` (478, 2) or more columns, in pixels.
    """
    widths, ratios = eye_ratios(points)
    return None if widths.min() <= 0 else float(ratios[visible_eyes(widths)].mean())


def eye_ratios(points: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Widths (2,) in pixels and aspect ratios (2,) of the person's right and left eye; an eye without width has ratio 0."""
    widths, heights = np.empty(2), np.empty(2)
    for index, eye in enumerate((RIGHT_EYE, LEFT_EYE)):
        p1, p2, p3, p4, p5, p6 = points[list(eye), :2].tolist()
        widths[index], heights[index] = math.dist(p1, p4), math.dist(p2, p6) + math.dist(p3, p5)
    return widths, np.divide(heights, 2 * widths, out=np.zeros(2), where=widths > 0)


def visible_eyes(widths: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which of the two eyes, (2,), is not turned away; ``widths`` (2,) corner to corner as seen."""
    return np.asarray(widths >= _VISIBLE_SHARE * widths.max(), np.bool_)
