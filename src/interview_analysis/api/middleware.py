"""Limits on the body of every request."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interview_analysis.api.errors import problem_response, status_of
from interview_analysis.errors import InputError

_BODY_LIMIT = 1 << 20
_LARGER = {("POST", path): 12 << 20 for path in ("/gaze", "/gaze/calibration", "/gaze/calibration/check")}
"""Of routes that take pictures; what one may have is judged there. 13 points of 12 at 640×480 take about 9 MiB in base64."""
_STREAMED = {("POST", "uploads"), ("PUT", "saliency")}
"""Method and first part of the path of the routes that read their bodies piece by piece, with limits of their own."""
_PATIENCE_SECONDS = 30.0
_SLOWEST = 8 * 1024
"""Bytes a second that a body must bring on average once the patience is used up; a slow telephone line brings as much."""


class BodyLimit:
    """Refuses bodies over 1 MiB with 413, except on the routes that take pictures or stream, and bodies that trickle with
    408."""

    def __init__(self, app: ASGIApp, patience: float = _PATIENCE_SECONDS) -> None:
        self._app = app
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        timely = _timely(receive, self._patience)
        if (scope["method"], scope["path"].lstrip("/").partition("/")[0]) in _STREAMED:
            await self._app(scope, timely, send)
            return
        try:
            body = await _read(scope, timely)
        except InputError as error:
            response = problem_response(status_of(error), error.code, HTTPConnection(scope), detail=error.detail)
            await response(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


def _timely(receive: Receive, patience: float) -> Receive:
    """Raises ``InputError`` (``request_timeout``) once the caller is too slow; the program's own time is not counted."""
    waited, got, whole = 0.0, 0, False

    async def receive_in_time() -> Message:
        nonlocal waited, got, whole
        if whole:
            return await receive()
        allowed = patience + got / _SLOWEST
        begun = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(allowed - waited):
                part = await receive()
        except TimeoutError:
            raise InputError(f"{got} bytes of the body after {allowed:.0f} s", code="request_timeout") from None
        waited += asyncio.get_running_loop().time() - begun
        got += len(part.get("body", b""))
        whole = not part.get("more_body", False)
        return part

    return receive_in_time


async def _read(scope: Scope, receive: Receive) -> bytes:
    """The whole body. Raises ``InputError`` (``body_too_large``, ``request_timeout``)."""
    declared = Headers(scope=scope).get("content-length", "0")
    limit = _LARGER.get((scope["method"], scope["path"].rstrip("/")), _BODY_LIMIT)
    too_large = InputError(f"more than {limit} bytes", code="body_too_large")
    if declared.isdecimal() and int(declared) > limit:
        raise too_large
    body = bytearray()
    while True:
        part = await receive()
        if part["type"] == "http.disconnect":
            return bytes(body)
        body += part.get("body", b"")
        if len(body) > limit:
            raise too_large
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
