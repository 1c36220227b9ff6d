"""Every request is counted, timed and told to the log in one line."""

from __future__ import annotations

import logging
import time
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interview_analysis.observability.metrics import Recorder
from interview_analysis.observability.tracing import current_tracer

_log = logging.getLogger("interview_analysis.access")

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET: Final = ("/health", "/metrics")
"""Asked every few seconds by machines: told at DEBUG alone."""
UNMATCHED: Final = "unmatched"
OTHER: Final = "other"
"""Files and documentation: matched, but by no template."""
_PATH_SHOWN: Final = 200


class ObserveRequests:
    """Counts by method, route template and status: nothing that a caller can make up becomes a label."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _Request(scope, scope["app"].state.services.recorder)

        async def watched(part: Message) -> None:
            if part["type"] == "http.response.start":
                request.answered(part)
            elif not part.get("more_body", False):
                request.over()  # before its last byte goes, so that whoever has read the answer finds it counted
            await send(part)

        try:
            await self._app(scope, receive, watched)
        finally:
            request.over()


class _Request:
    def __init__(self, scope: Scope, recorder: Recorder) -> None:
        self._scope = scope
        self._recorder = recorder
        self._status = 500  # an error that nobody turned into an answer is turned into this one outside of the middleware
        self._streams = False
        self._over = False
        self._seconds: float | None = None
        self._began = time.perf_counter()
        recorder.in_flight(1)

    def answered(self, start: Message) -> None:
        self._status = start["status"]
        self._streams = any(
            name == b"content-type" and value.startswith(b"text/event-stream") for name, value in start["headers"]
        )
        if self._streams:
            self._seconds = time.perf_counter() - self._began
            self._recorder.in_flight(-1)
            self._recorder.listening(1)

    def over(self) -> None:
        """May be called again."""
        if self._over:
            return
        self._over = True
        seconds = time.perf_counter() - self._began if self._seconds is None else self._seconds
        route = _route(self._scope)
        method = self._scope["method"] if self._scope["method"] in _METHODS else "OTHER"
        if self._streams:
            self._recorder.listening(-1)
        else:
            self._recorder.in_flight(-1)
        self._recorder.request(method, route, self._status, seconds)
        level = logging.DEBUG if route.startswith(_QUIET) else logging.INFO
        if _log.isEnabledFor(level):
            self._tell(level, method, route, seconds)

    def _tell(self, level: int, method: str, route: str, seconds: float) -> None:
        """The path is the caller's and may hold anything: shown only where no route says it."""
        fields = {"method": method, "route": route, "status": self._status, "ms": round(seconds * 1000, 1)}
        if route in (OTHER, UNMATCHED):
            fields["path"] = self._scope["path"][:_PATH_SHOWN]
        _log.log(level, "request", extra=fields)


class TraceRequests:
    """A span a request, below the caller's own where it sends a ``traceparent``; machines' questions are left out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        tracer = current_tracer()
        if scope["type"] != "http" or tracer is None or scope["path"].startswith(_QUIET):
            await self._app(scope, receive, send)
            return
        status = 500

        async def watched(part: Message) -> None:
            nonlocal status
            status = part.get("status", status)
            await send(part)

        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        with tracer.request(method, Headers(scope=scope)) as span:
            try:
                await self._app(scope, receive, watched)
            finally:
                span.ended(_route(scope), status)


def _route(scope: Scope) -> str:
    """The template that matched."""
    return str(getattr(scope.get("route"), "path", OTHER if "endpoint" in scope else UNMATCHED))
