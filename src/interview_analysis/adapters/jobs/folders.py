"""Work folders: one a worker process, locked for as long as that process lives.

The lock tells the living from the dead without process ids, across restarts and kills: ``ROOT/WORKER/lock`` is free exactly
when the worker has ended.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from interview_analysis.adapters.jobs.locks import FileLock
from interview_analysis.errors import Conflict

_LOCK = "lock"
_LOCK_TRIES = 20
_LOCK_WAIT_SECONDS = 0.05
"""A probe of another process holds the lock for a moment; a living worker holds it for good."""


@contextlib.contextmanager
def own_folder(root: Path, worker: str) -> Iterator[Path]:
    """The folder of this worker, removed at the end. Blocking. Raises ``Conflict`` where a living worker has the same name."""
    folder = root / worker
    with FileLock(folder / _LOCK) as lock:
        for _ in range(_LOCK_TRIES):
            if lock.try_acquire() and lock.is_current():
                break
            lock.release()
            time.sleep(_LOCK_WAIT_SECONDS)
        else:
            raise Conflict(f"a worker named {worker} is running")
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def living_workers(root: Path) -> list[str]:
    """Names of the workers that run on this machine, sorted; asked from any process."""
    return [worker for worker in _names(root) if FileLock(root / worker / _LOCK).is_held()]


def dead_workers(root: Path) -> list[str]:
    """Names of the workers that left a folder behind."""
    return [worker for worker in _names(root) if not FileLock(root / worker / _LOCK).is_held()]


def remove_folder(root: Path, worker: str) -> None:
    """Remove what a dead worker left; harmless where there is nothing."""
    shutil.rmtree(root / worker, ignore_errors=True)


def _names(root: Path) -> list[str]:
    return sorted(entry.name for entry in root.iterdir() if entry.is_dir()) if root.is_dir() else []
