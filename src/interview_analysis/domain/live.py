"""What live analysis is asked for and what it says of a face."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.face import Box
from interview_analysis.domain.pose import GazeFix, HeadAngles

MAX_FACES = 4
"""Told apart at once; further ones are not seen."""


class Smoothing(StrEnum):
    """Of head and gaze angles. Expression probabilities are averaged over time unless it is ``NONE``."""

    NONE = "none"
    EMA = "ema"
    KALMAN = "kalman"


class LiveOptions(NamedTuple):
    """``landmarks``: whether the whole mesh is sent."""

    smoothing: Smoothing = Smoothing.KALMAN
    landmarks: bool = False


class EyeState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Eyes(NamedTuple):
    """``openness`` as in ``FaceMetrics``; ``state`` ``None`` until the open eye's own level is known; ``blinks`` since the face
    came."""

    openness: float | None = None
    state: EyeState | None = None
    blinks: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class LiveFace:
    """One face in one frame. ``None`` = not measured or not valid here.

    id         stays as long as the face is followed
    landmarks  float32 (478, 3): x, y as shares of width and height, z in the scale of x
    emotions   float64 (7,) in the order of ``EMOTIONS``, sums to 1; the latest, up to ``EXPRESSION_KEPT`` seconds old
    anxiety    as in ``FaceMetrics``, just as old
    """

    id: int
    box: Box
    landmarks: NDArray[np.float32]
    eyes: Eyes
    head: HeadAngles | None
    gaze: GazeFix | None
    emotions: NDArray[np.float64] | None
    anxiety: float | None
