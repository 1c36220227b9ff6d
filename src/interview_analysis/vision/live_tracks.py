"""Which face of this frame is which of the last: the nearest one of similar size, each once."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from interview_analysis.domain.face import Box
from interview_analysis.vision.face_count import centre

FORGET_SECONDS = 1.0
"""A face that is out of sight for longer comes back as a new one."""
_REACH = 0.75
"""Of the mean of two boxes' sides: the most that a head moves between two frames. Heads side by side are a width apart."""
_LIKE = 2.0
"""A box this many times as large is not the same head."""
_SAME = 0.5
"""Shared area over joint area above which two meshes lie on one face."""


class Tracks:
    """Ids of the faces of one video."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._last: dict[int, tuple[Box, float]] = {}

    def assign(self, timestamp: float, boxes: Sequence[Box]) -> list[int]:
        """An id for each of ``boxes``. The nearest pairs come first, whatever the order of the boxes."""
        self._last = {key: seen for key, seen in self._last.items() if timestamp - seen[1] <= FORGET_SECONDS}
        pairs = [(_apart(last, box), key, i) for key, (last, _) in self._last.items() for i, box in enumerate(boxes)]
        found: dict[int, int] = {}
        for distance, key, i in sorted(pairs):
            if distance <= _REACH and i not in found and key not in found.values():
                found[i] = key
        ids = [found[i] if i in found else next(self._ids) for i in range(len(boxes))]
        self._last |= {key: (box, timestamp) for key, box in zip(ids, boxes, strict=True)}
        return ids

    def alive(self) -> set[int]:
        """Ids that may come back."""
        return set(self._last)


def without_twins(boxes: Sequence[Box]) -> list[int]:
    """Indices of ``boxes`` that do not lie on an earlier one: the landmarker now and then finds one face twice."""
    kept: list[int] = []
    for i, box in enumerate(boxes):
        if all(overlap(box, boxes[other]) < _SAME for other in kept):
            kept.append(i)
    return kept


def overlap(one: Box, other: Box) -> float:
    """Shared area over joint area, 0–1."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / (one.width * one.height + other.width * other.height - width * height)


def _apart(one: Box, other: Box) -> float:
    """Distance of the centres in mean box sides; infinite where the sizes are too different."""
    (x, y), (u, v) = centre(one), centre(other)
    ratio = one.width * one.height / (other.width * other.height)
    if not 1 / _LIKE**2 < ratio < _LIKE**2:
        return math.inf
    return math.hypot((x - u) * 2 / (one.width + other.width), (y - v) * 2 / (one.height + other.height))
