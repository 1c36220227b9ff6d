"""Syllables by their nuclei: peaks of intensity between two dips, with voice in them (de Jong & Wempe 2009).

Two changes to the published script. Intensity is that of 200–3000 Hz, where vowels stand out from fricatives and hum
(band-limited loudness: Mermelstein 1975; Pfitzinger 1999), in windows of 32 ms instead of 64 ms, which would run the
syllables of fast speech together. And a peak needs a dip of 2 dB on both sides, not before it alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interview_analysis.audio.decoder import SAMPLE_RATE
from interview_analysis.audio.frames import FRAME
from interview_analysis.domain.scoring.swings import turning_points

FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]

_WINDOW = 512
_BAND_HERTZ = (200.0, 3000.0)
_MIN_DIP = 2.0
"""Decibels."""
_BELOW_LOUDEST = 25.0
"""Decibels below the loudest of speech (99th percentile) under which a peak is no syllable."""
_LOUDEST_PERCENT = 99.0
_VOICED_REACH = 1
"""Frames to each side of a peak in which it must be voiced once: a fricative's own peak lies further from its vowel."""
_SILENCE_POWER = 1e-12
_TAPER = np.hanning(_WINDOW).astype(np.float32)
_SMOOTHING = np.exp(-0.5 * np.arange(-3, 4) ** 2)
"""Gaussian with a standard deviation of one frame."""


def measure_power(frames: NDArray[np.float32]) -> FloatArray:
    """Power (F,) of the band of vowels in the middle 32 ms of ``frames`` (F, 768)."""
    first = (FRAME - _WINDOW) // 2
    spectrum = np.fft.rfft(frames[:, first : first + _WINDOW] * _TAPER)
    low, high = (round(hertz * _WINDOW / SAMPLE_RATE) for hertz in _BAND_HERTZ)
    return np.asarray(np.square(np.abs(spectrum[:, low : high + 1])).sum(axis=1), dtype=np.float64)


def find_nuclei(power: FloatArray, voiced: Mask, speaking: Mask) -> NDArray[np.intp]:
    """Frames at which a syllable is loudest. All (F,): ``power`` of ``measure_power``, whether voiced, whether speech."""
    if not speaking.any():
        return np.zeros(0, dtype=np.intp)
    smooth = np.convolve(power, _SMOOTHING / _SMOOTHING.sum(), "same")
    levels = 10 * np.log10(smooth + _SILENCE_POWER)
    threshold = float(np.percentile(levels[speaking], _LOUDEST_PERCENT)) - _BELOW_LOUDEST
    floor = threshold - _MIN_DIP  # a peak must rise from it by the whole dip, and so reaches the threshold
    contour = np.concatenate([[floor], np.where(speaking, np.maximum(levels, floor), floor), [floor]])
    # It begins at its lowest, so every second extreme is a peak; the first value stands before the first frame.
    peaks = np.array(turning_points(contour, _MIN_DIP)[1::2], dtype=np.intp) - 1
    return peaks[_near(voiced)[peaks]]


def _near(voiced: Mask) -> Mask:
    reach = 2 * _VOICED_REACH + 1
    return np.asarray(np.convolve(voiced, np.ones(reach), "same") > 0)
