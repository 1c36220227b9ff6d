"""Saliency maps as they are handed in: an NPZ with one array (N, H, W), or a ZIP of numbered PNG pictures.

Both are ZIP archives of strangers. What they claim is checked before room is made for it: the table of contents, shapes, types
and the size of each picture; maps are then read batch by batch.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.saliency_maps import LONGEST_SIDE, MOST_FRAMES, Maps, MapsInfo, MapsSource, to_bytes
from interview_analysis.errors import InputError

_BATCH_VALUES = 4 << 20
_CONTENTS_BYTES = 8 << 20
"""Of a table of contents: ``MOST_FRAMES`` entries of 400 bytes."""
_END, _END_BYTES, _END64 = b"PK\x05\x06", 22, b"PK\x06\x07"
_LONGEST_COMMENT = (1 << 16) - 1
_NUMBER = re.compile(r"(\d{1,9})\D*\.png$", re.IGNORECASE)
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_HEAD_BYTES, _PNG_MOST_BYTES = 33, 4 << 20
_APPLE_FORKS = "__MACOSX/"
_NUMBERS = "uif"


class MapArchive:
    """``info`` is known at once; the maps come from ``batches``. Raises ``InputError`` (``invalid_saliency``,
    ``saliency_too_large``)."""

    def __init__(self, file: IO[bytes], rate: float, source: MapsSource = MapsSource.GIVEN) -> None:
        """``file`` can be sought in; whoever opened it closes it."""
        with _readable():
            _check_contents(file)
            self._archive = zipfile.ZipFile(file)
            self._names = [name for name in self._archive.namelist() if not name.startswith(_APPLE_FORKS) and name[-1] != "/"]
            self._is_array = len(self._names) == 1 and self._names[0].endswith(".npy")
            shape = self._array_shape() if self._is_array else self._pictures_shape()
            self.info = MapsInfo(rate, *shape, source)

    def batches(self) -> Iterator[Maps]:
        """All maps, in order. Raises ``InputError`` where they are not what the archive had claimed."""
        count = max(1, _BATCH_VALUES // (self.info.height * self.info.width))
        with _readable():
            maps = self._of_array() if self._is_array else self._of_pictures()
            batch: list[NDArray[np.uint8]] = []
            for one in maps:
                batch.append(one)
                if len(batch) == count:
                    yield np.stack(batch)
                    batch = []
            if batch:
                yield np.stack(batch)

    def _array_shape(self) -> tuple[int, int, int]:
        with self._archive.open(self._names[0]) as member:
            return _array_head(member)[0]

    def _of_array(self) -> Iterator[Maps]:
        with self._archive.open(self._names[0]) as member:
            (frames, height, width), dtype = _array_head(member)
            size = height * width * dtype.itemsize
            for _ in range(frames):
                data = member.read(size)
                if len(data) < size:
                    raise InputError("the array is shorter than its head says", code="invalid_saliency")
                yield to_bytes(np.frombuffer(data, dtype).reshape(height, width))

    def _pictures_shape(self) -> tuple[int, int, int]:
        numbered = [(_NUMBER.search(name), name) for name in self._names]
        if not numbered or any(number is None for number, _ in numbered):
            raise InputError("neither one .npy nor PNG pictures with numbers in their names", code="invalid_saliency")
        order = sorted((int(number[1]), name) for number, name in numbered if number is not None)
        if [number for number, _ in order] != list(range(order[0][0], order[0][0] + len(order))):
            raise InputError("a number is missing or there twice among the pictures", code="invalid_saliency")
        self._names = [name for _, name in order]
        return len(order), *self._picture_size(self._names[0])

    def _of_pictures(self) -> Iterator[Maps]:
        wanted = (self.info.height, self.info.width)
        for name in self._names:
            if self._picture_size(name) != wanted:
                raise InputError("the pictures are not of one size", code="invalid_saliency")
            data = np.frombuffer(self._archive.read(name), np.uint8)
            picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE | cv2.IMREAD_ANYDEPTH)
            if picture is None or picture.shape != wanted:
                raise InputError("a picture cannot be read", code="invalid_saliency")
            yield to_bytes(picture)

    def _picture_size(self, name: str) -> tuple[int, int]:
        """Height and width, from its head alone."""
        if self._archive.getinfo(name).file_size > _PNG_MOST_BYTES:
            raise InputError(f"a picture of more than {_PNG_MOST_BYTES} bytes", code="saliency_too_large")
        with self._archive.open(name) as member:
            head = member.read(_PNG_HEAD_BYTES)
        if len(head) < _PNG_HEAD_BYTES or not head.startswith(_PNG_SIGNATURE):
            raise InputError("a picture is not PNG", code="invalid_saliency")
        width, height = struct.unpack(">II", head[16:24])
        if max(width, height) > LONGEST_SIDE:
            raise InputError(f"a picture of {width} × {height}; {LONGEST_SIDE} a side at most", code="saliency_too_large")
        return height, width


def _array_head(member: IO[bytes]) -> tuple[tuple[int, int, int], np.dtype[np.generic]]:
    """Shape and type; never objects, which only a pickle could hold."""
    version = np.lib.format.read_magic(member)
    read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}.get(version)
    if read is None:
        raise InputError(f"an array of format {version}", code="invalid_saliency")
    shape, is_fortran, dtype = read(member)
    if len(shape) != 3 or is_fortran or dtype.kind not in _NUMBERS or dtype.itemsize > 8:
        raise InputError(
            f"an array (N, H, W) of integers or floats in C order, not {shape} of {dtype}"[:300], code="invalid_saliency"
        )
    return shape, dtype


def _check_contents(file: IO[bytes]) -> None:
    """``zipfile`` reads the whole table of contents into objects, however many entries a stranger has put there."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_BYTES - _LONGEST_COMMENT))
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or end + _END_BYTES > len(tail):
        raise InputError("neither NPZ nor ZIP", code="invalid_saliency")
    entries, contents = struct.unpack("<HI", tail[end + 10 : end + 16])
    if entries > MOST_FRAMES or contents > _CONTENTS_BYTES or tail[max(0, end - 20) :].startswith(_END64):
        raise InputError(f"more than {MOST_FRAMES} entries", code="saliency_too_large")


@contextmanager
def _readable() -> Iterator[None]:
    """What the readers raise over broken files is the file's fault."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, cv2.error) as error:
        raise InputError(f"the archive cannot be read: {type(error).__name__}", code="invalid_saliency") from error
