"""Numbers that several processes count up and any process may sum: one file a process in one folder.

Why not a process's memory: ``serve --workers 4`` answers a scrape from any of four processes, and workers are processes too.
Why not a memory map: on a full disk the kernel ends a process that touches one; a failed ``pwrite`` is an error like others.
A number outlives its process (a folder never counts backwards), except those whose name starts with ``LIVE``.

A file is a row of records: value, length of the name, name padded to 8 bytes. Its process holds a lock on it, so that the
dead are told from the living without process ids. What the dead counted is folded into one file.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

LIVE = "live:"
"""Names that start so count only while their process lives: gauges."""
_VALUE = struct.Struct("<d")
_HEAD = struct.Struct("<dI")
_SUFFIX = ".values"
_FOLDED = "ended.values"


class ValueFile:
    """The numbers of this process. Thread-safe; ``add`` costs one small write to the page cache."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._slots: dict[str, tuple[int, float]] = {}
        self._end = 0

    def add(self, name: str, amount: float) -> None:
        """Raises ``OSError``."""
        with self._lock:
            known = self._slots.get(name)
            if known is None:
                record = _record(name, amount)
                self._slots[name] = self._end, amount
                os.pwrite(self._descriptor, record, self._end)
                self._end += len(record)
            else:
                place, value = known
                self._slots[name] = place, value + amount
                os.pwrite(self._descriptor, _VALUE.pack(value + amount), place)

    def close(self) -> None:
        os.close(self._descriptor)


class ValueFolder:
    """All processes' files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def open(self) -> Iterator[ValueFile]:
        """A file for this process, folded at the end. Raises ``OSError``."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._turn(fcntl.LOCK_SH):
            path = self._folder / f"{os.getpid()}-{secrets.token_hex(8)}{_SUFFIX}"
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        file = ValueFile(descriptor)
        self.fold()
        try:
            yield file
        finally:
            file.close()
            self.fold()

    def totals(self) -> dict[str, float]:
        """Sums over all files. Blocking. Raises ``OSError``."""
        sums: dict[str, float] = {}
        if self._folder.is_dir():
            with self._turn(fcntl.LOCK_SH):
                for path in self._folder.glob(f"*{_SUFFIX}"):
                    _sum_into(sums, path, with_live=_is_held(path))
        return sums

    def fold(self) -> None:
        """Bring the files of dead processes into one. Nothing happens while others read or write the folder, or on an error:
        the next process does it."""
        with contextlib.suppress(OSError), self._turn(fcntl.LOCK_EX | fcntl.LOCK_NB):
            dead = [path for path in self._folder.glob(f"*{_SUFFIX}") if path.name != _FOLDED and not _is_held(path)]
            if not dead:
                return
            sums: dict[str, float] = {}
            for path in (self._folder / _FOLDED, *dead):
                with contextlib.suppress(FileNotFoundError):
                    _sum_into(sums, path, with_live=False)
            whole = self._folder / f"{_FOLDED}.new"
            whole.write_bytes(b"".join(_record(name, value) for name, value in sums.items()))
            whole.replace(self._folder / _FOLDED)
            for path in dead:
                path.unlink()

    @contextlib.contextmanager
    def _turn(self, kind: int) -> Iterator[None]:
        with (self._folder / "lock").open("ab") as file:
            fcntl.flock(file, kind)
            yield


def _record(name: str, value: float) -> bytes:
    encoded = name.encode()
    return _HEAD.pack(value, len(encoded)) + encoded + bytes(-(_HEAD.size + len(encoded)) % 8)


def _sum_into(sums: dict[str, float], path: Path, *, with_live: bool) -> None:
    data, place = path.read_bytes(), 0
    while place + _HEAD.size < len(data):
        value, length = _HEAD.unpack_from(data, place)
        end = place + _HEAD.size + length
        if length == 0 or end > len(data):
            return
        name = data[place + _HEAD.size : end].decode(errors="replace")
        if with_live or not name.startswith(LIVE):
            sums[name] = sums.get(name, 0.0) + value
        place = end + -(end - place) % 8


def _is_held(path: Path) -> bool:
    """Whether the process that writes it lives."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
