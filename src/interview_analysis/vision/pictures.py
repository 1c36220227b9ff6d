"""Pictures → RGB arrays: JPEG and WebP from strangers, files and cameras of this machine."""

from __future__ import annotations

import io
import time
from collections.abc import Generator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from interview_analysis.domain.face import Frame
from interview_analysis.errors import InputError

_FORMATS = ("JPEG", "WEBP")
WEB_FORMATS = (*_FORMATS, "PNG")
_FILE_FORMATS = (*WEB_FORMATS, "BMP")
_FILE_SIDE = 8192
_MOST_SCANS = 16
_SCAN = b"\xff\xda"
"""A progressive JPEG writes a whole picture with each scan: thousands of empty ones cost minutes, ordinary files have ten."""
_JPEG_END = b"\xff\xd9"


def decode_picture(
    data: bytes, max_side: int, formats: tuple[str, ...] = _FORMATS, *, enough: int | None = None
) -> NDArray[np.uint8]:
    """RGB uint8 (H, W, 3). Nothing is decoded before its header says that it is small enough.

    ``enough``: a JPEG may come out at a half, a quarter or an eighth, as long as its longer side has so many pixels; that
    spares most of the decoding. Raises ``InputError``: ``picture_unreadable``, ``picture_too_large``.
    """
    try:
        with Image.open(io.BytesIO(data), formats=formats) as picture:
            if max(picture.size) > max_side:
                raise InputError(f"{picture.size[0]}×{picture.size[1]}, at most {max_side}", code="picture_too_large")
            if isinstance(picture, JpegImageFile) and data.count(_SCAN) > _MOST_SCANS:
                raise InputError(f"more than {_MOST_SCANS} scans", code="picture_too_large")
            whole = picture.size
            if enough is not None:
                picture.draft(None, (enough, 1) if picture.size[0] >= picture.size[1] else (1, enough))
            ordinary = (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", whole)
            image = _of_ordinary_jpeg(data) if ordinary else None
            return np.array(picture.convert("RGB")) if image is None else image
    except Image.DecompressionBombError as error:
        raise InputError(str(error), code="picture_too_large") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise InputError(f"not one of {', '.join(formats)}: {error}", code="picture_unreadable") from error


def _of_ordinary_jpeg(data: bytes) -> NDArray[np.uint8] | None:
    """The bytes that Pillow makes of it, in a third to a half of the time. ``None`` for what is cut off or has no picture:
    what is wrong there is for Pillow to say."""
    if not data.endswith(_JPEG_END):
        return None
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
    return None if image is None else np.asarray(image, np.uint8)


def read_picture(path: Path) -> NDArray[np.uint8]:
    """A file of this machine. Raises ``InputError`` also where it is not there."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", code="picture_unreadable") from error
    return decode_picture(data, _FILE_SIDE, _FILE_FORMATS)


def camera_frames(number: int) -> Generator[Frame, None, None]:
    """Of a camera of this machine until it ends or the iterator is closed. Raises ``InputError``."""
    camera = cv2.VideoCapture(number)
    try:
        if not camera.isOpened():
            raise InputError(f"there is no camera {number}")
        began = time.monotonic()
        while True:
            there, picture = camera.read()
            if not there:
                return
            yield Frame(0, time.monotonic() - began, np.ascontiguousarray(picture[:, :, ::-1]))
    finally:
        camera.release()
