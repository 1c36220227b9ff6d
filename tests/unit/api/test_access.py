"""Who a request comes from."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from interview_analysis.api.access import client_address, client_site, identify, is_public
from interview_analysis.domain.api_key import new_api_key
from interview_analysis.errors import Unauthenticated

OLD, OLD_ENTRY = new_api_key("web-app")
NEW, NEW_ENTRY = new_api_key("web-app")
KEYS = (OLD_ENTRY, NEW_ENTRY)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": OLD},
        {"x-api-key": NEW},
        {"Authorization": f"Bearer {NEW}"},
        {"authorization": f"bearer  {NEW} "},
        {"X-API-Key": NEW, "Authorization": "Basic eDp5"},
    ],
)
def test_a_key_may_come_in_either_header(headers: dict[str, str]) -> None:
    assert identify(Headers(headers), KEYS) == "web-app"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "api_key_missing"),
        ({"X-API-Key": ""}, "api_key_missing"),
        ({"Authorization": f"Basic {NEW}"}, "api_key_missing"),
        ({"Authorization": "Bearer"}, "api_key_missing"),
        ({"X-API-Key": NEW[:-1]}, "api_key_invalid"),
        ({"X-API-Key": NEW_ENTRY.digest}, "api_key_invalid"),
        ({"X-API-Key": str(NEW_ENTRY)}, "api_key_invalid"),
        ({"X-API-Key": "\xff"}, "api_key_invalid"),
        ({"X-API-Key": "wrong", "Authorization": f"Bearer {NEW}"}, "api_key_invalid"),
    ],
)
def test_anything_else_is_refused(headers: dict[str, str], code: str) -> None:
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    with pytest.raises(Unauthenticated) as caught:
        identify(Headers(raw=raw), KEYS)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("path", "public"),
    [
        ("/health", True),
        ("/health/ready", True),
        ("/docs", True),
        ("/live", True),
        ("/live/", False),
        ("/docs/oauth2-redirect", True),
        ("/redoc", True),
        ("/openapi.json", True),
        ("/static-offline-docs/swagger-ui.css", True),
        ("/", True),
        ("/page/service.json", True),
        ("/page/0123456789abcdef/app.js", True),
        ("/page", False),
        ("/pages/app.js", False),
        ("/metrics", False),
        ("/healthy", False),
        ("/x/health", False),
        ("/analysis/health", False),
        ("/docs2", False),
    ],
)
def test_which_routes_are_open(path: str, public: bool) -> None:
    assert is_public(path) is public


@pytest.mark.parametrize(
    ("host", "address", "site"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("x" * 10_000, "unknown", "unknown"),
        ("", "unknown", "unknown"),
    ],
)
def test_callers_without_keys_are_told_apart_by_address(host: str, address: str, site: str) -> None:
    scope = {"client": (host, 1)}
    assert (client_address(scope), client_site(scope)) == (address, site)
