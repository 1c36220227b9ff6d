"""Labelled face meshes from a CSV file, plain or gzipped.

Columns: label (neutral or 중립; anxious, anxiety or 불안, also with more behind an underscore), x0, y0, z0 … x477, y477, z477
as MediaPipe gives them (shares of the picture). Optional: file (the picture's name), person, split (val, validation or test =
kept for testing), width and height of the picture in pixels (without them the pictures are taken as square).
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from interview_analysis.errors import InputError
from interview_analysis.vision.anxiety import LABELS, MESH_SHAPE

POINTS = tuple(f"{axis}{index}" for index in range(MESH_SHAPE[0]) for axis in "xyz")
LABEL_WORDS = {"neutral": 0, "중립": 0, "anxious": 1, "anxiety": 1, "불안": 1}
_LARGEST = 10.0
"""Coordinates are shares of the picture; a face that reaches beyond it stays well below this."""

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class LabelledMeshes:
    """One row a picture.

    meshes   float32 (N, 478, 3) as MediaPipe gives them
    sizes    float32 (N, 2) width and height of the pictures, or their proportion
    labels   int64 (N,) indices into ``LABELS``
    persons  names (N,), empty where they are not known
    splits   the column split (N,), empty where there is none
    """

    meshes: NDArray[np.float32]
    sizes: NDArray[np.float32]
    labels: NDArray[np.int64]
    persons: NDArray[np.str_]
    splits: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: Rows) -> LabelledMeshes:
        """Only these rows, in this order."""
        return LabelledMeshes(self.meshes[rows], self.sizes[rows], self.labels[rows], self.persons[rows], self.splits[rows])


def load_meshes(path: Path) -> LabelledMeshes:
    """All rows. Raises ``InputError`` naming file and line for a missing column, a row of another length, a value that is NaN,
    no number or far outside a picture, a mesh without extent, an unknown label; naming the file for one label only."""
    try:
        with _opened(path) as file:
            rows = list(_Reader(path, file).rows())
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: {error}") from error
    if not rows:
        raise InputError(f"{path} has no rows")
    labels = np.array([row.label for row in rows], np.int64)
    if len(set(labels.tolist())) < len(LABELS):
        raise InputError(f"{path}: every row is {LABELS[labels[0]]}; rows of both labels, {' and '.join(LABELS)}, are needed")
    return LabelledMeshes(
        np.stack([row.mesh for row in rows]),
        np.array([row.size for row in rows], np.float32),
        labels,
        np.array([row.person for row in rows], np.str_),
        np.array([row.split for row in rows], np.str_),
    )


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", newline="", encoding="utf-8")
    return path.open(newline="", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Row:
    mesh: NDArray[np.float32]
    size: tuple[float, float]
    label: int
    person: str
    split: str


class _Reader:
    def __init__(self, path: Path, file: TextIO) -> None:
        self._path = path
        self._lines = csv.reader(file)
        self._header = next(self._lines, [])
        missing = [name for name in ("label", *POINTS) if name not in self._header]
        if missing:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            raise InputError(f"{path}, line 1: there is no column {missing[0]}{more}; needed are label and x0, y0, z0 … z477")
        self._points = [self._header.index(name) for name in POINTS]

    def rows(self) -> Iterator[_Row]:
        for cells in self._lines:
            if cells:
                yield self._row(cells)

    def _row(self, cells: list[str]) -> _Row:
        if len(cells) != len(self._header):
            raise self._fault(f"{len(cells)} columns, the heading has {len(self._header)}")
        size = (self._number(cells, "width"), self._number(cells, "height"))
        if min(size) <= 0:
            raise self._fault("width and height must be positive")
        return _Row(self._mesh(cells), size, self._label(cells), self._text(cells, "person"), self._text(cells, "split"))

    def _mesh(self, cells: list[str]) -> NDArray[np.float32]:
        try:
            values = np.array([cells[column] for column in self._points], np.float64)
        except ValueError as error:
            raise self._fault(f"a coordinate is no number: {error}") from error
        usable = np.abs(values) <= _LARGEST
        if not usable.all():
            first = int(np.argmin(usable))
            raise self._fault(f"{POINTS[first]} is {values[first]:g}; coordinates are shares of the picture. Remove the row")
        mesh = values.reshape(MESH_SHAPE)
        if not np.ptp(mesh, axis=0).max() > 0:
            raise self._fault("all points are equal. Remove the row")
        return mesh.astype(np.float32)

    def _label(self, cells: list[str]) -> int:
        word = self._text(cells, "label").lower()
        found = LABEL_WORDS.get(word.partition("_")[0])
        if found is None:
            raise self._fault(f"label '{word}' is neither {' nor '.join(LABELS)}")
        return found

    def _text(self, cells: list[str], column: str) -> str:
        return cells[self._header.index(column)].strip() if column in self._header else ""

    def _number(self, cells: list[str], column: str) -> float:
        text = self._text(cells, column) or "1"
        try:
            return float(text)
        except ValueError as error:
            raise self._fault(f"{column} '{text}' is not a number") from error

    def _fault(self, what: str) -> InputError:
        return InputError(f"{self._path}, line {self._lines.line_num}: {what}")
