"""Health, documentation, security headers, and problems of the framework itself."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest

from api_builders import UNKNOWN_ID, RunningApi, api_settings, running_api


def raw(api: RunningApi, request: bytes) -> bytes:
    """What the server answers to these very bytes."""
    with socket.create_connection((api.http.base_url.host, api.http.base_url.port or 0), timeout=10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_health_names_every_dependency(api: RunningApi) -> None:
    document = api.http.get("/health").json()
    assert {name: entry["status"] for name, entry in document["dependencies"].items()} == {
        "database": "ok",
        "frame_metrics": "ok",
        "video_store": "ok",
        "workers": "degraded",
    }
    assert document["status"] == "degraded"


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_it_is_live_and_ready_without_workers(api: RunningApi, path: str) -> None:
    answer = api.http.get(path)
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_a_store_that_is_gone_makes_it_unready_but_live(tmp_path: Path) -> None:
    settings = api_settings(tmp_path)
    with running_api(settings) as api:
        buckets = settings.paths.buckets
        shutil.rmtree(buckets, ignore_errors=True)
        buckets.write_text("a file where the folder was")
        answer = api.http.get("/health/ready")
        assert (answer.status_code, answer.json()["dependencies"]["video_store"]["status"]) == (503, "down")
        assert api.http.get("/health").json()["status"] == "down"
        assert api.http.get("/health/live").status_code == 200


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_documentation_is_served(api: RunningApi, path: str) -> None:
    answer = api.http.get(path)
    assert answer.status_code == 200
    assert "/openapi.json" in answer.text


def test_every_operation_is_documented(api: RunningApi) -> None:
    document = api.http.get("/openapi.json").json()
    operations = [(path, verb, entry) for path, item in document["paths"].items() for verb, entry in item.items()]
    assert len(operations) >= 15
    assert [path for path, _, entry in operations if not entry.get("description") or not entry.get("tags")] == []
    problem = {"$ref": "#/components/schemas/Problem"}
    for path, verb, entry in operations:
        for status, answer in entry["responses"].items():
            if status.startswith(("4", "5")) and not path.startswith("/health"):
                assert answer["content"]["application/problem+json"]["schema"] == problem, (verb, path, status)
    assert "HTTPValidationError" not in document["components"]["schemas"]


@pytest.mark.parametrize("path", ["/health/live", "/docs", f"/analysis/{UNKNOWN_ID}", "/nothing"])
def test_browsers_are_told_not_to_guess(api: RunningApi, path: str) -> None:
    answer = api.http.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers


def test_a_problem_is_whole(api: RunningApi) -> None:
    answer = api.http.get(f"/analysis/{UNKNOWN_ID}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:interview-analysis:problem:analysis_not_found",
        "title": "Not Found",
        "status": 404,
        "detail": f"no analysis {UNKNOWN_ID}",
        "code": "analysis_not_found",
        "message": "분석을 찾을 수 없습니다.",
        "instance": f"/analysis/{UNKNOWN_ID}",
        "errors": [],
    }


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/analysis/a%2Fb", 404, "not_found"),
        ("GET", "/%ff%fe%00", 404, "not_found"),
        ("GET", "/analyze", 405, "method_not_allowed"),
        ("PATCH", f"/analysis/{UNKNOWN_ID}", 405, "method_not_allowed"),
    ],
)
def test_the_framework_speaks_in_problems_too(api: RunningApi, method: str, path: str, status: int, code: str) -> None:
    answer = api.http.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_refused_method_names_the_allowed_ones(api: RunningApi) -> None:
    answer = api.http.request("PATCH", f"/analysis/{UNKNOWN_ID}")
    assert {name.strip() for name in answer.headers["allow"].split(",")} == {"GET", "DELETE"}


@pytest.mark.parametrize(
    "head",
    [
        b"GET /analysis/\xff\xfe HTTP/1.1",
        b"GET /analysis/recent?user_id=\xff HTTP/1.1",
        b"GET /health/live HTTP/1.1\r\nX-Header: \xff\x80",
        b"POST /analyze HTTP/1.1\r\nContent-Length: -5",
        b"POST /analyze HTTP/1.1\r\nContent-Length: 99999999999999999999999",
        b"POST /analyze HTTP/1.1\r\nContent-Type: \xff/\xfe\r\nContent-Length: 0",
        b"GET / HTTP/9.9",
    ],
)
def test_hostile_bytes_are_never_a_fault_of_the_server(api: RunningApi, head: bytes) -> None:
    answer = raw(api, head + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 ")
    assert int(answer.split()[1]) < 500
    assert api.http.get("/health/live").status_code == 200


def test_an_unexpected_fault_is_a_problem_without_details(tmp_path: Path) -> None:
    async def fault() -> None:
        raise RuntimeError("s3cr3t")

    with running_api(api_settings(tmp_path), lambda app: app.add_api_route("/fault", fault)) as api:
        answer = api.http.get("/fault")
        assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "s3cr3t" not in answer.text
    assert "s3cr3t" in next((tmp_path / "logs").glob("app_*.log")).read_text()
