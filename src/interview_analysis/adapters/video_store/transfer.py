"""Moving bytes between stores and local files: bounded, stoppable, whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

from interview_analysis.errors import DependencyUnavailable, StorageFull, VideoError

CHUNK_BYTES = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_T = TypeVar("_T")


class TransferStopped(Exception):
    """The task that waited for this transfer was cancelled; nobody sees this but the thread."""


class BoundedSink:
    """Counts what goes into ``file``.

    ``write`` raises ``VideoError`` (``video_too_large``) before more than ``max_bytes`` are written, ``StorageFull``,
    ``DependencyUnavailable``, and ``TransferStopped`` once ``stop`` is set.
    """

    def __init__(self, file: BinaryIO, max_bytes: int, stop: threading.Event) -> None:
        self._file = file
        self.max_bytes = max_bytes
        self._stop = stop
        self.size = 0

    def write(self, data: bytes) -> None:
        if self._stop.is_set():
            raise TransferStopped
        refuse_above(self.max_bytes, self.size + len(data))
        with disk_errors():
            self._file.write(data)
        self.size += len(data)

    def restart(self) -> None:
        """Forget what was written."""
        self._file.seek(0)
        self._file.truncate()
        self.size = 0


def refuse_above(max_bytes: int, size: int) -> None:
    """Raises ``VideoError`` (``video_too_large``)."""
    if size > max_bytes:
        raise VideoError(f"the video has more than {max_bytes} bytes", code="video_too_large")


async def run_stoppable(work: Callable[[threading.Event], _T]) -> _T:
    """Blocking work in a thread. Cancelling the task sets the event and waits for the thread: no file changes afterwards."""
    stop = threading.Event()
    running = asyncio.ensure_future(asyncio.to_thread(work, stop))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.set()
        with contextlib.suppress(Exception):
            await running
        raise


async def receive(chunks: AsyncIterator[bytes], path: Path, max_bytes: int) -> int:
    """Write an upload to ``path``, durably; return its bytes. On any error ``path`` does not stay behind.

    Raises ``VideoError`` (``video_too_large``), ``StorageFull``, ``DependencyUnavailable``.
    """
    with whole_or_gone(path) as file:
        sink = BoundedSink(file, max_bytes, threading.Event())
        async for chunk in chunks:
            await run_stoppable(lambda _, data=chunk: sink.write(data))  # type: ignore[misc]
        await run_stoppable(lambda _: _sync(file))
        return sink.size


@contextmanager
def whole_or_gone(path: Path) -> Iterator[BinaryIO]:
    """A new file, removed again when the block or closing it fails. Raises ``StorageFull``, ``DependencyUnavailable``."""
    with disk_errors():
        file = path.open("wb")
    try:
        yield file
        with disk_errors():
            file.close()
    except BaseException:
        with contextlib.suppress(OSError):
            file.close()
        path.unlink(missing_ok=True)
        raise


@contextmanager
def disk_errors() -> Iterator[None]:
    """Raises ``StorageFull`` or ``DependencyUnavailable`` for what the local disk refuses."""
    try:
        yield
    except OSError as error:
        kind = StorageFull if error.errno in _FULL else DependencyUnavailable
        raise kind(f"local disk: {error.strerror or type(error).__name__}") from error


def _sync(file: BinaryIO) -> None:
    with disk_errors():
        file.flush()
        os.fsync(file.fileno())
