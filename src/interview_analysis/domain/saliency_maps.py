"""Saliency maps of a video that people are shown: which there are, and which belongs to a time."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from interview_analysis.errors import InputError

Maps = NDArray[np.uint8]
"""(N, H, W), one map a frame, 0 … 255 for the map's own largest value."""

MOST_FRAMES = 20_000
LONGEST_SIDE = 512
MOST_VALUES = 1 << 30
"""Of all maps of a video: 12 minutes at 25 a second in 240 × 240."""
_MOST_RATE = 240.0


@dataclass(frozen=True, slots=True)
class MapsKey:
    """Whose maps of which video: owners do not share names."""

    owner: str
    video_id: str

    @property
    def digest(self) -> str:
        """64 letters and digits that stand for it wherever its own characters could not."""
        return hashlib.sha256(f"{self.owner}\0{self.video_id}".encode()).hexdigest()


class MapsSource(StrEnum):
    """Where maps come from: somebody gave them, or ``vision.saliency_model`` guessed them from the video."""

    GIVEN = "given"
    SPECTRAL_RESIDUAL = "spectral_residual"


@dataclass(frozen=True, slots=True)
class MapsInfo:
    """``frames`` maps of ``height`` × ``width``, ``rate`` a second from the video's start.

    Raises ``InputError`` (``invalid_saliency``, ``saliency_too_large``).
    """

    rate: float
    frames: int
    height: int
    width: int
    source: MapsSource = MapsSource.GIVEN

    def __post_init__(self) -> None:
        if not (math.isfinite(self.rate) and 0 < self.rate <= _MOST_RATE) or min(self.frames, self.height, self.width) < 1:
            raise InputError(f"no video has {self}", code="invalid_saliency")
        too_many = self.frames > MOST_FRAMES or self.frames * self.height * self.width > MOST_VALUES
        if too_many or max(self.height, self.width) > LONGEST_SIDE:
            limits = f"at most {MOST_FRAMES} maps, {LONGEST_SIDE} a side, {MOST_VALUES} values together"
            raise InputError(f"{limits}; not {self.frames} of {self.width} × {self.height}", code="saliency_too_large")

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.frames / self.rate

    def frame_at(self, seconds: float) -> int | None:
        """The map that is shown at this time; ``None`` before the first and after the last."""
        frame = math.floor(seconds * self.rate + 1e-9) if math.isfinite(seconds) else -1
        return frame if 0 <= frame < self.frames else None


def to_bytes(saliency: NDArray[np.generic]) -> Maps:
    """A map (H, W) of integers or floats, not negative, scaled by its largest value to 0 … 255. The figures of ``saliency`` do
    not depend on a map's scale, but neighbouring values can become equal.

    Raises ``InputError`` (``invalid_saliency``).
    """
    with np.errstate(invalid="ignore"):  # a NaN of the signalling kind is one like any other
        values = np.asarray(saliency, np.float64)
    most = float(values.max())
    if not math.isfinite(most) or float(values.min()) < 0 or np.isnan(values).any():
        raise InputError("a map holds values that are negative or no numbers", code="invalid_saliency")
    return np.zeros(values.shape, np.uint8) if most == 0 else np.rint(values * (255 / most)).astype(np.uint8)
