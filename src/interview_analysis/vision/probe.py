"""Measure a video file without trusting its headers: one pass over its packets, nothing decoded.

``ffmpeg -c copy -f framecrc`` writes a header (``#codec_id 0: vp8``, ``#dimensions 0: 640x480``, ``#sar 0: 1/1``,
``#tb 0: 1/1000``) and one line a packet: stream, dts, pts, duration, size, checksum.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from interview_analysis.domain.media import VideoProbe
from interview_analysis.errors import NotFound, VideoError
from interview_analysis.ffmpeg import CONTAINERS, PipeReader, input_arguments, launch, lists_audio, problems
from interview_analysis.vision.limits import DecodeLimits
from interview_analysis.vision.packets import collect_times

_HEADER = re.compile(r"#(\w+)(?: 0)?: (.+)")
_CONTAINER = re.compile(r"^(?:\[[^\]]*\] )*Input #0, (\S+), from", re.MULTILINE)
_ROTATION = re.compile(r"display ?matrix: rotation of (-?\d+)", re.IGNORECASE)
_CUT_SHORT = re.compile(r"file ended prematurely|partial file", re.IGNORECASE)
_NO_TIME = str(-(2**63))
_MIN_ASPECT, _MAX_ASPECT = 0.25, 4.0
"""Pixel aspect ratios beyond are damage, not intention."""


def measure(path: Path, limits: DecodeLimits) -> VideoProbe:
    """Raises ``NotFound`` (``video_not_found``) and ``VideoError`` (``video_unreadable``, ``no_video_stream``,
    ``video_too_large``, ``video_too_long``)."""
    size = _file_size(path, limits.max_bytes)
    arguments = [*input_arguments(path), "-map", "0:V:0", "-c", "copy", "-f", "framecrc", "pipe:1"]
    with launch(arguments, limits.process(0.0)) as process:
        header, first = _read_header(process.stdout)
        if not header:
            raise _refusal(process.finish().log)
        width, height = _dimensions(header, limits.max_pixels)
        times = collect_times(_stamps(header, first, process.stdout), limits.max_seconds)
        log = process.finish().log
    aspect, rotation = _pixel_aspect(header), _rotation(log)
    if rotation % 180:
        width, height, aspect = height, width, 1 / aspect
    return VideoProbe(
        container=_container(log),
        codec=header["codec_id"],
        width=width,
        height=height,
        rotation=rotation,
        pixel_aspect=aspect,
        start=times.start,
        duration=times.end,
        packets=times.packets,
        frame_rate=times.frame_rate,
        has_audio=lists_audio(log),
        bytes=size,
        warnings=damage(log, times.warnings()),
    )


def damage(log: str, found: tuple[str, ...] = ()) -> tuple[str, ...]:
    """``found`` and what ffmpeg's errors add to it: ``truncated``, ``corrupt_data``."""
    words = {"truncated" if _CUT_SHORT.search(line) else "corrupt_data" for line in problems(log)}
    return tuple(sorted(words.union(found)))


def _file_size(path: Path, max_bytes: int) -> int:
    try:
        status = path.stat()
    except FileNotFoundError:
        raise NotFound("there is no such file", code="video_not_found") from None
    except OSError as error:
        raise VideoError(f"the file cannot be opened: {error.strerror}") from None
    if not stat.S_ISREG(status.st_mode) or not status.st_size:
        raise VideoError("not a file, or an empty one")
    if status.st_size > max_bytes:
        raise VideoError(f"{status.st_size} bytes, {max_bytes} are allowed", code="video_too_large")
    return status.st_size


def _read_header(output: PipeReader) -> tuple[dict[str, str], str]:
    """The header and the line after it."""
    header: dict[str, str] = {}
    line = output.read_line()
    while match := _HEADER.match(line):
        header[match[1]] = match[2]
        line = output.read_line()
    return header, line


def _stamps(header: dict[str, str], first: str, output: PipeReader) -> Iterator[float]:
    """Presentation time of each packet in seconds, else its decoding time, NaN where it has neither."""
    timebase = float(Fraction(header["tb"]))
    line = first
    while line:
        decoded, shown = (field.strip() for field in line.split(",", 3)[1:3])
        ticks = decoded if shown == _NO_TIME else shown
        yield float("nan") if ticks == _NO_TIME else int(ticks) * timebase
        line = output.read_line()


def _dimensions(header: dict[str, str], max_pixels: int) -> tuple[int, int]:
    width, _, height = header.get("dimensions", "0x0").partition("x")
    pixels = int(width) * int(height)
    if pixels > max_pixels:
        raise VideoError(f"{width} × {height} pixels, {max_pixels} are allowed", code="video_too_large")
    if not pixels:
        raise VideoError("the video stream tells no picture size")
    return int(width), int(height)


def _pixel_aspect(header: dict[str, str]) -> float:
    """Width of a pixel over its height; 1 where unknown or absurd."""
    numerator, _, denominator = header.get("sar", "0/1").partition("/")
    aspect = int(numerator) / max(1, int(denominator))
    return aspect if _MIN_ASPECT <= aspect <= _MAX_ASPECT else 1.0


def _rotation(log: str) -> int:
    """Clockwise degrees (0, 90, 180, 270) that a player turns the stored picture by."""
    match = _ROTATION.search(log)
    return round(-int(match[1]) / 90) * 90 % 360 if match else 0


def _container(log: str) -> str:
    match = _CONTAINER.search(log)
    name = match[1] if match else "unknown"
    return CONTAINERS.get(name, name)


def _refusal(log: str) -> VideoError:
    """Why ffmpeg wrote no header."""
    if _CONTAINER.search(log) and "matches no streams" in log:
        return VideoError("the file holds no video stream", code="no_video_stream")
    return VideoError("; ".join(problems(log)[:3]) or "ffmpeg does not know this format")
