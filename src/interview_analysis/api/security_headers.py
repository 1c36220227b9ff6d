"""What browsers are told about every answer: not to guess, not to frame, not to keep, and what a page may load."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(self), microphone=(self), geolocation=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
)
_NO_STORE = (b"cache-control", b"no-store")
_HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")
_DOCUMENTATION = re.compile(r"/docs(/.*)?|/redoc")
_ASSETS = "/static-offline-docs/"
_SCRIPT = re.compile(rb"<script(?:\s[^>]*)?>(.*?)</script>", re.DOTALL)


class SecurityHeaders:
    """Adds what the route has not set itself. Personal data are not to be stored by caches unless a route says how."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        defaults = [*_ALWAYS, *([] if scope["path"].startswith(_ASSETS) else [_NO_STORE])]
        if scope["scheme"] == "https":
            defaults.append(_HTTPS_ONLY)

        async def with_headers(part: Message) -> None:
            if part["type"] == "http.response.start":
                headers = part["headers"] = list(part.get("headers", ()))
                present = {name.lower() for name, _ in headers}
                headers.extend(default for default in defaults if default[0] not in present)
            await send(part)

        is_page = _DOCUMENTATION.fullmatch(scope["path"]) is not None
        await self._app(scope, receive, _with_page_policy(with_headers) if is_page else with_headers)


def _with_page_policy(send: Send) -> Send:
    """The documentation's pages run the scripts that stand in them, named by their hashes, and nothing that got in."""
    held: Message | None = None

    async def hold(part: Message) -> None:
        nonlocal held
        if part["type"] == "http.response.start":
            held = part
            return
        if held is not None:
            if Headers(raw=held["headers"]).get("content-type", "").startswith("text/html"):
                MutableHeaders(scope=held)["Content-Security-Policy"] = _page_policy(part.get("body", b""))
            await send(held)
            held = None
        await send(part)

    return hold


def _page_policy(page: bytes) -> str:
    """Scripts of this page and of the assets; styles that the viewers write into the page; ReDoc's search in a worker."""
    hashes = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in _SCRIPT.findall(page) if script.strip())
    scripts = " ".join(f"'sha256-{value}'" for value in hashes)
    return (
        f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; connect-src 'self'; worker-src blob:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
