"""Video file → sampled RGB frames with the container's own times, through an ffmpeg process that works ahead.

Frames are picked on a time grid: the first one in each cell of 1/rate seconds, so that 17 frames per second sampled at 15 give
15, not half. ffmpeg writes the time of each picked frame to a side pipe just before the frame itself (``-stats_mux_pre``), so
the two cannot drift apart.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from interview_analysis.domain.face import Frame
from interview_analysis.domain.media import VideoProbe
from interview_analysis.errors import VideoError
from interview_analysis.ffmpeg import SIDE_PIPE, FfmpegProcess, input_arguments, launch
from interview_analysis.vision.frame_reader import TIME_FORMAT, FrameReader
from interview_analysis.vision.limits import DecodeLimits
from interview_analysis.vision.packets import is_gap
from interview_analysis.vision.probe import damage, measure

_GRID_PHASE = 3 / 16
"""Shift of the grid in cells: keeps the frames of 30 and 60 fps sources clear of the borders of 15 fps cells, although WebM
rounds times to milliseconds."""
_SAME_SHAPE = 0.02
"""A stream that changes its size keeps its shape within this share; a larger change gets black borders, no distortion."""
_NEW_SIZE = re.compile(r"Reconfiguring filter graph because video parameters changed to .*, (\d+x\d+),")
_TOO_LARGE = re.compile(r"exceeds specified max pixel count|Cannot allocate memory")


class FfmpegDecoder:
    """``VideoDecoder``: ``rate`` frames per second, pixels made square, longer side at most ``max_side``."""

    def __init__(self, rate: float, max_side: int, limits: DecodeLimits) -> None:
        self._rate = rate
        self._max_side = max_side
        self._limits = limits

    def probe(self, path: Path) -> VideoProbe:
        """See ``VideoDecoder`` and ``measure``."""
        return measure(path, self._limits)

    @contextmanager
    def decode(self, path: Path, probe: VideoProbe) -> Iterator[SampledVideo]:
        """See ``VideoDecoder``."""
        grid = Grid(probe.start, self._rate)
        size = frame_size(probe, self._max_side)
        options = ["-threads", str(self._limits.threads), "-max_pixels", str(self._limits.max_pixels)]
        arguments = [*input_arguments(path, *options), *_output_arguments(grid, size)]
        with launch(arguments, self._limits.process(probe.duration)) as process, FrameReader(process, size) as reader:
            yield SampledVideo(process, reader, grid, probe)


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of 1/``rate`` seconds from ``start``."""

    start: float
    rate: float

    def cell(self, time: float) -> int:
        return math.floor((time - self.start) * self.rate + _GRID_PHASE)

    def selection(self) -> str:
        """ffmpeg's select expression: a frame whose cell is another than that of the frame picked before."""
        cell, before = (f"floor(({name}-{self.start!r})*{self.rate!r}+{_GRID_PHASE})" for name in ("t", "prev_selected_t"))
        return f"isnan(prev_selected_t)+not(eq({cell},{before}))"


class SampledVideo:
    """``DecodedVideo``; iterate once."""

    def __init__(self, process: FfmpegProcess, reader: FrameReader, grid: Grid, probe: VideoProbe) -> None:
        self._process = process
        self._reader = reader
        self._grid = grid
        self._probe = probe
        self._step = max(1 / grid.rate, 1 / probe.frame_rate)
        self._last = math.nan
        self._gap = False
        self._warnings = probe.warnings

    @property
    def duration(self) -> float:
        """See ``DecodedVideo``."""
        if math.isnan(self._last) or self._probe.duration - self._last <= 2 * self._step:
            return self._probe.duration
        return self._last + self._step

    @property
    def warnings(self) -> tuple[str, ...]:
        """See ``DecodedVideo``."""
        return self._warnings

    def __iter__(self) -> Iterator[Frame]:
        """Raises ``VideoError`` (``video_unreadable``, ``video_too_large``, ``video_too_long``), ``DependencyUnavailable``."""
        count = 0
        for time, image in self._reader:
            if self._accept(time):
                yield Frame(count, time, image)
                count += 1
        self._conclude(count)

    def _accept(self, time: float) -> bool:
        """False for what a filter restarted by a new size picks twice, and for times that the packets do not bear out."""
        if not time < self._probe.duration or self._grid.cell(time) <= self._last_cell():
            return False
        self._gap = self._gap or is_gap(time - self._last, self._step)
        self._last = time
        return True

    def _last_cell(self) -> float:
        return -math.inf if math.isnan(self._last) else self._grid.cell(self._last)

    def _conclude(self, count: int) -> None:
        log = self._process.finish().log
        if not count:
            code = "video_too_large" if _TOO_LARGE.search(log) else "video_unreadable"
            raise VideoError("not one frame can be decoded", code=code)
        found = damage(log, self._probe.warnings)
        seen = {"resolution_changed": len(set(_NEW_SIZE.findall(log))) > 0, "gap": self._gap}
        self._warnings = tuple(sorted({*found, *(word for word, holds in seen.items() if holds)}))


def frame_size(probe: VideoProbe, max_side: int) -> tuple[int, int]:
    """Width and height of delivered frames: square pixels without enlarging either side, the longer one ≤ ``max_side``."""
    width = probe.width * min(1.0, probe.pixel_aspect)
    height = probe.height / max(1.0, probe.pixel_aspect)
    scale = min(1.0, max_side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _output_arguments(grid: Grid, size: tuple[int, int]) -> list[str]:
    width, height = size
    same = f"lt(abs(dar*{height}/{width}-1),{_SAME_SHAPE})"
    filters = [
        f"select='{grid.selection()}'",
        f"scale=w='if({same},{width},max(1,min({width},floor({height}*dar))))'"
        f":h='if({same},{height},max(1,min({height},floor({width}/dar))))':flags=area",
        "format=yuv420p",  # one step from there to RGB costs half of doing it while scaling
        "format=rgb24",
        f"pad={width}:{height}:-1:-1",
    ]
    timing = ["-fps_mode", "passthrough", "-enc_time_base", "demux"]
    times = ["-stats_mux_pre:v", SIDE_PIPE, "-stats_mux_pre_fmt:v", TIME_FORMAT]
    return ["-map", "0:V:0", *timing, *times, "-filter_threads", "1", "-vf", ",".join(filters), "-f", "rawvideo", "pipe:1"]
