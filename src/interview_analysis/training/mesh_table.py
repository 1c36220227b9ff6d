"""``preprocess meshes``: pictures in class folders → the table of face meshes that ``train landmarks`` reads."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TextIO

import mediapipe as mp
import numpy as np
from numpy.typing import NDArray

from interview_analysis.errors import InputError
from interview_analysis.training.aihub.config import DEFAULT_PERSON_PATTERN
from interview_analysis.training.aihub.faces import read_picture
from interview_analysis.training.landmarks_data import LABEL_WORDS, POINTS
from interview_analysis.vision.anxiety import LABELS
from interview_analysis.vision.face_landmarks import open_landmarker
from interview_analysis.vision.face_mesh import shrink

_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp"})
_HEADING = ("file", "person", "split", "label", "width", "height", *POINTS)
_DECIMALS = 6
_SEVERAL = 2
"""One face more than wanted is enough to know."""


class _Picture(NamedTuple):
    path: Path
    label: str
    split: str


@dataclass(frozen=True, slots=True)
class MeshReport:
    """``kept`` rows by label; ``dropped`` pictures by reason (``unreadable``, ``no_face``, ``several_faces``); folders that are
    neither label."""

    kept: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    other_folders: tuple[str, ...] = ()


def write_mesh_table(
    folder: Path,
    target: Path,
    bundle: Path,
    on_progress: Callable[[float], None] = lambda share: None,
    person_pattern: str = DEFAULT_PERSON_PATTERN,
) -> MeshReport:
    """Measure every picture of ``folder`` and write ``target`` (.csv or .csv.gz), whole or not at all.

    ``folder`` has folders named by label (``LABEL_WORDS``), itself or in ``train`` and ``validation`` as ``preprocess aihub``
    leaves them. The first group of ``person_pattern`` in a file's name is its person. ``bundle``: the FaceLandmarker. Raises
    ``InputError`` for a malformed pattern, and where pictures of both labels or their faces are missing; ``ModelUnavailable``.
    """
    person = _compiled(person_pattern)
    pictures, other = _pictures(folder)
    report = MeshReport(other_folders=other)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    try:
        with closing(open_landmarker(bundle, faces=_SEVERAL)) as landmarker, _opened(part, target.suffix) as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(_HEADING)
            for number, picture in enumerate(pictures, 1):
                mesh = _mesh(landmarker, picture.path)
                if isinstance(mesh, str):
                    report.dropped[mesh] += 1
                else:
                    report.kept[picture.label] += 1
                    table.writerow(_row(picture, mesh, person))
                on_progress(number / len(pictures))
        _require_both(report.kept, folder, "no face was found in any picture of")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return report


class _Mesh(NamedTuple):
    points: NDArray[np.float64]
    width: int
    height: int


def _mesh(landmarker: mp.tasks.vision.FaceLandmarker, path: Path) -> _Mesh | str:
    """The mesh (478, 3) of the only face, or why there is none."""
    image = read_picture(path.read_bytes())
    if image is None:
        return "unreadable"
    faces = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=shrink(image))).face_landmarks
    if len(faces) != 1:
        return "several_faces" if faces else "no_face"
    return _Mesh(np.array([(point.x, point.y, point.z) for point in faces[0]]), image.shape[1], image.shape[0])


def _row(picture: _Picture, mesh: _Mesh, person: re.Pattern[str]) -> list[object]:
    found = person.search(picture.path.name)
    name = "" if found is None else found.group(1 if found.re.groups else 0)
    values = np.round(mesh.points.ravel(), _DECIMALS).tolist()
    return [picture.path.name, name, picture.split, picture.label, mesh.width, mesh.height, *values]


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise InputError(f"person_pattern {pattern!r}: {error}") from error


def _pictures(folder: Path) -> tuple[list[_Picture], tuple[str, ...]]:
    """All pictures by label, and the names of folders that are neither. Raises ``InputError``."""
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder")
    sides = [side for side in ("train", "validation") if (folder / side).is_dir()]
    found, other = list[_Picture](), set[str]()
    for side in sides or [""]:
        for entry in sorted(path for path in (folder / side).iterdir() if path.is_dir()):
            index = LABEL_WORDS.get(entry.name.lower())
            if index is None:
                other.add(entry.name)
            else:
                files = sorted(file for file in entry.iterdir() if file.suffix.lower() in _SUFFIXES)
                found += [_Picture(file, LABELS[index], side) for file in files]
    _require_both(Counter(picture.label for picture in found), folder, "there are no pictures in a folder named")
    return found, tuple(sorted(other))


def _require_both(counts: Counter[str], folder: Path, what: str) -> None:
    for label in LABELS:
        if not counts[label]:
            words = " or ".join(word for word, index in LABEL_WORDS.items() if LABELS[index] == label)
            raise InputError(f"{folder}: {what} {words}")


def _opened(path: Path, suffix: str) -> TextIO:
    if suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path, "wb"), encoding="utf-8", newline="")
    return path.open("w", newline="", encoding="utf-8")
