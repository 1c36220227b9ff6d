"""The audit log: one line for each use of somebody's data, none for polling."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from api_builders import UNKNOWN_ID, RunningApi, access_settings, api_settings, running_api
from interview_analysis.domain.api_key import new_api_key
from store_builders import build_feedback, build_timeline

OWN, OWN_ENTRY = new_api_key("web-app")
OTHER, OTHER_ENTRY = new_api_key("other")
VIDEO = {"s3_bucket": "practice", "s3_key": "a.webm"}


def entries(api: RunningApi) -> list[dict[str, Any]]:
    """Once the service has ended: a thread writes them."""
    files = list(api.settings.paths.logs_dir.glob("audit_*.jsonl"))
    return [json.loads(line) for file in sorted(files) for line in file.read_text().splitlines()]


def actions(api: RunningApi) -> list[tuple[str, str | None, int]]:
    return [(entry["action"], entry["analysis_id"], entry["status"]) for entry in entries(api)]


def test_every_use_of_data_leaves_a_line(tmp_path: Path) -> None:
    with running_api(api_settings(tmp_path)) as api:
        done = api.completed(frames=build_timeline(5), feedback=build_feedback())
        tag = api.http.get(f"/analysis/{done}").headers["etag"]
        for part in ("llm-comment", "transcript", "frames", "timeline"):
            api.http.get(f"/analysis/{done}/{part}")
        submitted = api.http.post("/analyze", json=VIDEO).json()["analysis_id"]
        api.http.post(f"/analysis/{submitted}/cancel")
        api.http.get("/analysis/recent")
        api.http.post("/uploads", content=b"x", headers={"Content-Type": "video/webm"})
        api.http.get(f"/analysis/{done}", headers={"If-None-Match": tag})
        api.http.get(f"/analysis/{done}/report")
        api.http.delete(f"/analysis/{done}")
        api.http.get(f"/analysis/{UNKNOWN_ID}")
    assert actions(api) == [
        ("read_result", done, 200),
        ("read_feedback", done, 200),
        ("read_transcript", done, 404),
        ("read_frames", done, 200),
        ("read_timeline", done, 200),
        ("submit", submitted, 202),
        ("cancel", submitted, 200),
        ("list", None, 200),
        ("upload", None, 201),
        ("read_report", done, 200),
        ("erase", done, 200),
        ("read_result", UNKNOWN_ID, 404),
    ]


def test_polling_leaves_none(tmp_path: Path) -> None:
    with running_api(api_settings(tmp_path)) as api:
        waiting, done = api.queued(), api.completed()
        for path in (waiting, f"{waiting}/status", f"{waiting}/llm-comment", f"{done}/status", f"{done}/events"):
            assert api.http.get(f"/analysis/{path}").is_success
        for path in ("/health", "/docs", "/nothing"):
            api.http.get(path)
    assert entries(api) == []


def test_a_line_says_who_from_where_and_in_which_request(tmp_path: Path) -> None:
    access = access_settings(api_keys=f"{OWN_ENTRY},{OTHER_ENTRY}", trusted_proxies="127.0.0.1")
    with running_api(api_settings(tmp_path, access=access)) as api:
        done = api.completed()
        headers = {"X-API-Key": OTHER, "X-Forwarded-For": "192.0.2.9", "X-Request-ID": "request-1"}
        api.http.get(f"/analysis/{done}", headers=headers)
        api.http.get(f"/analysis/{done}", headers={**headers, "X-API-Key": OWN, "X-Request-ID": "request-2"})
        api.http.get(f"/analysis/{done}", headers={**headers, "X-API-Key": "wrong"})
    found = entries(api)
    assert [entry.pop("time")[:2] for entry in found] == ["20", "20"]
    assert found == [
        {
            "owner": owner,
            "action": "read_result",
            "analysis_id": done,
            "status": status,
            "client": "192.0.2.9",
            "request_id": request,
        }
        for owner, status, request in (("other", 404, "request-1"), ("web-app", 200, "request-2"))
    ]


def test_a_new_route_with_data_of_an_analysis_is_not_forgotten(tmp_path: Path) -> None:
    async def portrait(analysis_id: str) -> str:
        return analysis_id

    with running_api(
        api_settings(tmp_path), lambda app: app.add_api_route("/analysis/{analysis_id}/portrait", portrait)
    ) as api:
        api.http.get(f"/analysis/{UNKNOWN_ID}/portrait")
        api.http.get('/analysis/"}%0a{"/portrait')
    assert actions(api) == [
        ("GET /analysis/{analysis_id}/portrait", UNKNOWN_ID, 200),
        ("GET /analysis/{analysis_id}/portrait", '"}\n{"', 200),
    ]
