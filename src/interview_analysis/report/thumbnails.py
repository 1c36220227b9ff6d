"""Small pictures out of a video, for the moments of a report."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from interview_analysis.errors import VideoError
from interview_analysis.ffmpeg import ProcessLimits, input_arguments, run

_WIDTH: Final = 320
_LIMITS: Final = ProcessLimits(seconds=20.0)


def take_pictures(path: Path, times: Iterable[float]) -> dict[float, bytes]:
    """JPEG by time in seconds, at most 320 pixels wide; those that cannot be taken are left out. Blocking."""
    taken = {time: _take(path, time) for time in times}
    return {time: picture for time, picture in taken.items() if picture}


def _take(path: Path, time: float) -> bytes:
    output = ["-map", "0:V:0", "-frames:v", "1", "-vf", f"scale=w='min({_WIDTH},iw)':h=-2", "-f", "mjpeg", "pipe:1"]
    try:
        return run([*input_arguments(path, "-ss", f"{time:.3f}"), *output], _LIMITS).output
    except VideoError:
        return b""
