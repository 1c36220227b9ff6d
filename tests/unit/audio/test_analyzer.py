"""Talk time, pauses, latency and loudness of a recording."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interview_analysis.audio.analyzer import SpeechVoiceAnalyzer
from interview_analysis.demo.speech import make_speech
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.voice import VoiceMetrics
from media_builders import Samples, corrupt, make_clip, silence, speech_like, write_video, write_wav


@pytest.fixture(scope="module")
def analyzer() -> SpeechVoiceAnalyzer:
    return SpeechVoiceAnalyzer()


def measure(analyzer: SpeechVoiceAnalyzer, folder: Path, *parts: Samples) -> VoiceMetrics:
    sound = np.concatenate(parts)
    metrics = analyzer.analyse(write_wav(folder / "a.wav", sound), len(sound) / 16_000)
    assert metrics is not None
    return metrics


def test_speech_with_one_pause(analyzer: SpeechVoiceAnalyzer, tmp_path: Path) -> None:
    parts = (silence(1.5), speech_like(3.0), silence(1.2), speech_like(2.0, seed=2), silence(2.3))
    metrics = measure(analyzer, tmp_path, *parts)
    assert metrics.response_latency == pytest.approx(1.5, abs=0.1)
    assert [stretch.seconds for stretch in metrics.speech] == pytest.approx([3.0, 2.0], abs=0.15)
    assert [(pause.start, pause.end) for pause in metrics.pauses] == [pytest.approx((4.5, 5.7), abs=0.15)]
    assert metrics.talk_ratio == pytest.approx(0.5, abs=0.03)
    assert metrics.talk_seconds == pytest.approx(metrics.talk_ratio * 10.0)


@pytest.mark.parametrize(("seconds", "pauses"), [(0.3, 0), (0.8, 1)])
def test_a_short_break_is_no_pause(analyzer: SpeechVoiceAnalyzer, tmp_path: Path, seconds: float, pauses: int) -> None:
    metrics = measure(analyzer, tmp_path, speech_like(2.0), silence(seconds), speech_like(2.0, seed=2))
    assert (len(metrics.pauses), len(metrics.speech)) == (pauses, pauses + 1)


def test_pace_and_pitch_of_made_speech(analyzer: SpeechVoiceAnalyzer, tmp_path: Path) -> None:
    """Its syllables last 0.19 s each, and their pitch falls from 205 Hz by a fifth."""
    metrics = measure(analyzer, tmp_path, make_speech(10.0, (Episode(4.0, 5.5),)))
    assert metrics.syllables == pytest.approx(8.5 / 0.19, rel=0.1)
    assert metrics.syllable_rate == pytest.approx(60 / 0.19, rel=0.1)
    assert metrics.pitch_median == pytest.approx(0.9 * 205, rel=0.1)
    assert metrics.pitch_range is not None
    assert 3.0 < metrics.pitch_range < 9.0


def test_pauses_do_not_slow_the_pace(analyzer: SpeechVoiceAnalyzer, tmp_path: Path) -> None:
    speech = make_speech(5.0, ())
    fluent, halting = (measure(analyzer, tmp_path, speech, silence(gap), speech).syllable_rate for gap in (0.0, 3.0))
    assert halting == pytest.approx(fluent, rel=0.05)


def test_a_few_words_have_syllables_but_no_rate(analyzer: SpeechVoiceAnalyzer, tmp_path: Path) -> None:
    metrics = measure(analyzer, tmp_path, silence(1.0), make_speech(2.0, ()), silence(1.0))
    assert metrics.syllables is not None
    assert metrics.syllable_rate is None


def test_noise_and_music_have_no_pace_and_no_pitch(analyzer: SpeechVoiceAnalyzer, tmp_path: Path) -> None:
    time = np.arange(80_000) / 16_000
    chord = np.sum([np.sin(2 * np.pi * hertz * time) for hertz in (220, 277, 330)], axis=0) * (1 + np.sin(8 * np.pi * time))
    noise = np.random.default_rng(4).standard_normal(80_000)
    metrics = measure(analyzer, tmp_path, np.concatenate([0.1 * chord, 0.1 * noise]).astype(np.float32))
    told = (metrics.syllables, metrics.syllable_rate, metrics.pitch_median, metrics.pitch_range)
    assert told == (None, None, None, None)


def test_silence_is_measured_as_such(analyzer: SpeechVoiceAnalyzer, tmp_path: Path) -> None:
    metrics = measure(analyzer, tmp_path, silence(3.0))
    assert (metrics.talk_seconds, metrics.speech, metrics.pauses) == (0.0, (), ())
    assert metrics.response_latency is None
    assert metrics.loudness_spread is None


def test_a_voice_that_swells_and_fades_spreads_further(analyzer: SpeechVoiceAnalyzer, tmp_path: Path) -> None:
    voice = speech_like(10.0)
    seconds = np.arange(len(voice)) / 16_000
    waves = np.asarray(voice * 10 ** (0.5 * np.sin(2 * np.pi * seconds / 5) - 0.5), dtype=np.float32)
    steady, moved = (measure(analyzer, tmp_path, sound).loudness_spread for sound in (voice, waves))
    assert steady is not None
    assert moved is not None
    assert moved - steady > 4


def test_loudness_is_told_by_its_spread_not_its_level(analyzer: SpeechVoiceAnalyzer, tmp_path: Path) -> None:
    voice = speech_like(6.0)
    loud, soft = (measure(analyzer, tmp_path, sound).loudness_spread for sound in (voice, voice * np.float32(0.2)))
    assert soft == pytest.approx(loud, abs=0.3)


def test_too_little_speech_has_no_spread(analyzer: SpeechVoiceAnalyzer, tmp_path: Path) -> None:
    assert measure(analyzer, tmp_path, speech_like(1.2), silence(1.0)).loudness_spread is None


def test_a_video_without_sound_has_no_voice(analyzer: SpeechVoiceAnalyzer, tmp_path: Path) -> None:
    assert analyzer.analyse(make_clip(tmp_path / "a.webm"), 2.0) is None


def test_the_same_video_gives_the_same_numbers(analyzer: SpeechVoiceAnalyzer, tmp_path: Path) -> None:
    sound = np.concatenate([silence(0.5), speech_like(2.0), silence(0.5)])
    path = write_video(tmp_path / "a.webm", [np.zeros((32, 32, 3), np.uint8)] * 45, 15, sound)
    first = analyzer.analyse(path, 3.0)
    assert first is not None
    assert first.talk_seconds == pytest.approx(2.0, abs=0.15)
    assert analyzer.analyse(path, 3.0) == first
    assert SpeechVoiceAnalyzer().analyse(path, 3.0) == first


def test_damaged_sound_is_measured_where_it_is_whole(analyzer: SpeechVoiceAnalyzer, tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.webm", [np.zeros((32, 32, 3), np.uint8)] * 120, 15, speech_like(8.0))
    metrics = analyzer.analyse(corrupt(tmp_path / "a.webm", whole, 0.45, 0.55), 8.0)
    assert metrics is not None
    assert 2.0 < metrics.talk_seconds <= 8.0
