"""A small archive in the form of AI Hub's "한국인 감정인식을 위한 복합 영상", with faces that the landmarker finds."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from face_builders import STRAIGHT, Person, scene
from synthetic_face import synthetic_face

FACE_BOX = {"minX": 230, "minY": 110, "maxX": 410, "maxY": 370}
"""Of the one face in ``face``, pixels."""
LARGE, SMALL = Person(x=0, size=0.9), Person(x=576, size=0.6)
LARGE_BOX = {"minX": 200, "minY": 100, "maxX": 380, "maxY": 330}
"""Of the larger, left face in ``two_faces``, pixels."""
TEXT = "이것은 그림이 아니다".encode()


def picture_name(person: str, word: str, number: int = 1) -> str:
    """As the data set names its pictures: hash of the person, gender, age, expression, place, time."""
    return f"{person}_여_30_{word}_숙박 및 거주공간_20201207110859-001-{number:03d}.jpg"


def jpeg(image: NDArray[np.uint8]) -> bytes:
    _, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    return bytes(data)


@lru_cache(maxsize=256)
def face(number: int = 0) -> bytes:
    """The synthetic face; pictures of different numbers differ by a mark in the corner. For tests marked ``models``."""
    image = synthetic_face().draw(STRAIGHT).copy()
    image[:16, : 2 * number + 1] = 0
    return jpeg(image)


def two_faces() -> bytes:
    return jpeg(scene([LARGE, SMALL]))


def nobody() -> bytes:
    return jpeg(np.full((480, 640, 3), 128, np.uint8))


def entry(
    name: str, words: Sequence[str | None], uploader: str | None = None, box: Mapping[str, float] = FACE_BOX
) -> dict[str, object]:
    """One annotation; ``words`` are the annotators' in turn, ``None`` = this annotator left none."""
    annotators = {
        f"annot_{letter}": {"boxes": box, "faceExp": word, "bg": "숙박 및 거주공간"}
        for letter, word in zip("ABC", words, strict=False)
        if word is not None
    }
    return {"filename": name, "gender": "여", "age": 30, "isProf": "일반인", "faceExp_uploader": uploader, **annotators}


def annotation_file(entries: Iterable[Mapping[str, object]], encoding: str = "utf-8") -> bytes:
    return json.dumps(list(entries), ensure_ascii=False).encode(encoding)


def write_zip(path: Path, members: Mapping[str, bytes], name_encoding: str = "utf-8") -> Path:
    """Names in ``name_encoding`` without the flag that would say so, as Korean archivers write them.

    The archive is written with plain names of equal length, which are then exchanged: names are under no checksum.
    """
    names = {f"{index:04d}".ljust(len(name.encode(name_encoding)), "-"): name for index, name in enumerate(members)}
    with zipfile.ZipFile(path, "w") as archive:
        for plain, name in names.items():
            archive.writestr(plain, members[name])
    data = path.read_bytes()
    for plain, name in names.items():
        data = data.replace(plain.encode(), name.encode(name_encoding))
    path.write_bytes(data)
    return path


def files_under(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def stop_after(count: int) -> Callable[[float], None]:
    """A progress callback that ends the run, as a kill would, once ``count`` pictures are done."""
    calls = 0

    def on_progress(share: float) -> None:
        nonlocal calls
        calls += 1
        if calls == count:
            raise KeyboardInterrupt

    return on_progress
