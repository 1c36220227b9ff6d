"""Which class a picture belongs to: by its annotators, by who uploaded it, or by words in its name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath
from statistics import median
from typing import Any, NamedTuple

import orjson

from interview_analysis.training.aihub.config import CLASS_OF_WORD

_ANNOTATORS = ("annot_A", "annot_B", "annot_C")
_CLASS_OF_ENGLISH = {
    **{name: name for name in CLASS_OF_WORD.values()},
    "happiness": "happy",
    "joy": "happy",
    "sadness": "sad",
    "embarrassment": "embarrassed",
    "anxious": "anxiety",
    "anger": "angry",
}


class PixelBox(NamedTuple):
    """Of a face, in pixels of the upright picture."""

    left: float
    top: float
    right: float
    bottom: float


class Annotation(NamedTuple):
    """``label``: a class, or ``None`` where nobody gave one; ``disputed``: several were given and none has the majority."""

    label: str | None
    box: PixelBox | None = None
    disputed: bool = False


def annotation_key(name: str) -> str:
    """What a picture and its annotation have in common: the file name without folders and suffix."""
    return PurePosixPath(unicodedata.normalize("NFC", name.replace("\\", "/"))).stem.casefold()


def read_annotations(data: bytes) -> dict[str, Annotation]:
    """One annotation file → annotations by ``annotation_key``. Entries without a file name are passed over.

    The file is a list of entries, one entry, or an object that holds the list. Raises ``ValueError`` for anything else.
    """
    found: dict[str, Annotation] = {}
    for entry in _entries(orjson.loads(_text(data))):
        name = entry.get("filename")
        if isinstance(name, str) and name:
            add_annotation(found, annotation_key(name), _annotation(entry))
    return found


def add_annotation(known: dict[str, Annotation], key: str, new: Annotation) -> None:
    """Two annotations of one picture that give it different labels leave it disputed."""
    old = known.get(key)
    differ = old is not None and (old.label, old.disputed) != (new.label, new.disputed)
    known[key] = Annotation(None, new.box, disputed=True) if differ else new


def class_of_name(path: str) -> str | None:
    """From an emotion word, Korean or English, in the file name, else in the nearest folder or ZIP name that has one.

    ``None`` where there is none, or where the nearest name has words of several classes.
    """
    for part in reversed(PurePosixPath(unicodedata.normalize("NFC", path)).parts):
        found = set(_classes_in(part))
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _classes_in(name: str) -> list[str]:
    korean = [label for word, label in CLASS_OF_WORD.items() if word in name]
    return korean + [_CLASS_OF_ENGLISH[word] for word in re.findall("[a-z]+", name.casefold()) if word in _CLASS_OF_ENGLISH]


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp949")


def _entries(document: object) -> list[dict[str, Any]]:
    if isinstance(document, dict):
        lists = [value for value in document.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        document = lists[0] if lists and "filename" not in document else [document]
    if not isinstance(document, list):
        raise ValueError("neither a list of entries nor an entry")  # noqa: TRY004 - the content is at fault, not a type
    return [entry for entry in document if isinstance(entry, dict)]


def _annotation(entry: Mapping[str, Any]) -> Annotation:
    """The word that more than half of the annotators chose; without such a majority, the word of who uploaded it."""
    annotators = [given for given in (entry.get(name) for name in _ANNOTATORS) if isinstance(given, Mapping)]
    votes = Counter(word for word in (_word(given.get("faceExp")) for given in annotators) if word)
    box = _median_box(annotators)
    if votes:
        (word, count), *_ = votes.most_common(1)
        if 2 * count > votes.total():
            return Annotation(_class_of(word), box)
    uploaded = _word(entry.get("faceExp_uploader"))
    return Annotation(_class_of(uploaded), box, disputed=bool(votes) and not uploaded)


def _word(value: object) -> str:
    return unicodedata.normalize("NFC", value).strip().casefold() if isinstance(value, str) else ""


def _class_of(word: str) -> str | None:
    return CLASS_OF_WORD.get(word) or _CLASS_OF_ENGLISH.get(word)


def _median_box(annotators: list[Mapping[str, Any]]) -> PixelBox | None:
    boxes = [box for box in (_box(given.get("boxes")) for given in annotators) if box is not None]
    return PixelBox(*map(median, zip(*boxes, strict=True))) if boxes else None


def _box(value: object) -> PixelBox | None:
    if not isinstance(value, Mapping):
        return None
    try:
        box = PixelBox(*(float(value[name]) for name in ("minX", "minY", "maxX", "maxY")))
    except (KeyError, TypeError, ValueError):
        return None
    return box if box.left < box.right and box.top < box.bottom else None
