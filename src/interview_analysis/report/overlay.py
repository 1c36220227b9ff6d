"""The annotated video: every frame of the source at its own time, with what was measured drawn over it, and the sound."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.emotion import EMOTIONS
from interview_analysis.domain.face import Frame
from interview_analysis.domain.overlay import OverlayScene
from interview_analysis.errors import VideoError
from interview_analysis.ffmpeg import FfmpegProcess, ProcessLimits, input_arguments, launch
from interview_analysis.report.drawing import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    Image,
    draw_axes,
    draw_bar,
    draw_direction,
    draw_mesh,
    shade,
    text_width,
    write,
)
from interview_analysis.report.figures import clock, number
from interview_analysis.report.raw_matroska import picture_header, stream_header
from interview_analysis.report.texts import Texts, texts_in

RATE: Final = 1000.0
"""Frames per second at which sources are to be sampled: WebM's own grid of milliseconds, so that no frame is left out."""
MAX_SIDE: Final = 1280
"""Pixels of the longer side: 720p."""
_SECONDS_FACTOR: Final = 6.0
_MARGIN_SECONDS: Final = 60.0
_ENCODER: Final = (
    "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "12", "-lag-in-frames", "0", "-auto-alt-ref", "0",
    "-b:v", "2500k", "-crf", "20", "-threads", "2", "-g", "120", "-fps_mode", "passthrough", "-enc_time_base", "1:1000",
)  # fmt: skip
_WEBM_SOUND: Final = ("opus", "vorbis")
_NOSE, _LEFT_IRIS, _RIGHT_IRIS, _CHIN, _BROW = 1, 468, 473, 152, 10


class WebmPainter:
    """``OverlayPainter``: WebM with VP8; sound is copied where WebM may hold it, else turned into Opus."""

    def paint(self, frames: Iterable[Frame], scene: OverlayScene, source: Path, target: Path) -> None:
        """See ``OverlayPainter``."""
        rest = iter(frames)
        first = next(rest, None)
        if first is None:
            raise VideoError("there is no frame to paint")
        height, width = (side - side % 2 for side in first.image.shape[:2])
        limits = ProcessLimits(seconds=_SECONDS_FACTOR * scene.timeline.duration + _MARGIN_SECONDS)
        with launch(_arguments(first.timestamp, source, target), limits, feed=True) as encoder:
            _feed(encoder, itertools.chain([first], rest), (width, height), _Painter(scene))
            status, log = encoder.finish()
        if status != 0:
            raise VideoError(f"the annotated video cannot be written: {log.strip()[-200:]}")


def _arguments(start: float, source: Path, target: Path) -> list[str]:
    """ffmpeg lets each input begin at zero; the pictures are moved back to where the first one belongs."""
    pictures = ["-itsoffset", f"{start:.3f}", "-f", "matroska", "-i", "pipe:0"]
    sound = [*input_arguments(source, "-vn"), "-map", "0:v:0", "-map", "1:a:0?", "-c:a", _sound_codec(source)]
    # Nothing is written to the pipe: the file is rewound at the end for its index, which lets players jump.
    return [*pictures, *sound, *_ENCODER, "-map_metadata", "-1", "-f", "webm", "-y", f"file:{target}"]


def _sound_codec(source: Path) -> str:
    with launch([*input_arguments(source), "-t", "0", "-f", "null", "-"], ProcessLimits(seconds=_MARGIN_SECONDS)) as probe:
        log = probe.finish().log
    sound = next((line for line in log.splitlines() if ": Audio: " in line), "")
    return "copy" if any(f": Audio: {codec}" in sound for codec in _WEBM_SOUND) else "libopus"


def _feed(encoder: FfmpegProcess, frames: Iterator[Frame], size: tuple[int, int], painter: _Painter) -> None:
    """Paint and write; an encoder that has ended is found out by its exit status."""
    pipe = encoder.stdin
    if pipe is None:
        raise ValueError("the encoder takes no input")
    width, height = size
    begin, last = 0, -1
    try:
        _write(pipe, stream_header(width, height))
        for frame in frames:
            time = round(1000 * frame.timestamp)
            begin = time if last < 0 else begin
            last = max(time - begin, last + 1)
            painted = painter.paint(np.ascontiguousarray(frame.image[:height, :width]), frame.timestamp)
            planes = cv2.cvtColor(painted, cv2.COLOR_RGB2YUV_I420)
            _write(pipe, picture_header(last, planes.nbytes))
            _write(pipe, planes.data.cast("B"))
    except BrokenPipeError:
        return


def _write(pipe: IO[bytes], data: bytes | memoryview) -> None:
    view = memoryview(data)
    while view:
        view = view[pipe.write(view) :]


class _Painter:
    """Draws one scene; sizes follow the picture's."""

    def __init__(self, scene: OverlayScene) -> None:
        self._scene = scene
        self._texts: Texts = texts_in(scene.language)

    def paint(self, image: Image, time: float) -> Image:
        height, width = image.shape[:2]
        line = max(10, height // 32)
        shares = self._scene.landmarks.at(time)
        if shares is not None:
            self._paint_face(image, shares * np.array([width, height], np.float32), time)
        self._paint_expressions(image, time, line)
        self._paint_score(image, time, line)
        self._paint_marks(image, time, line, is_seen=shares is not None)
        return image

    def _paint_face(self, image: Image, points: NDArray[np.float32], time: float) -> None:
        scene = self._scene
        length = float(np.linalg.norm(points[_CHIN] - points[_BROW]))
        draw_mesh(image, points, (170, 190, 205))
        head, gaze = scene.head_at(time), scene.gaze_at(time)
        if head is not None:
            nose = (float(points[_NOSE, 0]), float(points[_NOSE, 1]))
            draw_axes(image, nose, (float(head[0]), float(head[1]), float(head[2])), 0.5 * length)
        if gaze is not None and not scene.is_blink(time):
            colour = RED if scene.is_off_target(time) else GREEN
            for iris in (_LEFT_IRIS, _RIGHT_IRIS):
                start = (float(points[iris, 0]), float(points[iris, 1]))
                draw_direction(image, start, (float(gaze[0]), float(gaze[1])), length, colour)

    def _paint_expressions(self, image: Image, time: float, line: int) -> None:
        emotions = self._scene.emotions_at(time)
        if emotions is None:
            return
        names = [self._texts[f"emotion_{emotion}"] for emotion in EMOTIONS]
        column = max(text_width(name, line) for name in names)
        bar = 6 * line
        shade(image, (0, 0), (column + bar + 2 * line, round(1.5 * line * len(names)) + line))
        for row, (name, share) in enumerate(zip(names, emotions, strict=True)):
            y = line // 2 + round(1.5 * line * row)
            write(image, name, (line // 2, y), line)
            draw_bar(image, (column + line, y + line // 4), (bar, line), float(share), BLUE)

    def _paint_score(self, image: Image, time: float, line: int) -> None:
        value = self._scene.score_at(time)
        words = self._texts["cannot_tell"] if value is None else number(value, 0)
        text = f"{clock(time)}   {self._texts['running_score']} {words}"
        width = text_width(text, line)
        left = image.shape[1] - width - line
        shade(image, (left - line // 2, 0), (width + 2 * line, 2 * line))
        write(image, text, (left, line // 4), line)

    def _paint_marks(self, image: Image, time: float, line: int, *, is_seen: bool) -> None:
        scene = self._scene
        marks = (
            ("mark_no_face", not is_seen, WHITE),
            ("mark_blink", scene.is_blink(time), GREEN),
            ("kind_looked_away", scene.is_off_target(time), RED),
        )
        x, y = line, image.shape[0] - 3 * line
        for name, holds, colour in marks:
            if holds:
                width = text_width(self._texts[name], line)
                shade(image, (x - line // 2, y - line // 4), (width + line, 2 * line), 0.75)
                write(image, self._texts[name], (x, y), line, colour)
                x += width + 2 * line
