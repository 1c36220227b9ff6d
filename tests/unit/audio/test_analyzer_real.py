"""The voice analyser on recordings with Korean and English speech and with none."""

from __future__ import annotations

from pathlib import Path

import pytest

from interview_analysis.audio.analyzer import SpeechVoiceAnalyzer

pytestmark = pytest.mark.data


@pytest.mark.parametrize(
    ("name", "duration", "talk"),
    [
        ("clips/webcam_man_vp9_kospeech", 19.573, 8.3),
        ("clips/talkinghead1_vp8_opus", 8.002, 7.0),
        ("clips/calm_woman_720p_vp9", 9.407, 0.0),
        ("clips/face_then_noface_vp8_opus", 6.4, 0.0),
        ("nasty/truncated_60pct", 6.926, 6.9),
    ],
)
def test_talk_time(data_dir: Path, name: str, duration: float, talk: float) -> None:
    metrics = SpeechVoiceAnalyzer().analyse(data_dir / f"{name}.webm", duration)
    assert metrics is not None
    assert metrics.talk_seconds == pytest.approx(talk, abs=0.15)


def test_a_clip_without_sound(data_dir: Path) -> None:
    assert SpeechVoiceAnalyzer().analyse(data_dir / "clips" / "blinkA4_60s_17fps_vp9_noaudio.webm", 60.0) is None


@pytest.mark.parametrize(
    ("name", "duration", "rate", "pitch"),
    [
        ("clips/webcam_man_vp9_kospeech", 19.573, (190, 260), (75, 118)),
        ("clips/blinkA1_60s_vp8_opus", 60.0, (190, 260), (82, 118)),
        ("clips/talkinghead1_vp8_opus", 8.002, (180, 330), (165, 255)),
    ],
    ids=["espeak-ng, Korean", "espeak-ng, English", "a woman"],
)
def test_pace_and_pitch(
    data_dir: Path, name: str, duration: float, rate: tuple[float, float], pitch: tuple[float, float]
) -> None:
    metrics = SpeechVoiceAnalyzer().analyse(data_dir / f"{name}.webm", duration)
    assert metrics is not None
    assert metrics.syllable_rate is not None
    assert metrics.pitch_median is not None
    assert metrics.pitch_range is not None
    assert rate[0] < metrics.syllable_rate < rate[1]
    assert pitch[0] < metrics.pitch_median < pitch[1]
    assert 3.0 < metrics.pitch_range < 14.0


@pytest.mark.parametrize("name", ["calm_woman_720p_vp9", "face_then_noface_vp8_opus", "smile_vp9_opus"])
def test_sound_without_speech_has_no_pace_and_no_pitch(data_dir: Path, name: str) -> None:
    metrics = SpeechVoiceAnalyzer().analyse(data_dir / "clips" / f"{name}.webm", 6.0)
    assert metrics is not None
    assert (metrics.syllables, metrics.syllable_rate, metrics.pitch_median, metrics.pitch_range) == (None,) * 4
