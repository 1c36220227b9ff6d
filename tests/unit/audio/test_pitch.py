"""Pitch of tones, and what is told of the pitch of a voice."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.audio.contours import Contours, ContourStream
from interview_analysis.audio.pitch import describe_pitch, is_voiced
from interview_analysis.training.pitch_tones import Tone, cents_off, make_tone
from media_builders import Samples, silence


def contours_of(samples: Samples, block: int = 16_000) -> Contours:
    stream = ContourStream()
    for start in range(0, len(samples), block):
        stream.add(samples[start : start + block])
    return stream.finish()


@pytest.mark.parametrize(
    ("tone", "cents"),
    [
        (Tone(80), 2),
        (Tone(120), 2),
        (Tone(400), 2),
        (Tone(80, 10), 2),
        (Tone(210, 10), 2),
        (Tone(400, 10), 2),
        (Tone(80, 10, 20.0), 2),
        (Tone(210, 1, 20.0), 5),
        (Tone(400, 1, 20.0), 5),
        (Tone(80, 10, 10.0), 10),
        (Tone(210, 10, 10.0), 10),
        (Tone(400, 1, 10.0), 40),
    ],
    ids=str,
)
def test_a_tone_has_its_pitch(tone: Tone, cents: float) -> None:
    errors = cents_off(tone)
    assert len(errors) > 90
    assert np.abs(errors).mean() < cents


@pytest.mark.parametrize(
    "sound",
    [silence(1.0), np.asarray(0.1 * np.random.default_rng(1).standard_normal(16_000), dtype=np.float32)],
    ids=["silence", "hiss"],
)
def test_what_has_no_pitch_is_not_voiced(sound: Samples) -> None:
    assert is_voiced(contours_of(sound).aperiodicity).mean() < 0.02


def test_level_does_not_matter() -> None:
    tone = make_tone(Tone(150, 10))
    loud, soft = (contours_of(tone * np.float32(gain)) for gain in (1.0, 0.001))
    assert soft.hertz[10:90] == pytest.approx(loud.hertz[10:90], rel=1e-4)


@pytest.mark.parametrize("block", [7, 159, 160, 4_000])
def test_contours_do_not_depend_on_how_the_sound_is_cut(block: int) -> None:
    tone = make_tone(Tone(150, 10, 20.0), seconds=0.3)
    whole, cut = contours_of(tone), contours_of(tone, block)
    assert len(cut.power) == len(whole.power) == 31
    for name in ("power", "hertz", "aperiodicity"):
        assert getattr(cut, name) == pytest.approx(getattr(whole, name), rel=1e-6)


def voiced(*hertz: float, each: int = 60) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    track = np.repeat(np.array(hertz), each)
    return track, np.zeros(len(track))


def test_median_and_range() -> None:
    pitch = describe_pitch(*voiced(100.0, 110.0, 120.0, 130.0, 141.42))
    assert pitch is not None
    assert pitch.median == pytest.approx(120.0)
    assert pitch.semitones == pytest.approx(6.0, abs=0.01)


def test_errors_of_an_octave_do_not_widen_the_range() -> None:
    steady, _ = voiced(118.0, 120.0, 122.0, each=100)
    wrong = np.concatenate([steady, np.full(20, 61.0), np.full(20, 240.0)])
    pitch = describe_pitch(wrong, np.zeros(len(wrong)))
    assert pitch is not None
    assert pitch.semitones < 1.0


@pytest.mark.parametrize(("frames", "aperiodicity"), [(99, 0.0), (1000, 0.6), (0, 0.0)], ids=["short", "unvoiced", "none"])
def test_too_little_voice_has_no_pitch(frames: int, aperiodicity: float) -> None:
    assert describe_pitch(np.full(frames, 120.0), np.full(frames, aperiodicity)) is None
