"""Who asks: the holder of an API key, or an address.

The documentation and the pages stay open: they are the same for every installation and hold no data. WebSockets ask for their
key themselves, since a browser can send it in a message only. Health stays open for probes. Everything else, also what is added
later, asks for a key as soon as there are keys.
"""

from __future__ import annotations

import ipaddress
import re

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from interview_analysis.api.errors import problem_response, status_of
from interview_analysis.domain.api_key import ApiKey, owner_of
from interview_analysis.errors import Unauthenticated

KEY_HEADER = "X-API-Key"
_PUBLIC = re.compile(
    r"/|/live|/calibrate|/gaze/stream|/page/.*|/health(/.*)?|/docs(/.*)?|/redoc|/openapi\.json|/static-offline-docs/.*"
)
_IPV6_SITE = 64
"""Bits of an IPv6 address that one customer of a provider cannot choose."""


def is_public(path: str) -> bool:
    """Whether nobody is asked for a key here, nor counted."""
    return _PUBLIC.fullmatch(path) is not None


def identify(headers: Headers, keys: tuple[ApiKey, ...]) -> str:
    """The owner of the key in ``X-API-Key`` or ``Authorization: Bearer``. For HTTP and WebSocket alike.

    Raises ``Unauthenticated``.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    key = headers.get(KEY_HEADER) or (token.strip() if scheme.lower() == "bearer" else "")
    if not key:
        raise Unauthenticated(f"send {KEY_HEADER}, or Authorization: Bearer")
    owner = owner_of(key.encode("latin-1"), keys)
    if owner is None:
        raise Unauthenticated("nobody holds this key", code="api_key_invalid")
    return owner


def client_address(scope: Scope) -> str:
    """The peer, or what a trusted proxy says of it; ``unknown`` for what is no address."""
    address = _address(scope)
    return "unknown" if address is None else str(address)


def client_site(scope: Scope) -> str:
    """The address, of IPv6 the network that one customer gets: who holds that can change its lower half at will."""
    address = _address(scope)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _IPV6_SITE), strict=False))
    return client_address(scope)


def _address(scope: Scope) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address((scope.get("client") or ("",))[0])
    except ValueError:
        return None


class KeyCheck:
    """Notes the owner in ``scope["state"]``, or answers 401."""

    def __init__(self, app: ASGIApp, keys: tuple[ApiKey, ...]) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_public(scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            scope.setdefault("state", {})["owner"] = identify(Headers(scope=scope), self._keys)
        except Unauthenticated as error:
            response = problem_response(status_of(error), error.code, HTTPConnection(scope), detail=error.detail)
            known = ', error="invalid_token"' if error.code == "api_key_invalid" else ""
            response.headers["WWW-Authenticate"] = f'Bearer realm="interview-analysis"{known}'
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)
