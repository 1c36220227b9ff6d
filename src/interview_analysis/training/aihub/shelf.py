"""The output folder: class folders, settings and journals, filled by one run at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson

from interview_analysis.errors import Conflict, InputError
from interview_analysis.training.aihub.config import DropReason
from interview_analysis.training.aihub.faces import Outcome
from interview_analysis.training.aihub.journal import Entry, kept_entries
from interview_analysis.training.aihub.plan import PlannedPicture
from interview_analysis.training.aihub.writing import write_whole

JOURNALS = "journal"
_SETTINGS_FILE = "settings.json"
_DIGEST_IN_NAME = 16


class Shelf:
    """The class folders. A picture that lies there already, whatever its name, is not put there again."""

    def __init__(self, out: Path) -> None:
        self._out = out
        (out / JOURNALS).mkdir(exist_ok=True)
        self._digests = {entry.digest for entry in kept_entries(out / JOURNALS)}

    def remove(self, entries: Sequence[Entry]) -> None:
        """The crops of these entries."""
        for entry in entries:
            if entry.file:
                (self._out / entry.file).unlink(missing_ok=True)
                self._digests.discard(entry.digest)

    def put(self, picture: PlannedPicture, outcome: Outcome) -> Entry:
        """The crop's name is person_picture.jpg, both digests; nothing of a name in an archive becomes part of a path."""
        entry = Entry(picture.member.name, picture.folder, outcome.digest)
        dropped = outcome.dropped or (DropReason.DUPLICATE if outcome.digest in self._digests else None)
        if dropped:
            return entry._replace(dropped=dropped)
        file = f"{picture.folder}/{picture.person}_{outcome.digest[:_DIGEST_IN_NAME]}.jpg"
        write_whole(self._out / file, outcome.jpeg)
        self._digests.add(outcome.digest)
        return entry._replace(file=file)


def keep_settings(out: Path, settings: Mapping[str, object]) -> None:
    """Raises ``InputError`` naming what differs from the settings that the folder was begun with."""
    path = out / _SETTINGS_FILE
    if not path.exists():
        write_whole(path, orjson.dumps(settings, option=orjson.OPT_INDENT_2))
        return
    try:
        before = orjson.loads(path.read_bytes())
    except ValueError as error:
        raise InputError(f"{path} is damaged: {error}; begin anew in another --out") from error
    now = orjson.loads(orjson.dumps(settings))
    changed = sorted(name for name in now if before.get(name) != now[name])
    if changed:
        raise InputError(f"{out} was begun with other {', '.join(changed)} ({path}): give the same, or another --out")


@contextmanager
def held(out: Path) -> Iterator[None]:
    """The output folder, for one run at a time. Raises ``InputError`` and ``Conflict``."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = (out / ".lock").open("wb")
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"another run fills {out} now") from error
        yield
