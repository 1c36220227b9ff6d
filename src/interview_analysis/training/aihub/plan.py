"""Before any picture is opened: which are wanted, as what, and on which side of the split."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from interview_analysis.training.aihub.config import AihubConfig, DropReason
from interview_analysis.training.aihub.labels import Annotation, PixelBox, annotation_key, class_of_name
from interview_analysis.training.aihub.sources import Member, Source

TRAIN, VALIDATION = "train", "validation"
_HASH_RANGE = 2**64
_PERSON_DIGITS = 12


class PlannedPicture(NamedTuple):
    """``side``: train or validation; ``person``: digest of who is in it; ``hint``: where annotators saw the face."""

    member: Member
    label: str
    side: str
    person: str
    hint: PixelBox | None

    @property
    def folder(self) -> str:
        """Relative to the output folder."""
        return f"{self.side}/{self.label}"


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """``total`` pictures were listed; ``dropped`` says why some of them are not among ``pictures``."""

    source: Source
    total: int
    pictures: tuple[PlannedPicture, ...]
    dropped: Mapping[DropReason, int]


def plan_source(
    source: Source, members: Sequence[Member], annotations: Mapping[str, Annotation], config: AihubConfig
) -> SourcePlan:
    """The same members and options always give the same plan."""
    dropped: Counter[DropReason] = Counter()
    wanted: list[PlannedPicture] = []
    for member in members:
        planned = _plan(source, member, annotations.get(annotation_key(member.name)), config)
        if isinstance(planned, DropReason):
            dropped[planned] += 1
        else:
            wanted.append(planned)
    chosen = _capped(wanted, config)
    dropped[DropReason.OVER_CAP] = len(wanted) - len(chosen)
    return SourcePlan(source, len(members), tuple(chosen), +dropped)


def _plan(source: Source, member: Member, annotation: Annotation | None, config: AihubConfig) -> PlannedPicture | DropReason:
    if annotation is None:
        annotation = Annotation(class_of_name(f"{source.name}/{member.name}"))
    if annotation.disputed:
        return DropReason.DISAGREEMENT
    if annotation.label is None:
        return DropReason.NO_LABEL
    if annotation.label not in config.classes:
        return DropReason.OTHER_CLASS
    person = person_of(member.name, config.person_pattern)
    if person is None:
        return DropReason.NO_PERSON
    return PlannedPicture(member, annotation.label, side_of(person, config), person, annotation.box)


def person_of(name: str, pattern: str) -> str | None:
    """Digest of the person whom ``pattern`` finds in the file name; ``None`` where it finds nobody."""
    found = re.search(pattern, PurePosixPath(name).name)
    person = found and (found.group(1) if found.re.groups else found.group())
    return hashlib.sha256(person.encode()).hexdigest()[:_PERSON_DIGITS] if person else None


def side_of(person: str, config: AihubConfig) -> str:
    """By a hash of seed and person alone, so that pictures that are added later move nobody to the other side."""
    return VALIDATION if _number(config.seed, person) < config.validation_share * _HASH_RANGE else TRAIN


def _capped(pictures: list[PlannedPicture], config: AihubConfig) -> list[PlannedPicture]:
    if not config.per_zip or len(pictures) <= config.per_zip:
        return pictures
    drawn = sorted(pictures, key=lambda picture: _number(config.seed, picture.member.name))[: config.per_zip]
    return sorted(drawn, key=lambda picture: picture.member)


def _number(seed: int, text: str) -> int:
    """Even over 0 … 2**64 − 1, and the same on every machine."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{text}".encode()).digest()[:8])
