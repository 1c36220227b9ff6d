"""One line a request in the log, with the analysis that it is about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api_builders import UNKNOWN_ID, RunningApi, api_settings, running_api
from interview_analysis.settings.work import LogFormat, ServerSettings


@pytest.fixture
def api(tmp_path: Path) -> Iterator[RunningApi]:
    with running_api(api_settings(tmp_path, server=ServerSettings(log_format=LogFormat.JSON))) as running:
        yield running


def log(api: RunningApi, logger: str) -> list[dict[str, Any]]:
    (path,) = api.settings.paths.logs_dir.glob("app_*.log")
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    return [entry for entry in entries if entry["logger"] == logger]


def test_each_request_is_one_line(api: RunningApi) -> None:
    api.http.get("/analysis/recent")
    (line,) = log(api, "interview_analysis.access")
    assert (line["method"], line["route"], line["status"], line["level"]) == ("GET", "/analysis/recent", 200, "info")
    assert 0 < line["ms"] < 20_000
    assert log(api, "uvicorn.access") == []


def test_the_analysis_id_is_bound_where_the_path_names_one(api: RunningApi) -> None:
    known = api.queued()
    for analysis_id in (known, UNKNOWN_ID):
        api.http.get(f"/analysis/{analysis_id}/status")
    api.http.get("/analysis/recent")
    api.http.get("/analysis/NO%0AID")
    assert [line.get("analysis_id") for line in log(api, "interview_analysis.access")] == [known, UNKNOWN_ID, None, None]


def test_a_new_analysis_is_bound_to_the_request_that_made_it(api: RunningApi) -> None:
    made = api.http.post("/analyze", json={"s3_bucket": "practice", "s3_key": "a.webm"}).json()["analysis_id"]
    assert [line["analysis_id"] for line in log(api, "interview_analysis.access")] == [made]


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/health", "/metrics"])
def test_what_machines_ask_all_day_is_not_told(api: RunningApi, path: str) -> None:
    api.http.get(path)
    assert log(api, "interview_analysis.access") == []


def test_a_path_that_nobody_serves_is_shown_short_and_on_one_line(api: RunningApi) -> None:
    api.http.get("/nothing%0a%1b[2J" + "x" * 1000)
    (line,) = log(api, "interview_analysis.access")
    assert line["route"] == "unmatched"
    assert line["path"] == ("/nothing\n\x1b[2J" + "x" * 1000)[:200]


def test_an_unexpected_fault_counts_and_reads_as_500(tmp_path: Path) -> None:
    async def fault() -> None:
        raise RuntimeError("s3cr3t")

    with running_api(api_settings(tmp_path), lambda app: app.add_api_route("/fault", fault)) as api:
        api.http.get("/fault", headers={"Connection": "close"})
        (path,) = (tmp_path / "logs").glob("app_*.log")
        assert "method=GET route=/fault status=500" in path.read_text()
        assert 'route="/fault",status="500"} 1.0' in api.http.get("/metrics").text
