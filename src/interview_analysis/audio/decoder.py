"""Sound of a video file → mono samples on the video's own time line, block by block."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interview_analysis.errors import VideoError
from interview_analysis.ffmpeg import SPEECH_ARGUMENTS, SPEECH_RATE, ProcessLimits, input_arguments, launch

SAMPLE_RATE = SPEECH_RATE

_BLOCK = SAMPLE_RATE
_BASE_SECONDS = 60.0


def decode_audio(path: Path, duration: float, seconds_factor: float) -> Generator[NDArray[np.float32], None, None]:
    """Blocks (N,) of at most one second, −1…1, from the container's start for ``duration`` seconds; none without sound.

    ``seconds_factor`` bounds the work of ffmpeg: that many times ``duration`` plus 60 s. Close the iterator to end it early.
    Raises ``VideoError`` (``video_unreadable`` where the file is no media at all, ``video_too_long``) and
    ``DependencyUnavailable``.
    """
    output = [*SPEECH_ARGUMENTS, "-t", f"{duration:.6f}", "-f", "f32le", "pipe:1"]
    limits = ProcessLimits(seconds=_BASE_SECONDS + seconds_factor * duration)
    with launch([*input_arguments(path), *output], limits) as process:
        block = np.empty(_BLOCK, dtype=np.float32)
        while count := process.stdout.read_into(block.data.cast("B")) // block.itemsize:
            yield block[:count]
            block = np.empty(_BLOCK, dtype=np.float32)
        log = process.finish().log
    if "Input #0, " not in log:
        raise VideoError("ffmpeg does not know this format")
