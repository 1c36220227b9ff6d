"""What surrounds every request: its id, and an answer where the program failed."""

from __future__ import annotations

import logging
import re
import uuid

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interview_analysis.api.errors import problem_response

_log = logging.getLogger(__name__)
ID_HEADER = "X-Request-ID"
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestId:
    """Takes the caller's ``X-Request-ID`` where it is well formed, else makes one; binds it to every line of the log and
    repeats it in the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(ID_HEADER, "")
        request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id

        async def with_id(part: Message) -> None:
            if part["type"].endswith("http.response.start"):
                MutableHeaders(scope=part)[ID_HEADER] = request_id
            await send(part)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._app(scope, receive, with_id)


class Faults:
    """Turns what no handler expected into a problem document that says nothing of the inside. It stands within the layers that
    set headers, so that a browser can read it as any other answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(part: Message) -> None:
            nonlocal started
            started = True
            await send(part)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if started:
                raise
            _log.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
            response = problem_response(500, "internal_error", HTTPConnection(scope))
            await response(scope, receive, send)
