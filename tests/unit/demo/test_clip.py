"""The written file is what a browser's recorder writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interview_analysis.demo.clip import FRAME_RATE, Codec, write_clip
from interview_analysis.demo.speech import make_speech
from interview_analysis.demo.synthetic_face import SIZE
from interview_analysis.domain.face import Frame
from interview_analysis.errors import DependencyUnavailable
from interview_analysis.ffmpeg import ProcessLimits, run


def frames(count: int) -> list[Frame]:
    ramp = np.linspace(0, 255, SIZE[0] * SIZE[1] * 3).reshape(SIZE[1], SIZE[0], 3)
    return [Frame(i, i / FRAME_RATE, np.roll(ramp, 8 * i, axis=1).astype(np.uint8)) for i in range(count)]


@pytest.mark.parametrize(("codec", "name"), [(Codec.VP8, "vp8"), (Codec.VP9, "vp9")])
def test_webm_with_sound_and_no_duration(tmp_path: Path, codec: Codec, name: str) -> None:
    target = tmp_path / "clip.webm"
    write_clip(target, frames(15), make_speech(0.5, ()), codec)
    log = run(["-i", f"file:{target}", "-f", "null", "-"], ProcessLimits(seconds=20)).log
    assert f"Video: {name}" in log
    assert "Audio: opus" in log
    assert "Duration: N/A" in log
    assert "640x480" in log


def test_without_sound_there_is_no_audio_stream(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.webm", frames(5))
    log = run(["-i", f"file:{tmp_path / 'clip.webm'}", "-f", "null", "-"], ProcessLimits(seconds=20)).log
    assert "Audio:" not in log


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DependencyUnavailable, match="could not write"):
        write_clip(tmp_path / "nowhere" / "clip.webm", frames(2))
