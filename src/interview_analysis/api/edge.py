"""The layers around the routes, outermost first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from interview_analysis.api.access import KEY_HEADER, KeyCheck
from interview_analysis.api.audit import Audit
from interview_analysis.api.middleware import BodyLimit
from interview_analysis.api.observing import ObserveRequests, TraceRequests
from interview_analysis.api.rate_limit import RateLimits
from interview_analysis.api.request_context import ID_HEADER, Faults, RequestId
from interview_analysis.api.security_headers import SecurityHeaders
from interview_analysis.settings import Settings

_SENT_BY_PAGES = (KEY_HEADER, "Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Last-Event-ID", ID_HEADER)
_READ_BY_PAGES = ("ETag", "Retry-After", "RateLimit", "RateLimit-Policy", "Content-Disposition", ID_HEADER)


def add_edge(app: FastAPI, settings: Settings) -> None:
    """Put the layers around ``app``."""
    app.user_middleware.extend(_layers(settings))


def _layers(settings: Settings) -> Iterator[Middleware]:
    access = settings.access
    if access.trusted_proxies:
        yield Middleware(ProxyHeadersMiddleware, trusted_hosts=list(access.trusted_proxies))
    yield Middleware(RequestId)
    if settings.observability.traces_endpoint is not None:
        yield Middleware(TraceRequests)
    yield Middleware(ObserveRequests)
    yield Middleware(Audit)
    yield Middleware(SecurityHeaders)
    if access.cors_origins:
        yield Middleware(CORSMiddleware, **_cors(access.cors_origins))
    yield Middleware(Faults)
    if access.api_keys:
        yield Middleware(KeyCheck, keys=access.api_keys)
    if access.rate_limit or access.rate_limit_analyze:
        yield Middleware(RateLimits, general=access.rate_limit, costly=access.rate_limit_analyze)
    yield Middleware(BodyLimit)


def _cors(origins: tuple[str, ...]) -> dict[str, Any]:
    """Without cookies: a page proves itself by its key."""
    return {
        "allow_origins": origins,
        "allow_methods": ("GET", "POST", "PUT", "DELETE"),
        "allow_headers": _SENT_BY_PAGES,
        "expose_headers": _READ_BY_PAGES,
    }
