"""Tones of known pitch, and what the pitch tracker makes of them."""

from __future__ import annotations

import math
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interview_analysis.audio.contours import ContourStream
from interview_analysis.audio.decoder import SAMPLE_RATE
from interview_analysis.audio.pitch import is_voiced

_CENTS = 1200.0
_SEED = 20261121


class Tone(NamedTuple):
    """``partials`` harmonics that fall by 6 dB an octave (1 = a sine), in white noise ``signal_to_noise`` decibels below."""

    hertz: float
    partials: int = 1
    signal_to_noise: float = math.inf


TONES = tuple(
    Tone(*traits)
    for traits in product(
        (80, 90, 100, 112, 125, 140, 160, 180, 200, 225, 250, 280, 315, 355, 400), (1, 10), (math.inf, 20.0, 10.0)
    )
)


def make_tone(tone: Tone, seconds: float = 1.0) -> NDArray[np.float32]:
    """Samples (N,) at 16 kHz."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    waves = [np.sin(2 * np.pi * tone.hertz * k * time) / k for k in range(1, tone.partials + 1)]
    clean = 0.1 * np.sum(waves, axis=0)
    noise = np.random.default_rng(_SEED).standard_normal(len(time)) * clean.std() * 10 ** (-tone.signal_to_noise / 20)
    return np.asarray(clean + noise, dtype=np.float32)


def cents_off(tone: Tone) -> NDArray[np.float64]:
    """Error of each voiced frame (V,) of the tone, in hundredths of a semitone."""
    stream = ContourStream()
    stream.add(make_tone(tone))
    contours = stream.finish()
    return np.asarray(_CENTS * np.log2(contours.hertz[is_voiced(contours.aperiodicity)] / tone.hertz))
