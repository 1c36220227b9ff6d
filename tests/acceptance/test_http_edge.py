"""Rate limits, proxies, pages of other origins, what browsers are told, request ids, slow and endless requests."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from api_builders import UNKNOWN_ID, RunningApi, access_settings, api_settings, running_api
from interview_analysis.api.middleware import BodyLimit
from interview_analysis.api.protocol import BoundedHttp
from interview_analysis.domain.api_key import new_api_key

VIDEO = {"s3_bucket": "practice", "s3_key": "a.webm"}
PAGE = "https://practice.example"
KEYS = {owner: new_api_key(owner) for owner in ("a", "b")}
ENTRIES = ",".join(str(entry) for _, entry in KEYS.values())


def statuses(api: RunningApi, path: str, count: int, **headers: str) -> list[int]:
    return [api.http.get(path, headers=headers).status_code for _ in range(count)]


def test_a_caller_that_comes_too_often_is_told_when_to_come_again(tmp_path: Path) -> None:
    with running_api(api_settings(tmp_path, access=access_settings(rate_limit="3/hour"))) as api:
        answers = [api.http.get("/analysis/recent") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        first, last = answers[0], answers[-1]
        assert last.json()["code"] == "rate_limited"
        assert 3590 <= int(last.headers["retry-after"]) <= 3600
        assert first.headers["ratelimit-policy"] == '"requests";q=3;w=3600'
        assert re.fullmatch(r'"requests";r=2;t=3600', first.headers["ratelimit"])
        assert re.fullmatch(r'"requests";r=0;t=\d+', last.headers["ratelimit"])
        assert last.headers["x-content-type-options"] == "nosniff"
        assert statuses(api, "/health/live", 10) == [200] * 10
        assert statuses(api, "/docs", 10) == [200] * 10


def test_owners_of_keys_are_counted_apart(tmp_path: Path) -> None:
    access = access_settings(api_keys=ENTRIES, rate_limit="2/hour")
    with running_api(api_settings(tmp_path, access=access)) as api:
        for owner in KEYS:
            assert statuses(api, "/analysis/recent", 3, **{"X-API-Key": KEYS[owner][0]}) == [200, 200, 429]
        assert statuses(api, "/analysis/recent", 1) == [401]


def test_submissions_have_a_limit_of_their_own(tmp_path: Path) -> None:
    access = access_settings(rate_limit="100/hour", rate_limit_analyze="2/hour")
    with running_api(api_settings(tmp_path, access=access)) as api:
        assert [api.http.post("/analyze", json=VIDEO).status_code for _ in range(2)] == [202, 202]
        assert api.http.post("/uploads", content=b"x", headers={"Content-Type": "video/webm"}).status_code == 429
        refused = api.http.post("/analyze", json=VIDEO)
        assert refused.headers["ratelimit-policy"] == '"requests";q=100;w=3600, "analyses";q=2;w=3600'
        assert statuses(api, "/analysis/recent", 3) == [200] * 3


def test_behind_a_trusted_proxy_clients_are_told_apart(tmp_path: Path) -> None:
    access = access_settings(rate_limit="1/hour", trusted_proxies="127.0.0.1, 10.0.0.0/8")
    with running_api(api_settings(tmp_path, access=access)) as api:
        chains = ["192.0.2.1", "192.0.2.2", "192.0.2.1, 10.1.2.3", "198.51.100.9, 192.0.2.2", "2001:db8::1", "2001:db8::2"]
        seen = [statuses(api, "/analysis/recent", 1, **{"X-Forwarded-For": chain}) for chain in chains]
        assert seen == [[200], [200], [429], [429], [200], [429]]


def test_nobody_else_is_believed_about_addresses(tmp_path: Path) -> None:
    with running_api(api_settings(tmp_path, access=access_settings(rate_limit="1/hour"))) as api:
        seen = [statuses(api, "/analysis/recent", 1, **{"X-Forwarded-For": f"192.0.2.{n}"}) for n in range(2)]
        assert seen == [[200], [429]]


@pytest.fixture(scope="module")
def open_to_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    access = access_settings(api_keys=ENTRIES, cors_origins=f"{PAGE}, http://localhost:3000", trusted_proxies="127.0.0.1")
    with running_api(api_settings(tmp_path_factory.mktemp("cors"), access=access)) as api:
        yield api


def test_a_listed_page_may_ask_and_read_the_answer(open_to_page: RunningApi) -> None:
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "x-api-key"}
    preflight = open_to_page.http.options(f"/analysis/{UNKNOWN_ID}", headers=asked)
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, PAGE)
    answer = open_to_page.http.get(f"/analysis/{UNKNOWN_ID}", headers={"Origin": PAGE, "X-API-Key": KEYS["a"][0]})
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert {"ETag", "Retry-After"} <= set(answer.headers["access-control-expose-headers"].split(", "))
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "https://practice.example.evil.example", "http://practice.example", "null"]
)
def test_no_other_page_may(open_to_page: RunningApi, origin: str) -> None:
    answer = open_to_page.http.get("/health/live", headers={"Origin": origin})
    assert "access-control-allow-origin" not in answer.headers


def test_a_page_can_read_refusals_and_faults_too(tmp_path: Path) -> None:
    async def fault() -> None:
        raise RuntimeError("s3cr3t")

    access = access_settings(api_keys=ENTRIES, cors_origins=PAGE)
    with running_api(api_settings(tmp_path, access=access), lambda app: app.add_api_route("/fault", fault)) as api:
        for key, status in ((None, 401), (KEYS["a"][0], 500)):
            answer = api.http.get("/fault", headers={"Origin": PAGE} | ({} if key is None else {"X-API-Key": key}))
            assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, PAGE)
            assert answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/health/live", "/analysis/recent", f"/analysis/{UNKNOWN_ID}", "/nothing"])
def test_answers_may_not_be_kept_framed_or_executed(api: RunningApi, path: str) -> None:
    headers = api.http.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=(self)" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers


def test_a_result_may_be_asked_for_again_by_its_owner_alone(api: RunningApi) -> None:
    assert api.http.get(f"/analysis/{api.queued()}").headers["cache-control"] == "private, no-cache"


def test_over_https_browsers_are_held_to_it(open_to_page: RunningApi) -> None:
    secure = open_to_page.http.get("/health/live", headers={"X-Forwarded-Proto": "https"})
    assert secure.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/docs/oauth2-redirect"])
def test_the_documentation_runs_its_own_scripts_only(api: RunningApi, path: str) -> None:
    answer = api.http.get(path)
    policy = answer.headers["content-security-policy"]
    script_sources = next(part for part in policy.split("; ") if part.startswith("script-src")).split()[1:]
    assert "'unsafe-inline'" not in script_sources
    for script in re.findall(r"<script[^>]*>(.*?)</script>", answer.text, re.DOTALL):
        if script.strip():
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in script_sources
    for source in re.findall(r'<(?:script|link)[^>]* (?:src|href)="([^"]+)"', answer.text):
        assert source.startswith("/static-offline-docs/"), "'self' allows this service alone"
        assert api.http.get(source).status_code == 200


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("0b2d6f3e-4f0e-4c4e-9f55-9a2f6f2b7f11", True),
        ("01J0Z6X4W4Q6", True),
        ("short", False),
        ("a" * 65, False),
        ("a b\tc d e f", False),
    ],
)
def test_a_request_id_is_kept_where_it_is_well_formed(api: RunningApi, given: str, kept: bool) -> None:
    answered = api.http.get(f"/analysis/{UNKNOWN_ID}", headers={"X-Request-ID": given}).headers["x-request-id"]
    assert (answered == given) is kept
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", answered)


def test_the_lines_of_a_request_carry_its_id(tmp_path: Path) -> None:
    async def fault() -> None:
        raise RuntimeError("broken")

    with running_api(api_settings(tmp_path), lambda app: app.add_api_route("/fault", fault)) as api:
        api.http.get("/fault", headers={"X-Request-ID": "request-4711"})
    lines = next((tmp_path / "logs").glob("app_*.log")).read_text().splitlines()
    assert any("GET /fault failed" in line and line.endswith("request_id=request-4711") for line in lines)


def connect(api: RunningApi) -> socket.socket:
    return socket.create_connection((api.http.base_url.host, api.http.base_url.port or 0), timeout=30)


def everything(connection: socket.socket) -> bytes:
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("begin", [b"", b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_a_connection_that_shows_no_whole_head_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begin: bytes) -> None:
    monkeypatch.setattr(BoundedHttp, "head_seconds", 0.3)
    with running_api(api_settings(tmp_path)) as api:
        fresh, used = connect(api), connect(api)
        fresh.sendall(begin)
        used.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n" + begin)
        assert everything(fresh) == b""
        assert everything(used).startswith(b"HTTP/1.1 200 ")


def test_an_endless_head_is_refused(api: RunningApi) -> None:
    connection = connect(api)
    connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Long: ")
    with pytest.raises(OSError, match=r"reset|[Bb]roken"):  # noqa: PT012 - whichever send meets the closed connection
        for _ in range(1000):
            connection.sendall(b"x" * 10_000)
    connection.close()
    assert api.http.get("/health/live", headers={"X-Long": "x" * 50_000}).status_code == 200


@pytest.mark.parametrize("path", ["/analyze", "/uploads"])
def test_a_body_that_trickles_is_given_up(tmp_path: Path, path: str) -> None:
    def impatient(app: object) -> None:
        layers = app.user_middleware  # type: ignore[attr-defined]
        next(layer for layer in layers if layer.cls is BodyLimit).kwargs["patience"] = 0.3

    with running_api(api_settings(tmp_path), impatient) as api:
        connection = connect(api)
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: video/webm\r\nContent-Length: 1000\r\n\r\nslow"
        connection.sendall(head.encode())
        answer = everything(connection)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b'"code":"request_timeout"' in answer
        assert [path for path in api.settings.paths.buckets.rglob("*") if path.is_file()] == []
