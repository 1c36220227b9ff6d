"""Speech-like sound: syllables of vowels and hiss, with a voice's pitch and formants, and silence where it is asked for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.episode import Episode

SAMPLE_RATE = 16000

Samples = NDArray[np.float64]


class Vowel(NamedTuple):
    """Formant frequencies in Hz (Peterson & Barney 1952, women)."""

    first: float
    second: float
    third: float


VOWELS = (
    Vowel(850, 1220, 2810),
    Vowel(310, 2790, 3310),
    Vowel(610, 2330, 2990),
    Vowel(590, 920, 2710),
    Vowel(370, 950, 2670),
)
_BANDWIDTHS = (90.0, 110.0, 170.0)
_GAINS = (1.0, 0.6, 0.3)
_PITCH = 205.0
"""Hz; mean of women in Peterson & Barney 1952 is about 220."""
_PITCH_FALL = 0.2
"""Share by which pitch falls over one stretch of speech."""
_VIBRATION = 0.03
_SYLLABLE_SECONDS = 0.19
"""About 315 syllables a minute."""
_HISS_SHARE = 0.25
_HISS_GAIN = 0.08
_ROOM_NOISE = 0.0005
_PEAK = 0.5
_RESONANCE_SECONDS = 0.05
_SEED = 20260101


def make_speech(duration: float, pauses: tuple[Episode, ...]) -> NDArray[np.float32]:
    """Mono float32 (N,) at 16 kHz within ±0.5: speech everywhere but in ``pauses``. Always the same sound."""
    random = np.random.default_rng(_SEED)
    sound = random.normal(0, _ROOM_NOISE, round(duration * SAMPLE_RATE))
    for start, end in _stretches(duration, pauses):
        said = _say(end - start, random)
        first = round(start * SAMPLE_RATE)
        said = said[: len(sound) - first]
        sound[first : first + len(said)] += said
    return sound.astype(np.float32)


def _stretches(duration: float, pauses: tuple[Episode, ...]) -> list[tuple[float, float]]:
    starts = [0.0, *(pause.end for pause in pauses)]
    ends = [*(pause.start for pause in pauses), duration]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if end - start >= _SYLLABLE_SECONDS]


def _say(seconds: float, random: np.random.Generator) -> Samples:
    count = int(seconds / _SYLLABLE_SECONDS)
    syllables = [_syllable(VOWELS[random.integers(len(VOWELS))], _pitch(i / count, random), random) for i in range(count)]
    said = np.concatenate(syllables)
    return np.asarray(said * (_PEAK / np.abs(said).max()))


def _pitch(progress: float, random: np.random.Generator) -> float:
    return float(_PITCH * (1 - _PITCH_FALL * progress) * (1 + random.normal(0, _VIBRATION)))


def _syllable(vowel: Vowel, pitch: float, random: np.random.Generator) -> Samples:
    """A short hiss, then the vowel, swelling and dying away."""
    count = round(_SYLLABLE_SECONDS * SAMPLE_RATE)
    hiss = round(count * _HISS_SHARE)
    voiced = count - hiss
    phase = np.cumsum(np.linspace(1.05, 0.95, voiced)) * pitch / SAMPLE_RATE
    pulses = np.diff(np.floor(phase), prepend=0.0)
    vowel_sound = np.convolve(pulses, _resonance(vowel))[:voiced] * np.hanning(voiced)
    vowel_sound /= np.abs(vowel_sound).max()
    return np.concatenate([random.normal(0, _HISS_GAIN, hiss) * np.hanning(hiss), vowel_sound])


def _resonance(vowel: Vowel) -> Samples:
    """Impulse response of three formants side by side: damped sines."""
    time = np.arange(round(_RESONANCE_SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
    formants = zip(vowel, _BANDWIDTHS, _GAINS, strict=True)
    waves = [gain * np.exp(-np.pi * width * time) * np.sin(2 * np.pi * hertz * time) for hertz, width, gain in formants]
    return np.asarray(np.sum(waves, axis=0))
