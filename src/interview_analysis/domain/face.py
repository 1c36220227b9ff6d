"""One decoded frame and what was measured on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.pose import GazeFix, HeadAngles

FloatArray = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """``image`` is RGB uint8 (H, W, 3); ``timestamp`` in seconds from the start of the video, from its container."""

    index: int
    timestamp: float
    image: NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.image.dtype != np.uint8 or self.image.ndim != 3 or self.image.shape[2] != 3:
            raise ValueError(f"image must be RGB uint8 (H, W, 3), got {self.image.dtype} {self.image.shape}")


@dataclass(frozen=True, slots=True)
class Box:
    """Left, top, width and height as shares 0–1 of the picture's width and height; may reach beyond the picture."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, eq=False)
class FaceMetrics:
    """What was measured on the interviewee's face in one frame. ``None`` = not measured or not valid here.

    landmarks     float32 (478, 3): x, y as shares of width and height, z in the scale of x
    eye_openness  eye aspect ratio (Soukupová & Čech 2016), mean of the visible eyes; about 0.3 open, below 0.1 closed
    head          filtered head angles
    head_error    reprojection error of the head-pose fit, as a share of the inter-ocular distance
    gaze          direction and its uncertainty, see ``GazeFix``
    emotions      float32 (7,) in the order of ``EMOTIONS``, sums to 1
    anxiety       0–1, probability of the label anxious of the model's training data: a resemblance, never a diagnosis
    """

    box: Box
    landmarks: NDArray[np.float32]
    eye_openness: float | None
    head: HeadAngles | None
    head_error: float | None
    gaze: GazeFix | None
    emotions: NDArray[np.float32] | None
    anxiety: float | None = None


@dataclass(frozen=True, slots=True)
class FrameMetrics:
    """One analysed frame. ``face_count`` is ``None`` on frames where faces were not counted."""

    timestamp: float
    face: FaceMetrics | None
    face_count: int | None = None
