"""Advisory file locks that the kernel gives back when their process dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self


class FileLock:
    """One exclusive lock (``flock``) on one file, which is created with its folder where missing and never removed.

    Children do not inherit it: Python opens files close-on-exec.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def try_acquire(self) -> bool:
        """Take the lock without waiting; ``False`` where another process (or object) holds it. Raises ``OSError``."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            file = self._path.open("ab")
        except FileNotFoundError:  # somebody removes the folder at this moment
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def is_held(self) -> bool:
        """Whether some process holds the lock. A shared probe, so that several may look at the same time."""
        try:
            with self._path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def is_current(self) -> bool:
        """Whether the path still names the locked file: somebody may have removed it between opening and locking."""
        if self._file is None:
            return False
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._file.fileno()))
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Give the lock back; harmless when not held."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()
