"""Syllables are counted where a voice swells and fades."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from interview_analysis.audio.contours import ContourStream
from interview_analysis.audio.pace import find_nuclei
from interview_analysis.audio.pitch import is_voiced
from interview_analysis.domain.episode import Episode
from interview_analysis.training.pitch_tones import Tone, make_tone
from media_builders import Samples, silence

VOICE = Tone(120, 30, 40.0)


def swelling(a_second: float, seconds: float = 2.0, depth: float = 10.0) -> Samples:
    """A voice that swells and fades by ``depth`` dB, ``a_second`` times a second."""
    time = np.arange(round(seconds * 16_000)) / 16_000
    envelope = 10 ** (depth / 40 * (np.cos(2 * np.pi * (a_second * time - 0.5)) - 1))
    return np.asarray(make_tone(VOICE, seconds) * envelope, dtype=np.float32)


def nuclei(sound: Samples, speech: Iterable[tuple[float, float]] | None = None) -> list[float]:
    """Seconds at which a syllable is loudest; all of the sound is speech unless said otherwise."""
    stream = ContourStream()
    stream.add(sound)
    contours = stream.finish()
    spans = [Episode(*span) for span in speech or [(0.0, len(sound) / 16_000)]]
    found = find_nuclei(contours.power, is_voiced(contours.aperiodicity), contours.within(spans))
    return [float(frame) / 100 for frame in found]


@pytest.mark.parametrize("a_second", [2.0, 3.5, 5.0, 6.5, 8.0])
def test_each_swell_is_a_syllable(a_second: float) -> None:
    assert len(nuclei(swelling(a_second))) == 2 * a_second


def test_they_are_found_where_they_are_loudest() -> None:
    assert nuclei(swelling(2.0)) == pytest.approx([0.25, 0.75, 1.25, 1.75], abs=0.03)


@pytest.mark.parametrize("gain", [1.0, 0.1, 0.01])
def test_level_does_not_matter(gain: float) -> None:
    assert len(nuclei(swelling(4.0) * np.float32(gain))) == 8


@pytest.mark.parametrize(("depth", "count"), [(1.0, 1), (6.0, 8)])
def test_a_dip_is_two_decibels(depth: float, count: int) -> None:
    assert len(nuclei(swelling(4.0, depth=depth))) == count


def test_what_is_far_below_the_loudest_is_no_syllable() -> None:
    faint = swelling(4.0) * np.float32(10 ** (-30 / 20))
    assert len(nuclei(np.concatenate([swelling(4.0), faint]))) == 8


def test_bursts_of_hiss_are_no_syllables() -> None:
    hiss = np.random.default_rng(2).standard_normal(32_000).astype(np.float32)
    swells = swelling(4.0) / np.maximum(np.abs(make_tone(VOICE, 2.0)), 1e-3)
    assert nuclei(np.asarray(0.1 * hiss * np.abs(swells), dtype=np.float32)) == []


def test_only_speech_is_counted() -> None:
    sound = np.concatenate([swelling(4.0), silence(1.0), swelling(4.0)])
    assert len(nuclei(sound, [(3.0, 5.0)])) == 8
    assert nuclei(sound, [(2.2, 2.8)]) == []


def test_without_speech_there_are_none() -> None:
    assert nuclei(silence(1.0), [(0.0, 0.0)]) == []
