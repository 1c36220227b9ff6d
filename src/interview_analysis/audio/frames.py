"""Short-time frames of a sound that comes in blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interview_analysis.audio.decoder import SAMPLE_RATE

HOP = 160
HOP_SECONDS = HOP / SAMPLE_RATE
FRAME = 768
"""Samples (48 ms): almost three periods of the lowest pitch, 60 Hz."""


class FrameStream:
    """Frames every 10 ms of one sound; frame i is centred on its sample ``i * HOP``. Silence stands on both sides."""

    def __init__(self) -> None:
        self._rest = np.zeros(FRAME // 2, dtype=np.float32)

    def frames(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """The frames (F, 768) that ``block`` (N,) completes; F may be 0."""
        samples = np.concatenate([self._rest, block])
        count = max(0, (len(samples) - FRAME) // HOP + 1)
        self._rest = samples[count * HOP :]
        if count == 0:
            return np.empty((0, FRAME), dtype=np.float32)
        return np.lib.stride_tricks.sliding_window_view(samples, FRAME)[: count * HOP : HOP]

    def last(self) -> NDArray[np.float32]:
        """The frames (F, 768) that reach beyond the end of the sound."""
        return self.frames(np.zeros(FRAME // 2, dtype=np.float32))
