"""Labelled face pictures in one folder a class, read from disk batch by batch."""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.errors import InputError
from interview_analysis.training.config import Colour
from interview_analysis.training.faces import LabelledFaces, Labels, Rows, as_emotions, batch_rows

logger = logging.getLogger(__name__)
Picture = NDArray[np.uint8]

_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp"})
_BATCHES_AHEAD = 2
_MAX_READERS = 8


@dataclass(frozen=True, slots=True)
class FolderFaces:
    """``files`` with ``labels`` (N,), read as squares of ``side`` pixels, RGB or grey; ``dropped`` collects unreadable ones."""

    files: tuple[Path, ...]
    labels: Labels
    class_names: tuple[str, ...]
    colour: Colour
    side: int
    dropped: set[Path] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def emotions(self) -> Labels:
        return as_emotions(self)

    def subset(self, rows: Rows) -> FolderFaces:
        files = tuple(self.files[row] for row in rows)
        return FolderFaces(files, self.labels[rows], self.class_names, self.colour, self.side, self.dropped)

    def readable(self) -> FolderFaces:
        """Without the files that cannot be read, which costs reading each once. Raises ``InputError`` where none is left."""
        with ThreadPoolExecutor(_readers()) as pool:
            found = np.array([picture is not None for picture in pool.map(self._read, range(len(self)))])
        self._drop(np.flatnonzero(~found))
        if not found.any():
            raise InputError(f"{self.files[0].parent.parent}: not one picture can be read")
        return self.subset(np.flatnonzero(found))

    def batches(self, size: int, rng: np.random.Generator | None = None) -> Iterator[LabelledFaces]:
        """See ``Faces.batches``; a few batches are read ahead by a pool of threads."""
        ahead: deque[tuple[Rows, list[Future[Picture | None]]]] = deque()
        pool = ThreadPoolExecutor(_readers())
        try:
            for rows in batch_rows(len(self), size, rng):
                ahead.append((rows, [pool.submit(self._read, int(row)) for row in rows]))
                if len(ahead) > _BATCHES_AHEAD:
                    yield from self._finished(*ahead.popleft())
            while ahead:
                yield from self._finished(*ahead.popleft())
        finally:
            pool.shutdown(cancel_futures=True)

    def _finished(self, rows: Rows, pictures: list[Future[Picture | None]]) -> Iterator[LabelledFaces]:
        """One batch, or none where no picture of it can be read."""
        read = [(row, picture.result()) for row, picture in zip(rows, pictures, strict=True)]
        self._drop(np.array([row for row, picture in read if picture is None], np.intp))
        kept = [row for row, picture in read if picture is not None]
        if kept:
            images = np.stack([picture for _, picture in read if picture is not None])
            yield LabelledFaces(images, self.labels[kept], self.class_names)

    def _drop(self, rows: Rows) -> None:
        for file in sorted({self.files[row] for row in rows} - self.dropped):
            logger.warning("%s cannot be read as a picture: left out", file)
            self.dropped.add(file)

    def _read(self, row: int) -> Picture | None:
        return _read_square(self.files[row], self.colour, self.side)


def open_folders(path: Path, class_names: tuple[str, ...], colour: Colour, side: int) -> FolderFaces:
    """Raises ``InputError`` for a sub-folder that is no class, a class folder without pictures, or no class folder at all."""
    folders = sorted(entry for entry in path.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    if unknown := [entry.name for entry in folders if entry.name not in class_names]:
        raise InputError(
            f"{path}: folder {', '.join(unknown)} is none of the classes {', '.join(class_names)}; rename it, or name it in "
            "--class-names"
        )
    files: list[Path] = []
    labels: list[int] = []
    for folder in folders:
        found = sorted(file for file in folder.iterdir() if file.suffix.lower() in _SUFFIXES)
        if not found:
            raise InputError(f"{folder}: no pictures ({', '.join(sorted(_SUFFIXES))}); add some, or remove the folder")
        files += found
        labels += [class_names.index(folder.name)] * len(found)
    if not files:
        raise InputError(f"{path}: no publictest.npz, and no folders of pictures named {', '.join(class_names)}")
    return FolderFaces(tuple(files), np.array(labels, np.int64), class_names, colour, side)


def _readers() -> int:
    return min(_MAX_READERS, len(os.sched_getaffinity(0)))


def _read_square(path: Path, colour: Colour, side: int) -> Picture | None:
    """(S, S, 3) RGB or (S, S) grey, resized as in serving; ``None`` for a file that is no whole picture."""
    try:
        content = path.read_bytes()
        flags = cv2.IMREAD_COLOR_RGB if colour == "rgb" else cv2.IMREAD_GRAYSCALE
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), flags)
    except (OSError, cv2.error):
        return None
    if picture is None:
        return None
    shrinks = min(picture.shape[:2]) > side
    return np.asarray(
        cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR), np.uint8
    )
