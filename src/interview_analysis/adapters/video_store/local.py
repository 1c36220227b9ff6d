"""``VideoStore`` in a local folder, one sub-folder a bucket: the embedded stand-in for S3."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from interview_analysis.adapters.video_store.transfer import (
    CHUNK_BYTES,
    BoundedSink,
    disk_errors,
    receive,
    refuse_above,
    run_stoppable,
    whole_or_gone,
)
from interview_analysis.application.ports import KeyPage, StoredVideo
from interview_analysis.domain.analysis import VideoReference
from interview_analysis.errors import DependencyUnavailable, Forbidden, InputError, NotFound

_INCOMING = ".incoming"
"""Unfinished uploads. No bucket name starts with a dot, so they cannot be asked for."""
_ABANDONED_SECONDS = 24 * 3600.0
"""No upload takes as long; what is older was left behind by a killed process."""

_NO_SUCH_FILE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ENXIO)
_REFUSED = (errno.EACCES, errno.EPERM, errno.ELOOP)
_BAD_NAME = (errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENAMETOOLONG, errno.ENOTEMPTY)


class LocalVideoStore:
    """Keys cannot leave their bucket's folder, not through a symbolic link either."""

    def __init__(self, root: Path, max_bytes: int) -> None:
        self._root = root
        self._max_bytes = max_bytes

    def check(self, video: VideoReference) -> None:
        """Every well-formed bucket name is allowed here."""

    async def fetch(self, video: VideoReference, target: Path) -> int:
        """Copy the object into ``target``; the errors are those of the port."""
        return await run_stoppable(lambda stop: self._copy(video, target, stop))

    async def look_up(self, video: VideoReference) -> StoredVideo:
        """See the port."""
        return await run_stoppable(lambda _: self._look_up(video))

    async def read(self, video: VideoReference, start: int, stop: int, tag: str) -> AsyncIterator[bytes]:
        """See the port."""
        source = await run_stoppable(lambda _: self._open_at(video, start, tag))
        try:
            rest = stop - start
            while rest > 0:
                chunk = await run_stoppable(lambda _, most=rest: _some(source, most))  # type: ignore[misc]
                rest -= len(chunk)
                yield chunk
        finally:
            source.close()

    async def put(self, video: VideoReference, chunks: AsyncIterator[bytes]) -> int:
        """Store an upload whole or not at all. Raises also ``InputError`` (``invalid_key``) for a name the disk refuses."""
        incoming = await run_stoppable(lambda _: self._new_incoming())
        size = await receive(chunks, incoming, self._max_bytes)
        await run_stoppable(lambda _: self._move(incoming, video))
        return size

    async def list_older(self, bucket: str, prefix: str, before: datetime, after: str, limit: int) -> KeyPage:
        """See the port; every file below ``prefix`` is looked at for its name."""
        return await run_stoppable(lambda _: self._list(bucket, prefix, before, after, limit))

    async def delete(self, video: VideoReference) -> bool:
        """Erase one object; ``False`` where there was none."""
        return await run_stoppable(lambda _: self._unlink(video))

    async def exists(self, video: VideoReference) -> bool:
        """Whether there is such a file."""
        return await run_stoppable(lambda _: self._is_there(video))

    async def ping(self) -> None:
        """Raises ``DependencyUnavailable`` where the folder cannot be made or written to."""
        await run_stoppable(lambda _: self._probe())

    def _copy(self, video: VideoReference, target: Path, stop: threading.Event) -> int:
        with self._open(video) as source, disk_errors(), whole_or_gone(target) as file:
            refuse_above(self._max_bytes, os.fstat(source.fileno()).st_size)
            sink = BoundedSink(file, self._max_bytes, stop)
            while chunk := source.read(CHUNK_BYTES):
                sink.write(chunk)
            return sink.size

    def _look_up(self, video: VideoReference) -> StoredVideo:
        with self._open(video) as source:
            return _stored(source)

    def _open_at(self, video: VideoReference, start: int, tag: str) -> BinaryIO:
        source = self._open(video)
        if _stored(source).tag != tag:
            source.close()
            raise DependencyUnavailable("the file has changed since it was looked up")
        source.seek(start)
        return source

    def _open(self, video: VideoReference) -> BinaryIO:
        path = self._inside(video)
        try:
            # A pipe under this name must not block the thread, hence not ``path.open``.
            source = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")
        except OSError as error:
            if error.errno in _NO_SUCH_FILE:
                raise NotFound("no such file", code="video_not_found") from error
            if error.errno in _REFUSED:
                raise Forbidden(f"the file cannot be opened: {error.strerror}") from error
            raise DependencyUnavailable(f"local disk: {error.strerror}") from error
        if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
            source.close()
            raise NotFound("not a file", code="video_not_found")
        return source

    def _inside(self, video: VideoReference) -> Path:
        """The object's path without symbolic links. Raises ``Forbidden`` where it leads out of its bucket."""
        bucket = self._root.resolve() / video.bucket
        try:
            path = (bucket / video.key).resolve()
        except RuntimeError as error:
            raise Forbidden("the key is a loop of symbolic links") from error
        if bucket not in path.parents:
            raise Forbidden("the key leads out of its bucket")
        return path

    def _new_incoming(self) -> Path:
        folder = self._root / _INCOMING
        with disk_errors():
            folder.mkdir(parents=True, exist_ok=True)
            for path in folder.iterdir():
                _remove_abandoned(path)
        return folder / secrets.token_hex(16)

    def _move(self, incoming: Path, video: VideoReference) -> None:
        try:
            target = self._inside(video)
            with disk_errors(), _usable_name():
                target.parent.mkdir(parents=True, exist_ok=True)
                incoming.replace(target)
        finally:
            incoming.unlink(missing_ok=True)

    def _list(self, bucket: str, prefix: str, before: datetime, after: str, limit: int) -> KeyPage:
        root = self._root / bucket
        if not root.is_dir():
            raise NotFound("no such bucket", code="video_not_found")
        with disk_errors():
            keys = sorted(str(path.relative_to(root)) for path in (root / prefix).rglob("*") if path.is_file())
        keys = [key for key in keys if key > after]
        older = [key for key in keys[:limit] if _is_older(root / key, before)]
        return KeyPage(tuple(older), keys[limit - 1] if len(keys) > limit else "")

    def _unlink(self, video: VideoReference) -> bool:
        path = self._inside(video)
        with disk_errors():
            try:
                path.unlink()
            except OSError as error:
                if error.errno in _NO_SUCH_FILE:
                    return False
                raise
        return True

    def _is_there(self, video: VideoReference) -> bool:
        path = self._inside(video)
        with disk_errors():
            try:
                path.lstat()
            except OSError as error:
                if error.errno in _NO_SUCH_FILE:
                    return False
                raise
        return True

    def _probe(self) -> None:
        folder = self._new_incoming().parent
        if not os.access(folder, os.W_OK | os.X_OK):
            raise DependencyUnavailable("the video folder is not writable")


def _stored(source: BinaryIO) -> StoredVideo:
    """An upload that takes another's place is another file, hence the inode."""
    found = os.fstat(source.fileno())
    return StoredVideo(found.st_size, f"{found.st_mtime_ns:x}-{found.st_size:x}-{found.st_ino:x}")


def _some(source: BinaryIO, most: int) -> bytes:
    """Raises ``DependencyUnavailable`` where the file has become shorter."""
    with disk_errors():
        chunk = source.read(min(most, CHUNK_BYTES))
    if not chunk:
        raise DependencyUnavailable("the file has become shorter")
    return chunk


def _is_older(path: Path, before: datetime) -> bool:
    try:
        return path.lstat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False


def _remove_abandoned(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
            path.unlink()


@contextmanager
def _usable_name() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _BAD_NAME:
            raise InputError("the key is a folder, lies below a video or is too long", code="invalid_key") from error
        raise
