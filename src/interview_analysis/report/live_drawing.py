"""What live analysis found, drawn into the picture; and where such pictures go: a window or a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.emotion import EMOTIONS
from interview_analysis.domain.live import LiveFace
from interview_analysis.domain.pose import axes_of, vector_of
from interview_analysis.errors import InputError

Picture = NDArray[np.uint8]
Point = tuple[float, float]
Colour = tuple[int, int, int]
Sink = Callable[[Picture], bool]
"""Takes an RGB picture; ``False`` when no more is wanted."""

_WHITE, _BLACK, _GAZE, _BAR = (255, 255, 255), (0, 0, 0), (255, 210, 60), (90, 160, 255)
_AXES: tuple[Colour, ...] = ((255, 90, 90), (90, 220, 120), (90, 160, 255))
_AXIS_LENGTH, _GAZE_LENGTH = 0.5, 0.8
"""Of the longer side of the box."""
_BAR_STEPS = 5.5
"""Of the bars' distance: the room for their names."""
_EYE_LEVEL = 0.38
"""Of the box's height: where gaze begins."""
_WINDOW = "interview-analysis live"
_QUIT_KEYS = (27, ord("q"))
_FOURCC = {".webm": "VP80", ".mp4": "mp4v", ".avi": "MJPG"}
PICTURES = (".png", ".jpg", ".jpeg", ".webp")


def draw_faces(image: Picture, faces: Iterable[LiveFace]) -> Picture:
    """A copy of the RGB picture (H, W, 3) with box, head axes, gaze arrow, angles and expression bars of each face."""
    drawn = image.copy()
    for face in faces:
        _draw_face(drawn, face)
    return drawn


def _draw_face(image: Picture, face: LiveFace) -> None:
    height, width = image.shape[:2]
    left, top = face.box.x * width, face.box.y * height
    wide, high = face.box.width * width, face.box.height * height
    side = max(wide, high)
    thick = max(1, round(side / 90))
    cv2.rectangle(image, _pixel((left, top)), _pixel((left + wide, top + high)), _WHITE, thick, cv2.LINE_AA)
    if face.head is not None:
        middle = (left + wide / 2, top + high / 2)
        for axis, colour in zip(axes_of(face.head), _AXES, strict=True):
            _arrow(image, middle, axis * side * _AXIS_LENGTH, colour, thick)
    if face.gaze is not None:
        eyes = (left + wide / 2, top + high * _EYE_LEVEL)
        _arrow(image, eyes, vector_of(face.gaze.angles) * side * _GAZE_LENGTH, _GAZE, thick)
    _text(image, _title(face), (left, top - 6), side / 400)
    if face.emotions is not None:
        _bars(image, face.emotions, (left + wide + 6, top), side)


def _title(face: LiveFace) -> str:
    head = "head ?" if face.head is None else "head " + " ".join(f"{angle:+.0f}" for angle in face.head)
    gaze = "gaze ?" if face.gaze is None else "gaze " + " ".join(f"{angle:+.0f}" for angle in face.gaze.angles)
    state = "eyes ?" if face.eyes.state is None else f"eyes {face.eyes.state}"
    return f"#{face.id}  {head}  {gaze}  {state}"


def _bars(image: Picture, emotions: NDArray[np.float64], start: Point, side: float) -> None:
    step = max(12.0, side / 8)
    for row, (name, share) in enumerate(zip(EMOTIONS, emotions.tolist(), strict=True)):
        x, y = start[0], start[1] + row * step
        _text(image, f"{name} {share:.0%}", (x, y + step * 0.8), step / 40)
        begin = x + _BAR_STEPS * step
        cv2.rectangle(image, _pixel((begin, y + step / 4)), _pixel((begin + share * side / 2, y + step * 0.8)), _BAR, -1)


def _arrow(image: Picture, start: Point, vector: NDArray[np.float64], colour: Colour, thick: int) -> None:
    """``vector`` in the viewer's axes, pixels; what points at the camera is short."""
    end = (start[0] + float(vector[0]), start[1] - float(vector[1]))
    cv2.arrowedLine(image, _pixel(start), _pixel(end), colour, thick, cv2.LINE_AA, tipLength=0.15)


def _text(image: Picture, text: str, at: Point, scale: float) -> None:
    size = min(1.0, max(0.35, scale))
    x, y = _pixel(at)
    (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
    cv2.rectangle(image, (x, y - height), (x + width, y + below), _BLACK, -1)
    cv2.putText(image, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, size, _WHITE, 1, cv2.LINE_AA)


def _pixel(point: Point) -> tuple[int, int]:
    return round(point[0]), round(point[1])


@contextmanager
def open_sink(out: Path | None, rate: float) -> Iterator[Sink]:
    """``out``: a picture, or a video of ``rate`` pictures a second; ``None``: a window, until q or Esc.

    Raises ``InputError`` where there is no screen or the file cannot be written.
    """
    if out is None:
        with _window() as sink:
            yield sink
    elif out.suffix.lower() in PICTURES:
        yield lambda picture: _write_picture(out, picture)
    else:
        with _video(out, rate) as sink:
            yield sink


@contextmanager
def _window() -> Iterator[Sink]:
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise InputError("there is no screen: give a file with --out")

    def show(picture: Picture) -> bool:
        cv2.imshow(_WINDOW, picture[:, :, ::-1])
        return cv2.waitKey(1) not in _QUIT_KEYS

    try:
        yield show
    except cv2.error as error:
        raise InputError(f"no window can be opened: {error.err}; give a file with --out") from error
    finally:
        cv2.destroyAllWindows()


def _write_picture(out: Path, picture: Picture) -> bool:
    try:
        written = cv2.imwrite(str(out), picture[:, :, ::-1])
    except cv2.error as error:
        raise InputError(f"{out}: {error.err}") from error
    if not written:
        raise InputError(f"{out} cannot be written")
    return True


@contextmanager
def _video(out: Path, rate: float) -> Iterator[Sink]:
    code = _FOURCC.get(out.suffix.lower())
    if code is None:
        raise InputError(f"{out}: wanted is one of {', '.join((*_FOURCC, *PICTURES))}")
    writers: list[cv2.VideoWriter] = []

    def write(picture: Picture) -> bool:
        if not writers:
            size = (picture.shape[1], picture.shape[0])
            writers.append(cv2.VideoWriter(str(out), cv2.VideoWriter.fourcc(*code), rate, size))
            if not writers[0].isOpened():
                raise InputError(f"{out} cannot be written")
        writers[0].write(np.ascontiguousarray(picture[:, :, ::-1]))
        return True

    try:
        yield write
    finally:
        for writer in writers:
            writer.release()
