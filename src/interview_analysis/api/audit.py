"""Who did what with whose data: ``logs/audit_YYYY_MM_DD.jsonl``, one JSON object a line.

The rule: a line for every request that reached a route with personal data, whatever its outcome, except

- polling: ``status`` and ``events`` hold no measurements, and ``GET`` of an unfinished analysis or gaze session has none yet;
- answers without content (304): the caller had it, and that was logged.

A camera of ``WS /live`` and a stream of ``WS /gaze/stream`` have one line too, at their end (status 101); of ``POST /gaze`` the
frames that begin a session or ask for its result. The line is handed to its writer before the answer leaves.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interview_analysis.api.access import client_address
from interview_analysis.domain.analysis import Analysis
from interview_analysis.log import AUDIT_LOGGER

_log = logging.getLogger(AUDIT_LOGGER)
_ACTIONS = {
    ("POST", "/analyze"): "submit",
    ("POST", "/uploads"): "upload",
    ("GET", "/analysis/recent"): "list",
    ("GET", "/analysis/{analysis_id}"): "read_result",
    ("GET", "/analysis/{analysis_id}/llm-comment"): "read_feedback",
    ("POST", "/analysis/{analysis_id}/llm-comment"): "write_feedback",
    ("GET", "/analysis/{analysis_id}/transcript"): "read_transcript",
    ("GET", "/analysis/{analysis_id}/frames"): "read_frames",
    ("GET", "/analysis/{analysis_id}/timeline"): "read_timeline",
    ("GET", "/analysis/{analysis_id}/report"): "read_report",
    ("GET", "/analysis/{analysis_id}/report.pdf"): "read_report",
    ("GET", "/analysis/{analysis_id}/overlay"): "read_overlay",
    ("GET", "/analysis/{analysis_id}/video"): "read_video",
    ("POST", "/analysis/{analysis_id}/cancel"): "cancel",
    ("DELETE", "/analysis/{analysis_id}"): "erase",
    ("GET", "/sessions/{session_id:path}/summary"): "read_session",
    ("GET", "/users/{user_id:path}/progress"): "read_progress",
    ("GET", "/users/export"): "export_user",
    ("DELETE", "/users"): "erase_user",
    ("POST", "/gaze/calibration"): "calibrate_gaze",
    ("POST", "/gaze/calibration/check"): "check_gaze",
    ("DELETE", "/gaze/sessions/{session_id:path}"): "erase_gaze",
}
_POLLING = {
    ("GET", "/analysis/{analysis_id}/status"),
    ("GET", "/analysis/{analysis_id}/events"),
    ("GET", "/gaze/sessions/{session_id:path}"),
    ("POST", "/gaze/calibration/face"),
}
_PERSONAL = ("/analysis/", "/sessions/", "/users/", "/gaze/")
"""Routes below these that have no name above are logged as method and path template, so that a new one is not forgotten."""
_NOT_MODIFIED = 304
_SWITCHED = 101
_LONGEST_ID = 128


class Audit:
    """Writes the lines. It stands outside the layers that know the owner, the route and the analysis, and reads what they left
    in the scope."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return

        async def recorded(part: Message) -> None:
            if part["type"] == "http.response.start":
                _record(scope, part["status"])
            await send(part)

        await self._app(scope, receive, recorded if scope["type"] == "http" else send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            if action := scope.get("state", {}).get("audited_as"):
                _write(scope, action, None, _SWITCHED)


def _record(scope: Scope, status: int) -> None:
    action = _action(scope)
    state = scope.get("state", {})
    if action is None or status == _NOT_MODIFIED or (scope["method"] == "GET" and _is_unfinished(state)):
        return
    named = state["analysis"].id if "analysis" in state else scope.get("path_params", {}).get("analysis_id")
    _write(scope, action, named, status)


def _write(scope: Scope, action: str, named: str | None, status: int) -> None:
    state = scope.get("state", {})
    entry = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "owner": state.get("owner", ""),
        "action": action,
        "analysis_id": None if named is None else named[:_LONGEST_ID],
        "status": status,
        "client": client_address(scope),
        "request_id": state.get("request_id"),
    }
    if "gaze_session" in state:
        entry["gaze_session_id"] = state["gaze_session"]
    _log.info(json.dumps(entry))


def _action(scope: Scope) -> str | None:
    """What the route has named itself, else by the table; ``None`` where no route was reached, or one without personal
    data."""
    if noted := scope.get("state", {}).get("audited_as"):
        return str(noted)
    method, template = scope["method"], getattr(scope.get("route"), "path", "")
    if (method, template) in _POLLING:
        return None
    fallback = f"{method} {template}" if template.startswith(_PERSONAL) else None
    return _ACTIONS.get((method, template), fallback)


def _is_unfinished(state: dict[str, Any]) -> bool:
    analysis = state.get("analysis")
    return isinstance(analysis, Analysis) and not analysis.status.is_final
