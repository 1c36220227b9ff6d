"""Options of one ``preprocess aihub`` run, and the classes of the data set."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

CLASS_OF_WORD = {
    "기쁨": "happy",
    "슬픔": "sad",
    "중립": "neutral",
    "당황": "embarrassed",
    "불안": "anxiety",
    "분노": "angry",
    "상처": "hurt",
}
"""The seven words of the annotations, and the class folders they go to."""
DEFAULT_CLASSES = ("happy", "sad", "neutral", "embarrassed", "anxiety")
DEFAULT_PERSON_PATTERN = r"^([^_]+)_"
"""File names begin with a hash of the person who uploaded the picture, up to the first underscore."""
_FREE_FIELDS = frozenset({"data", "out", "jobs"})


class DropReason(StrEnum):
    """Why a picture gave no crop, in the order in which it is asked."""

    NO_LABEL = "no_label"
    DISAGREEMENT = "disagreement"
    OTHER_CLASS = "other_class"
    NO_PERSON = "no_person"
    OVER_CAP = "over_cap"
    UNREADABLE = "unreadable"
    DUPLICATE = "duplicate"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"


@dataclass(frozen=True, slots=True)
class AihubConfig:
    """``preprocess aihub``. Sides in pixels.

    data              a folder with ZIP files, pictures and annotations in any depth, or one ZIP file
    validation_share  of the persons
    per_zip           at most so many pictures of one ZIP file, or of one folder of pictures; 0 = all
    person_pattern    searched in a picture's file name; its first group, or all of it, names the person
    min_side          smaller crops are dropped
    max_side          larger crops are scaled down to it
    jobs              worker processes; 0 = one for each CPU
    """

    data: Path
    out: Path
    classes: tuple[str, ...] = DEFAULT_CLASSES
    validation_share: float = 0.1
    seed: int = 20261121
    per_zip: int = 5000
    person_pattern: str = DEFAULT_PERSON_PATTERN
    min_side: int = 48
    max_side: int = 256
    jobs: int = 1

    def __post_init__(self) -> None:
        """Raises ``ValueError`` naming the field that is out of range."""
        unknown = sorted(set(self.classes) - set(CLASS_OF_WORD.values()))
        if unknown or not self.classes:
            raise ValueError(f"classes: {', '.join(unknown) or 'none'}; choose from {', '.join(CLASS_OF_WORD.values())}")
        if not 0 < self.validation_share < 1:
            raise ValueError("validation_share must lie between 0 and 1")
        if min(self.per_zip, self.jobs) < 0:
            raise ValueError("per_zip and jobs must not be negative")
        if not 0 < self.min_side <= self.max_side:
            raise ValueError("min_side must be positive, and max_side not smaller")
        try:
            re.compile(self.person_pattern)
        except re.error as error:
            raise ValueError(f"person_pattern is not a regular expression: {error}") from error

    def fixed(self) -> dict[str, object]:
        """What must stay the same when a run is taken up again: everything but the paths and ``jobs``."""
        return {name: value for name, value in asdict(self).items() if name not in _FREE_FIELDS} | {
            "classes": sorted(self.classes)
        }
