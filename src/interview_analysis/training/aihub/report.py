"""What a run kept, what it dropped and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from interview_analysis.training.aihub.config import AihubConfig
from interview_analysis.training.aihub.journal import Entry, Journal
from interview_analysis.training.aihub.plan import TRAIN, VALIDATION, SourcePlan
from interview_analysis.training.aihub.sources import BadSource


@dataclass(frozen=True, slots=True)
class SourceCount:
    """Pictures of one source: ``pictures`` = ``kept`` + the sum of ``dropped``."""

    name: str
    pictures: int
    kept: int
    dropped: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """``classes``: crops by side and class; ``persons``: by side. Both count what earlier runs left in the same folder too.

    ``bad_sources`` could not be read at all; the run went on without them.
    """

    settings: Mapping[str, object]
    pictures: int
    kept: int
    dropped: Mapping[str, int]
    classes: Mapping[str, Mapping[str, int]]
    persons: Mapping[str, int]
    sources: tuple[SourceCount, ...]
    bad_sources: tuple[BadSource, ...]
    warnings: tuple[str, ...]


def count_source(plan: SourcePlan, journal: Journal) -> SourceCount:
    """Once all pictures of the plan have an entry in the journal."""
    entries = [entry for entry in map(journal.entry, plan.pictures) if entry is not None]
    dropped = Counter(plan.dropped) + Counter(entry.dropped for entry in entries if entry.dropped)
    kept = sum(bool(entry.file) for entry in entries)
    return SourceCount(plan.source.name, plan.total, kept, {reason.value: count for reason, count in sorted(dropped.items())})


def build_report(
    config: AihubConfig,
    settings: Mapping[str, object],
    sources: Sequence[SourceCount],
    bad: Sequence[BadSource],
    kept: Iterable[Entry],
) -> Report:
    """``kept``: every entry with a crop in the output folder."""
    files = [PurePosixPath(entry.file) for entry in kept]
    crops = Counter((file.parts[0], file.parts[1]) for file in files)
    persons = Counter(side for side, _ in {(file.parts[0], file.name.partition("_")[0]) for file in files})
    dropped: Counter[str] = sum((Counter(source.dropped) for source in sources), Counter())
    classes = {side: {label: crops[side, label] for label in config.classes} for side in (TRAIN, VALIDATION)}
    return Report(
        settings=settings,
        pictures=sum(source.pictures for source in sources),
        kept=sum(source.kept for source in sources),
        dropped=dict(sorted(dropped.items())),
        classes=classes,
        persons={side: persons[side] for side in (TRAIN, VALIDATION)},
        sources=tuple(sources),
        bad_sources=tuple(bad),
        warnings=_warnings(classes),
    )


def _warnings(classes: Mapping[str, Mapping[str, int]]) -> tuple[str, ...]:
    empty = [(side, label) for side, counts in classes.items() for label, count in counts.items() if not count]
    return tuple(f"{side} has no picture of class {label}" for side, label in empty)
