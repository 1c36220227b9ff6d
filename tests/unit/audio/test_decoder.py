"""Sound lands on the video's own time line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interview_analysis.audio.decoder import SAMPLE_RATE, decode_audio
from interview_analysis.errors import VideoError
from media_builders import Samples, ffmpeg, make_clip, silence, write_wav


def tone(seconds: float, rate: int = SAMPLE_RATE) -> Samples:
    return np.asarray(0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate), dtype=np.float32)


def decode(path: Path, duration: float) -> Samples:
    return np.concatenate([*decode_audio(path, duration, 4.0), silence(0)])


def loud(samples: Samples) -> tuple[float, float]:
    """First and last second at which there is sound."""
    where = np.flatnonzero(np.abs(samples) > 0.1)
    return where[0] / SAMPLE_RATE, where[-1] / SAMPLE_RATE


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_any_rate_becomes_16_khz(tmp_path: Path, rate: int) -> None:
    samples = decode(write_wav(tmp_path / "a.wav", tone(1.5, rate), rate), 2.0)
    assert len(samples) == pytest.approx(1.5 * SAMPLE_RATE, abs=2)
    assert np.sqrt(np.mean(samples[4000:-4000] ** 2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.02)


def test_two_channels_are_mixed(tmp_path: Path) -> None:
    mono = write_wav(tmp_path / "mono.wav", tone(1.0))
    ffmpeg("-i", str(mono), "-af", "pan=stereo|c0=c0|c1=0*c0", str(tmp_path / "a.wav"))
    assert np.abs(decode(tmp_path / "a.wav", 1.0)).max() == pytest.approx(0.25, abs=0.02)


def test_sound_that_begins_late_keeps_its_place(tmp_path: Path) -> None:
    clip, wav = make_clip(tmp_path / "v.webm", seconds=3), write_wav(tmp_path / "a.wav", tone(1.0))
    late = ["-i", str(clip), "-itsoffset", "1.5", "-i", str(wav), "-map", "0", "-map", "1", "-c:v", "copy", "-c:a", "libopus"]
    ffmpeg(*late, str(tmp_path / "late.webm"))
    assert loud(decode(tmp_path / "late.webm", 3.0)) == pytest.approx((1.5, 2.5), abs=0.03)


def test_a_hole_in_the_sound_becomes_silence(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "a.wav", np.concatenate([tone(1.0), silence(1.0), tone(1.0)]))
    hole = "aselect=not(between(t\\,1\\,1.99))"
    ffmpeg("-i", str(wav), "-af", hole, "-c:a", "pcm_s16le", str(tmp_path / "a.mkv"))
    samples = decode(tmp_path / "a.mkv", 3.0)
    assert loud(samples) == pytest.approx((0.0, 3.0), abs=0.1)
    assert np.abs(samples[18_000:30_000]).max() < 0.01


def test_sound_after_the_end_of_the_video_is_left_out(tmp_path: Path) -> None:
    assert len(decode(write_wav(tmp_path / "a.wav", tone(5.0)), 2.0)) == 2 * SAMPLE_RATE


def test_blocks_are_bounded(tmp_path: Path) -> None:
    blocks = list(decode_audio(write_wav(tmp_path / "a.wav", tone(2.5)), 2.5, 4.0))
    assert [len(block) for block in blocks] == [16_000, 16_000, 8_000]


def test_a_video_without_sound_gives_nothing(tmp_path: Path) -> None:
    assert len(decode(make_clip(tmp_path / "a.webm"), 2.0)) == 0


def test_what_is_no_media_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.webm"
    path.write_text("words")
    with pytest.raises(VideoError) as caught:
        decode(path, 1.0)
    assert caught.value.code == "video_unreadable"
