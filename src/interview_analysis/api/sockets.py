"""What all WebSockets of this service share: who may connect, how many, and how they are told that they may not."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar
from urllib.parse import urlsplit

from fastapi import WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ValidationError
from starlette.datastructures import Headers

from interview_analysis.api.access import KEY_HEADER, client_site, identify
from interview_analysis.errors import DependencyUnavailable, InterviewAnalysisError, ModelUnavailable, Unauthenticated
from interview_analysis.settings.edge import AccessSettings

POLICY, FULL, BROKEN, TEXT, TOO_BIG = 1008, 1013, 1011, 1003, 1009
"""Close codes of RFC 6455, and 1013 of its registry: try again later."""
_MOST_UNKNOWN = 64
"""Connections that have not said who they are; each may take a few seconds for it."""
_HELLO_SECONDS = 10.0
_HELLO_CHARACTERS = 4096

_Hello = TypeVar("_Hello", bound=BaseModel)


class SocketRefused(Exception):
    """The connection is to be closed with this code; ``reason`` is a stable code of this service."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Places:
    """Connections of one kind to this process."""

    def __init__(self, kind: str, most: int, most_each: int) -> None:
        """``most`` 0 = off. ``kind`` begins the codes of refusals."""
        self._kind = kind
        self._most = most
        self._most_each = most_each
        self._taken: Counter[str] = Counter()
        self._unknown = 0

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """For who has not said hello. Raises ``SocketRefused``."""
        if self._most == 0:
            raise SocketRefused(POLICY, f"{self._kind}_off")
        if self._unknown >= _MOST_UNKNOWN:
            raise SocketRefused(FULL, f"{self._kind}_full")
        self._unknown += 1
        try:
            yield
        finally:
            self._unknown -= 1

    @contextmanager
    def place(self, caller: str) -> Iterator[None]:
        """For one connection of ``caller``. Raises ``SocketRefused``."""
        if self._taken.total() >= self._most or self._taken[caller] >= self._most_each:
            raise SocketRefused(FULL, f"{self._kind}_full")
        self._taken[caller] += 1
        try:
            yield
        finally:
            self._taken[caller] -= 1
            if not self._taken[caller]:
                del self._taken[caller]


def is_welcome(headers: Headers, allowed: tuple[str, ...]) -> bool:
    """Whether the page that a browser names may connect: one of this server or of ``CORS_ORIGINS``. Browsers let any page open
    a WebSocket to any address, so this must be asked here. Other programs send no ``Origin``."""
    origin = headers.get("origin")
    if origin is None or "*" in allowed or origin in allowed:
        return True
    return urlsplit(origin).netloc == headers.get("host", "")


@asynccontextmanager
async def told_why(socket: WebSocket) -> AsyncIterator[None]:
    """Whatever ends the conversation inside, the other end is told by close code and reason."""
    try:
        yield
    except SocketRefused as refused:
        await _close(socket, refused)
    except (ModelUnavailable, DependencyUnavailable) as error:
        await _close(socket, _refusal(error))
    except WebSocketDisconnect:
        pass


def _refusal(error: InterviewAnalysisError) -> SocketRefused:
    return SocketRefused(BROKEN if isinstance(error, ModelUnavailable) else FULL, error.code)


async def _close(socket: WebSocket, refused: SocketRefused) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # it may have gone meanwhile
        await socket.close(refused.code, refused.reason)


async def read_hello(socket: WebSocket, form: type[_Hello]) -> _Hello:
    """The first message. Raises ``SocketRefused``, ``WebSocketDisconnect``."""
    try:
        async with asyncio.timeout(_HELLO_SECONDS):
            text = (await receive(socket)).get("text")
        return form.model_validate_json(str(text)[:_HELLO_CHARACTERS])
    except TimeoutError:
        raise SocketRefused(POLICY, "request_timeout") from None
    except ValidationError:
        raise SocketRefused(POLICY, "invalid_request") from None


def caller_of(socket: WebSocket, access: AccessSettings, key: str | None) -> str:
    """The owner of the key in the headers or in the hello (``key``); without keys the address. Raises ``SocketRefused``."""
    if not access.api_keys:
        return client_site(socket.scope)
    given = socket.headers if key is None else Headers(raw=[(KEY_HEADER.lower().encode(), key.encode())])
    try:
        owner = identify(given, access.api_keys)
    except Unauthenticated as error:
        raise SocketRefused(POLICY, error.code) from None
    socket.state.owner = owner
    return owner


async def receive(socket: WebSocket) -> dict[str, object]:
    """Raises ``WebSocketDisconnect``."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    return dict(message)
