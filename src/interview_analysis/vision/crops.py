"""Square crops around a face, for the networks that look at whole faces."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.face import Box


def cut_face(image: NDArray[np.uint8], box: Box, scale: float) -> NDArray[np.uint8]:
    """A square RGB crop (S, S, 3) in the picture's own resolution, centred on ``box``.

    S is ``scale`` × the longer side of the box in pixels, at least 1. Beyond the picture its edge is repeated. Resizing is
    left to the network's own preprocessing.
    """
    height, width = image.shape[:2]
    side = max(1, round(scale * max(box.width * width, box.height * height)))
    left = round((box.x + box.width / 2) * width - side / 2)
    top = round((box.y + box.height / 2) * height - side / 2)
    rows, before_y, after_y = _inside(top, side, height)
    columns, before_x, after_x = _inside(left, side, width)
    part = image[rows, columns]
    if not (before_x or after_x or before_y or after_y):
        return part
    return np.asarray(cv2.copyMakeBorder(part, before_y, after_y, before_x, after_x, cv2.BORDER_REPLICATE), np.uint8)


def _inside(start: int, side: int, limit: int) -> tuple[slice, int, int]:
    """The part of ``start`` … ``start + side`` within 0 … ``limit`` (at least one pixel), and what is missing on both ends."""
    first = min(max(start, 0), limit - 1)
    last = max(min(start + side, limit), first + 1)
    before = min(max(first - start, 0), side - 1)
    return slice(first, last), before, side - (last - first) - before
