"""Reads raw pictures and their times from ffmpeg in a thread, a few ahead of whoever uses them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from fractions import Fraction
from queue import SimpleQueue
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from interview_analysis.ffmpeg import FfmpegProcess

TIME_FORMAT = "{pts} {tb}"
"""Of ``-stats_mux_pre_fmt``: the line that precedes each picture in the side pipe."""

_AHEAD = 8
"""Pictures that may wait for their user."""


class Picture(NamedTuple):
    """``image`` is RGB uint8 (H, W, 3); ``time`` in seconds."""

    time: float
    image: NDArray[np.uint8]


class FrameReader:
    """Iterate once, inside the context. ``size`` is (width, height)."""

    def __init__(self, process: FfmpegProcess, size: tuple[int, int]) -> None:
        self._process = process
        self._shape = (size[1], size[0], 3)
        self._closed = False
        self._free = threading.Semaphore(_AHEAD)
        self._ready: SimpleQueue[Picture | Exception | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._read, name="frame-reader", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        self._process.kill()
        self._free.release()
        self._thread.join()

    def __iter__(self) -> Iterator[Picture]:
        """Raises what reading raised (``VideoError``)."""
        while (item := self._ready.get()) is not None:
            if isinstance(item, Exception):
                raise item
            self._free.release()
            yield item

    def _read(self) -> None:
        try:
            while (picture := self._next()) is not None:
                self._ready.put(picture)
            self._ready.put(None)
        except Exception as error:  # whatever it was, whoever waits for pictures must learn of it
            self._ready.put(error)

    def _next(self) -> Picture | None:
        self._free.acquire()
        if self._closed:
            return None
        line = self._process.side.read_line()
        image = np.empty(self._shape, dtype=np.uint8)
        if not line or self._process.stdout.read_into(image.data.cast("B")) < image.nbytes:
            return None
        return Picture(_seconds(line), image)


def _seconds(line: str) -> float:
    ticks, timebase = line.split()
    return float("nan") if ticks == "NOPTS" else float(int(ticks) * Fraction(timebase))
