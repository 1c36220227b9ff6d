"""Fundamental frequency by YIN (de Cheveigné & Kawahara 2002), and its median and range over speech."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interview_analysis.audio.decoder import SAMPLE_RATE
from interview_analysis.audio.frames import FRAME

FloatArray = NDArray[np.float64]

LOWEST_HERTZ, HIGHEST_HERTZ = 60.0, 500.0
"""Voices of adults, with room for a creak and for a lively woman."""
_LONGEST_LAG = int(np.ceil(SAMPLE_RATE / LOWEST_HERTZ)) + 1
_SHORTEST_LAG = int(SAMPLE_RATE / HIGHEST_HERTZ)
_INTEGRATION = FRAME - _LONGEST_LAG
"""Samples compared with their shifted selves."""
_TRANSFORM = 1024
_DIP_MARGIN = 0.05
"""The period is the first dip of the normalised difference that is less than this above the lowest. Step 4 of the paper asks
for the first one below 0.1, above which noise lifts them all; the lowest is then often that of two periods."""
_VOICED = 0.4
"""Aperiodicity below which a frame counts as voiced. At the dip's own threshold a third of what Praat calls voiced would be
left out, gliding vowels first; at this one a tenth, with less than 1 % of frames that Praat calls unvoiced."""
_MIN_VOICED_FRAMES = 100
"""A second of voiced frames: less is a few syllables, whose median is chance."""
_FLOOR_FACTOR, _CEILING_FACTOR = 0.75, 1.5
"""Of the lower and the upper quartile: what lies beyond is an error of an octave (De Looze & Hirst 2008)."""
_RANGE_PERCENT = (5.0, 95.0)
_SEMITONES = 12.0
_ROUNDING = 1e-12
"""A difference below this share of the frame's energy is nothing but rounding."""


class PitchTrack(NamedTuple):
    """By frame (F,): ``hertz``, and ``aperiodicity`` 0–1, the normalised difference at that period (0 = periodic)."""

    hertz: FloatArray
    aperiodicity: FloatArray


class PitchSummary(NamedTuple):
    """``median`` in hertz; ``semitones``: distance of the 5th and 95th percentile."""

    median: float
    semitones: float


def track_pitch(frames: NDArray[np.float32]) -> PitchTrack:
    """YIN on each of ``frames`` (F, 768), steps 2 to 5 of the paper; silence has aperiodicity 1."""
    difference = _normalised_difference(frames.astype(np.float64))
    lags = _period(difference)
    rows = np.arange(len(lags))
    before, here, after = (difference[rows, lags + step] for step in (-1, 0, 1))
    bend = before - 2 * here + after
    shift = np.divide(before - after, 2 * bend, out=np.zeros_like(bend), where=bend > 0)
    return PitchTrack(SAMPLE_RATE / (lags + np.clip(shift, -1, 1)), np.minimum(here, 1.0))


def is_voiced(aperiodicity: FloatArray) -> NDArray[np.bool_]:
    """Frames (F,) with a pitch."""
    return np.asarray(aperiodicity < _VOICED)


def describe_pitch(hertz: FloatArray, aperiodicity: FloatArray) -> PitchSummary | None:
    """Of the frames (F,) of speech, ``None`` with less than a second of voiced ones."""
    voiced = hertz[is_voiced(aperiodicity)]
    if len(voiced) < _MIN_VOICED_FRAMES:
        return None
    lower, upper = np.percentile(voiced, (25, 75))
    kept = voiced[(voiced >= _FLOOR_FACTOR * lower) & (voiced <= _CEILING_FACTOR * upper)]
    low, high = np.percentile(kept, _RANGE_PERCENT)
    return PitchSummary(float(np.median(kept)), float(_SEMITONES * np.log2(high / low)))


def _normalised_difference(frames: FloatArray) -> FloatArray:
    """Cumulative mean normalised difference (F, lags 0 … longest + 1) of ``frames`` (F, 768); 1 where all is silent."""
    spectrum = np.fft.rfft(frames, _TRANSFORM)
    start = np.fft.rfft(frames[:, :_INTEGRATION], _TRANSFORM)
    products = np.fft.irfft(np.conj(start) * spectrum, _TRANSFORM)[:, : _LONGEST_LAG + 1]
    energy = np.cumsum(np.pad(np.square(frames), ((0, 0), (1, 0))), axis=1)
    shifted = energy[:, _INTEGRATION:] - energy[:, : _LONGEST_LAG + 1]
    difference = np.maximum(shifted[:, :1] + shifted - 2 * products, 0.0)
    difference[:, 0] = 0.0
    total = np.cumsum(difference, axis=1)
    audible = total > _ROUNDING * np.maximum(energy[:, -1:], np.finfo(np.float64).tiny)
    weighted = difference * np.arange(_LONGEST_LAG + 1)
    return np.asarray(np.divide(weighted, total, out=np.ones_like(total), where=audible))


def _period(difference: FloatArray) -> NDArray[np.intp]:
    """The lag (F,) of the first dip that is deep enough; without one, that of the lowest value."""
    searched = difference[:, _SHORTEST_LAG - 1 : _LONGEST_LAG + 1]
    inner = searched[:, 1:-1]
    deep = inner < inner.min(axis=1, keepdims=True) + _DIP_MARGIN
    dips = (inner < searched[:, :-2]) & (inner <= searched[:, 2:]) & deep
    lags = np.where(dips.any(axis=1), dips.argmax(axis=1), inner.argmin(axis=1))
    return np.asarray(lags + _SHORTEST_LAG)
