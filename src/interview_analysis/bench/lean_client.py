"""HTTP/1.1 requests at a small fraction of a service's cost.

The load comes from the cores that are measured: a full client library takes longer for a request than the service for its
answer. What is left out (redirects, compression, chunked answers) the service's plain JSON routes do not use.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import deque
from typing import NamedTuple
from urllib.parse import urlsplit

_ANSWER_SECONDS = 30.0
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Answer(NamedTuple):
    status: int
    body: bytes


class LeanClient:
    """Keeps connections open and takes another one where all are busy. Close it with ``aclose``."""

    def __init__(self, url: str, api_key: str = "") -> None:
        target = urlsplit(url)
        self._host = target.hostname or ""
        self._secure = ssl.create_default_context() if target.scheme == "https" else None
        self._port = target.port or (443 if self._secure else 80)
        self._root = target.path.rstrip("/")
        self._headers = f"Host: {target.netloc}\r\n" + (f"X-API-Key: {api_key}\r\n" if api_key else "")
        self._idle: deque[Connection] = deque()

    async def get(self, path: str) -> Answer:
        """Raises ``OSError``, also for what is no answer to this client, and ``TimeoutError``."""
        return await self._ask(self._head("GET", path))

    async def post(self, path: str, body: bytes) -> Answer:
        """As ``get``; ``body`` is JSON."""
        entity = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return await self._ask(self._head("POST", path, entity) + body)

    async def stream(self, path: str) -> Connection:
        """A connection of its own, from which the rest of a successful answer can be read. Raises as ``get``."""
        async with asyncio.timeout(_ANSWER_SECONDS):
            reader, writer = await self._connect()
            writer.write(self._head("GET", path, "Accept: text/event-stream\r\n"))
            if b" 200 " in await reader.readline():
                return reader, writer
        await _close(writer)
        raise ConnectionError("the stream was refused")

    async def aclose(self) -> None:
        """Close what is open and idle."""
        for _, writer in self._idle:
            await _close(writer)
        self._idle.clear()

    def _head(self, method: str, path: str, more: str = "") -> bytes:
        return f"{method} {self._root}{path} HTTP/1.1\r\n{self._headers}{more}\r\n".encode()

    async def _connect(self) -> Connection:
        return await asyncio.open_connection(self._host, self._port, ssl=self._secure)

    async def _ask(self, request: bytes) -> Answer:
        async with asyncio.timeout(_ANSWER_SECONDS):
            while self._idle:
                connection = self._idle.pop()
                with contextlib.suppress(_Stale):
                    return await self._exchange(connection, request)
            return await self._exchange(await self._connect(), request)

    async def _exchange(self, connection: Connection, request: bytes) -> Answer:
        reader, writer = connection
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            answer = Answer(int(head.split(b" ", 2)[1]), await reader.readexactly(_length(head)))
        except BaseException as error:
            await _close(writer)
            cut = isinstance(error, asyncio.IncompleteReadError) and not error.partial
            if cut or isinstance(error, (ConnectionResetError, BrokenPipeError)):
                raise _Stale("closed before an answer") from error
            if isinstance(error, (EOFError, ValueError, IndexError, asyncio.LimitOverrunError)):
                raise ConnectionError(f"no whole answer came: {type(error).__name__}") from error
            raise
        if b"\r\nconnection: close" in head.lower():
            await _close(writer)
        else:
            self._idle.append(connection)
        return answer


class _Stale(ConnectionError):
    """Servers close connections that were idle for some seconds; the request then goes over another one."""


def _length(head: bytes) -> int:
    """Raises ``ValueError`` where the answer does not say how long it is."""
    with contextlib.suppress(StopIteration):
        return int(next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")).split(b":")[1])
    raise ValueError("no Content-Length")


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
