"""Writing a synthetic interview as a webm file, the way a browser's MediaRecorder does: VP8 or VP9, Opus, no duration."""

from __future__ import annotations

import tempfile
import wave
from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from interview_analysis.demo.script import GazeKey, HeadKey, Script
from interview_analysis.demo.speech import SAMPLE_RATE, make_speech
from interview_analysis.demo.synthetic_face import SIZE, SyntheticFace
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.face import Frame
from interview_analysis.domain.pose import GazeAngles, HeadAngles
from interview_analysis.errors import DependencyUnavailable
from interview_analysis.ffmpeg import ProcessLimits, launch

FRAME_RATE = 30
_BITRATE = "1500k"
_LIMITS = ProcessLimits(seconds=300)
_FULL_SCALE = 32767

SCRIPT = Script(
    duration=20.0,
    head=(
        HeadKey(2.0, HeadAngles(0, 0, 0)),
        HeadKey(2.8, HeadAngles(-8, 0, 0)),
        HeadKey(3.6, HeadAngles(0, 0, 0)),
        HeadKey(6.0, HeadAngles(0, 0, 0)),
        HeadKey(6.6, HeadAngles(2, 20, 3)),
        HeadKey(8.2, HeadAngles(2, 20, 3)),
        HeadKey(8.8, HeadAngles(0, 0, 0)),
        HeadKey(11.0, HeadAngles(0, 0, 0)),
        HeadKey(11.5, HeadAngles(0, -8, -5)),
        HeadKey(13.0, HeadAngles(0, -8, -5)),
        HeadKey(13.5, HeadAngles(0, 0, 0)),
    ),
    gaze=(
        GazeKey(15.0, GazeAngles(0, 0)),
        GazeKey(15.1, GazeAngles(0, -22)),
        GazeKey(16.4, GazeAngles(0, -22)),
        GazeKey(16.5, GazeAngles(0, 0)),
    ),
    blinks=(1.0, 4.5, 7.4, 9.8, 12.2, 14.3, 17.2, 19.0),
)
"""Two turns of the head, a nod, a glance aside with the eyes alone, and eight blinks (24 a minute)."""

PAUSES = (Episode(0.0, 0.8), Episode(5.2, 6.4), Episode(10.6, 11.4), Episode(15.0, 16.2), Episode(19.2, 20.0))


class Codec(StrEnum):
    VP8 = "libvpx"
    VP9 = "libvpx-vp9"


def make_demo_clip(face: SyntheticFace, target: Path, on_progress: Callable[[float], None] = lambda share: None) -> None:
    """The clip of ``SCRIPT`` with speech. ``on_progress`` receives the finished share 0–1. Raises as ``write_clip``."""
    frames = _counted(face.frames(SCRIPT, FRAME_RATE), round(SCRIPT.duration * FRAME_RATE), on_progress)
    write_clip(target, frames, make_speech(SCRIPT.duration, PAUSES))


def write_clip(
    target: Path, frames: Iterable[Frame], sound: NDArray[np.float32] | None = None, codec: Codec = Codec.VP8
) -> None:
    """Frames of 640×480 at 30 a second; ``sound`` is mono at 16 kHz, within ±1. Raises ``DependencyUnavailable``."""
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "sound.wav"
        if sound is not None:
            _write_wav(wav, sound)
        with launch(_arguments(target, None if sound is None else wav, codec), _LIMITS, feed=True) as process:
            assert process.stdin is not None  # noqa: S101 — launched with feed
            with suppress(BrokenPipeError):
                _feed(process.stdin, frames)
            ended = process.finish()
    if ended.status:
        raise DependencyUnavailable(f"ffmpeg could not write the clip: {ended.log[-500:]}")


def _arguments(target: Path, wav: Path | None, codec: Codec) -> list[str]:
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{SIZE[0]}x{SIZE[1]}", "-r", str(FRAME_RATE), "-i", "pipe:0"]
    sound = [] if wav is None else ["-i", f"file:{wav}", "-c:a", "libopus", "-b:a", "48k"]
    video = ["-c:v", codec.value, "-deadline", "realtime", "-cpu-used", "8", "-b:v", _BITRATE, "-pix_fmt", "yuv420p"]
    # A live muxer writes neither duration nor index, as a recorder that does not know the end.
    return [*raw, *sound, *video, "-f", "webm", "-live", "1", "-y", f"file:{target}"]


def _feed(stdin: IO[bytes], frames: Iterable[Frame]) -> None:
    for frame in frames:
        rest = memoryview(frame.image.tobytes())
        while rest:
            rest = rest[stdin.write(rest) :]


def _write_wav(path: Path, sound: NDArray[np.float32]) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.clip(sound, -1, 1) * _FULL_SCALE).astype("<i2").tobytes())


def _counted(frames: Iterable[Frame], count: int, on_progress: Callable[[float], None]) -> Iterable[Frame]:
    for frame in frames:
        yield frame
        on_progress((frame.index + 1) / count)
