"""Limits and headers around every request."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interview_analysis.api.errors import SECURITY_HEADERS, problem_response

_BODY_LIMIT = 1 << 20
_STREAMED = "/uploads"


class BodyLimit:
    """Refuses bodies over 1 MiB with 413, except on the route that streams them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].rstrip("/") == _STREAMED:
            await self._app(scope, receive, send)
            return
        body = await _read(scope, receive)
        if body is None:
            response = problem_response(413, "body_too_large", Request(scope), detail=f"more than {_BODY_LIMIT} bytes")
            await response(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body, ``None`` when it is larger than allowed."""
    declared = Headers(scope=scope).get("content-length", "0")
    if declared.isdecimal() and int(declared) > _BODY_LIMIT:
        return None
    body = bytearray()
    while True:
        part = await receive()
        if part["type"] == "http.disconnect":
            return bytes(body)
        body += part.get("body", b"")
        if len(body) > _BODY_LIMIT:
            return None
        if not part.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


class SecurityHeaders:
    """Sets ``SECURITY_HEADERS`` on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(part: Message) -> None:
            if part["type"] == "http.response.start":
                MutableHeaders(scope=part).update(SECURITY_HEADERS)
            await send(part)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
