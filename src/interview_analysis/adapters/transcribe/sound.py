"""The sound of a video as recognisers want it, and waiting for the threads that read it."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from interview_analysis.errors import VideoError
from interview_analysis.ffmpeg import SPEECH_ARGUMENTS, SPEECH_RATE, ProcessLimits, input_arguments, launch, run

PART_SECONDS = 1200.0
"""Length of one encoded part: at 32 kbit/s under 5 MB, of the 25 MB that OpenAI takes."""
_REST_SECONDS = 1.0
_MAX_PART_BYTES = 24 * 1024 * 1024
_OPUS = ("-c:a", "libopus", "-b:a", "32k", "-application", "voip", "-f", "ogg", "pipe:1")
_T = TypeVar("_T")


class SoundPart(NamedTuple):
    """Ogg Opus; ``start`` in seconds of the video."""

    start: float
    data: bytes


def encode_parts(path: Path, duration: float, limits: ProcessLimits, seconds: float = PART_SECONDS) -> Iterator[SoundPart]:
    """The first sound stream in parts of ``seconds``; a rest under ``_REST_SECONDS`` goes with the part before it: services
    refuse what is next to nothing. Blocking. Raises ``VideoError`` where it is not readable, ``DependencyUnavailable``."""
    count = max(1, math.ceil((duration - _REST_SECONDS) / seconds))
    for number in range(count):
        start = number * seconds
        length = seconds if number + 1 < count else duration - start
        cut = ["-ss", f"{start:.6f}", "-t", f"{length:.6f}"]
        done = run([*input_arguments(path), *SPEECH_ARGUMENTS, *cut, *_OPUS], limits, max_output=_MAX_PART_BYTES)
        if done.status or not done.output:
            raise VideoError("the sound cannot be encoded")
        yield SoundPart(start, done.output)


def read_samples(path: Path, duration: float, limits: ProcessLimits) -> NDArray[np.float32]:
    """The first sound stream as mono (N,) at 16 kHz, −1…1, a sample's index its time. Blocking. Raises as ``encode_parts``."""
    samples = np.empty(math.ceil(duration * SPEECH_RATE), dtype=np.float32)
    output = [*SPEECH_ARGUMENTS, "-t", f"{duration:.6f}", "-f", "f32le", "pipe:1"]
    with launch([*input_arguments(path), *output], limits) as process:
        count = process.stdout.read_into(samples.data.cast("B")) // samples.itemsize
        status = process.finish().status
    if status or not count:
        raise VideoError("the sound cannot be decoded")
    return samples[:count]


async def finish_in_thread(work: Callable[[], _T], stop: Callable[[], None] | None = None) -> _T:
    """Run ``work``; cancelled, ``stop`` it and wait for its end all the same: nobody is to read a file that is gone."""
    future = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        if stop is not None:
            stop()
        await asyncio.wait([future])
        _ = future.cancelled() or future.exception()  # asked for, asyncio does not log it
        raise
