"""What has been done with each picture of one source: a JSON line a picture, so that a killed run goes on where it was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import orjson

from interview_analysis.training.aihub.config import DropReason
from interview_analysis.training.aihub.plan import PlannedPicture
from interview_analysis.training.aihub.sources import Source
from interview_analysis.training.aihub.writing import write_whole


class Entry(NamedTuple):
    """``folder`` is where the picture was to go; ``file`` is its crop, relative to the output folder, or "" where
    something ``dropped`` it. ``digest`` identifies the picture by its bytes."""

    member: str
    folder: str
    digest: str
    file: str = ""
    dropped: DropReason | None = None


def journal_path(folder: Path, source: Source) -> Path:
    """By the source's name within the data folder, which may itself be moved between two runs."""
    return folder / f"{hashlib.sha256(source.name.encode()).hexdigest()[:16]}.jsonl"


class Journal:
    """The journal of one source, in memory and on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries = {entry.member: entry for entry in _read(path)}

    def entry(self, picture: PlannedPicture) -> Entry | None:
        """What was done with the picture under the label that it has now."""
        entry = self._entries.get(picture.member.name)
        return entry if entry is not None and entry.folder == picture.folder else None

    def entries(self) -> list[Entry]:
        return list(self._entries.values())

    def append(self, entry: Entry) -> None:
        """One write of one line, after the crop itself is in place."""
        self._entries[entry.member] = entry
        with self._path.open("ab") as file:
            file.write(_line(entry))

    def outdated(self, planned: Iterable[PlannedPicture]) -> list[Entry]:
        """Entries whose picture is not wanted any more, or under another label."""
        wanted = {picture.member.name: picture.folder for picture in planned}
        return [entry for entry in self._entries.values() if wanted.get(entry.member) != entry.folder]

    def forget(self, entries: Iterable[Entry]) -> None:
        """Once their crops are removed."""
        gone = {entry.member for entry in entries}
        if gone:
            self._entries = {name: entry for name, entry in self._entries.items() if name not in gone}
            write_whole(self._path, b"".join(map(_line, self._entries.values())))


def kept_entries(folder: Path) -> list[Entry]:
    """Entries with a crop in all journals, also those of sources that are not there any more."""
    return [entry for path in sorted(folder.glob("*.jsonl")) for entry in Journal(path).entries() if entry.file]


def _read(path: Path) -> list[Entry]:
    """All whole lines; what a kill left of the last one is cut off, so that the next line starts afresh."""
    if not path.exists():
        return []
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        path.write_bytes(whole)
    return [entry for entry in map(_entry, whole.splitlines()) if entry is not None]


def _line(entry: Entry) -> bytes:
    return orjson.dumps(entry._asdict()) + b"\n"


def _entry(line: bytes) -> Entry | None:
    """``None`` for a damaged line: its picture is done again."""
    try:
        fields = orjson.loads(line)
        dropped = fields.pop("dropped")
        return Entry(**fields, dropped=DropReason(dropped) if dropped else None)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
