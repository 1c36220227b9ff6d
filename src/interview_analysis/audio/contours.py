"""Intensity and pitch over time, measured block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interview_analysis.audio.frames import HOP_SECONDS, FrameStream
from interview_analysis.audio.pace import measure_power
from interview_analysis.audio.pitch import track_pitch
from interview_analysis.domain.episode import Episode

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Contours:
    """Every 10 ms (F,): ``power`` of ``measure_power``, ``hertz`` and ``aperiodicity`` of ``track_pitch``."""

    power: FloatArray
    hertz: FloatArray
    aperiodicity: FloatArray

    def within(self, speech: Sequence[Episode]) -> NDArray[np.bool_]:
        """Whether each frame (F,) lies in one of the stretches."""
        inside = np.zeros(len(self.power), dtype=np.bool_)
        for stretch in speech:
            inside[round(stretch.start / HOP_SECONDS) : round(stretch.end / HOP_SECONDS)] = True
        return inside


class ContourStream:
    """One sound. It keeps three numbers every 10 ms: 4.3 MB for half an hour."""

    def __init__(self) -> None:
        self._stream = FrameStream()
        self._measured: list[FloatArray] = []

    def add(self, block: NDArray[np.float32]) -> None:
        """``block`` (N,) at 16 kHz, at most some seconds: frames of all of it are in memory at once."""
        self._measure(self._stream.frames(block))

    def finish(self) -> Contours:
        """After the last block."""
        self._measure(self._stream.last())
        return Contours(*np.concatenate(self._measured, axis=1))

    def _measure(self, frames: NDArray[np.float32]) -> None:
        self._measured.append(np.stack([measure_power(frames), *track_pitch(frames)]))
