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
