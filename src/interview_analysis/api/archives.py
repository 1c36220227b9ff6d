"""A ZIP archive made while it is sent: what is held in memory is one piece of one member."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime


class _Outgoing(io.RawIOBase):
    """Takes what the archive writes until it is sent. Not seekable: sizes and checksums then stand behind each member."""

    def __init__(self) -> None:
        self._pieces = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._pieces += data
        return len(data)

    def take(self) -> bytes:
        """What has come since the last time."""
        taken = bytes(self._pieces)
        self._pieces.clear()
        return taken


class ArchiveStream:
    """``add`` members one after another, then ``finish``; both yield the archive's bytes as they come."""

    def __init__(self) -> None:
        self._outgoing = _Outgoing()
        self._archive = zipfile.ZipFile(self._outgoing, "w")

    async def add(self, name: str, chunks: AsyncIterator[bytes], *, compress: bool = True) -> AsyncIterator[bytes]:
        """One member. ``name`` must be made of our own parts: what a user has chosen could lead out of a folder."""
        entry = zipfile.ZipInfo(name, date_time=datetime.now(UTC).timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        with self._archive.open(entry, "w", force_zip64=True) as member:
            async for chunk in chunks:
                await asyncio.to_thread(member.write, chunk)
                yield self._outgoing.take()
        yield self._outgoing.take()

    def finish(self) -> bytes:
        """The table of contents."""
        self._archive.close()
        return self._outgoing.take()
