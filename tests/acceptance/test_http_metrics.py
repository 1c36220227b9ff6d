"""``GET /metrics``: what Prometheus is told."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from api_builders import UNKNOWN_ID, RunningApi, api_settings, running_api
from processes import wait_until
from store_builders import build_result

Sample = tuple[str, frozenset[tuple[str, str]]]


def samples(api: RunningApi) -> dict[Sample, float]:
    answer = api.http.get("/metrics")
    assert answer.status_code == httpx.codes.OK, answer.text
    return {
        (sample.name.removeprefix("interview_analysis_"), frozenset(sample.labels.items())): sample.value
        for family in parse_text(answer.text)
        for sample in family.samples
    }


def value(api: RunningApi, name: str, **labels: str) -> float | None:
    return samples(api).get((name, frozenset(labels.items())))


def test_requests_are_counted_by_template_method_and_status(api: RunningApi) -> None:
    labels = {"method": "GET", "route": "/analysis/{analysis_id}", "status": "404"}
    before = value(api, "http_request_duration_seconds_count", **labels) or 0.0
    for tail in ("a", "b", "c"):
        api.http.get(f"/analysis/{UNKNOWN_ID[:-1]}{tail}")
    assert value(api, "http_request_duration_seconds_count", **labels) == before + 3
    assert value(api, "http_request_duration_seconds_bucket", le="+Inf", **labels) == before + 3


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/secret-7351"), ("SECRET7351", "/analyze"), ("GET", "/analysis/secret-7351"), ("GET", "/health?secret-7351")],
)
def test_nothing_that_a_caller_made_up_becomes_a_label(api: RunningApi, method: str, path: str) -> None:
    api.http.request(method, path)
    assert "7351" not in api.http.get("/metrics").text


def test_the_queue_is_read_at_the_scrape(tmp_path: Path) -> None:
    with running_api(api_settings(tmp_path)) as api:
        api.queued()
        api.queued()
        api.processing()
        assert value(api, "queue_depth", status="queued") == 2
        assert value(api, "queue_depth", status="processing") == 1
        assert value(api, "workers_busy") == 1
        assert value(api, "database_up") == 1


def test_ended_analyses_are_counted_with_all_that_their_result_says(tmp_path: Path) -> None:
    with running_api(api_settings(tmp_path)) as api:
        finished, result = api.completed(), build_result()
        api.failed("video_unreadable")
        api.cancelled()
        shown = samples(api)
        counts = {dict(labels)["status"]: v for (name, labels), v in shown.items() if name == "analyses_finished_total"}
        assert counts == {"completed": 1, "failed": 1, "cancelled": 1}
        assert value(api, "analyses_finished_total", status="failed", code="video_unreadable") == 1
        assert value(api, "stage_duration_seconds_sum", stage="analyse_frames") == result.timings["analyse_frames"]
        assert value(api, "real_time_factor_sum") == pytest.approx(result.video.duration / sum(result.timings.values()))
        assert value(api, "analysed_frames_total") == result.video.analysed_frames
        assert value(api, "face_coverage_ratio_bucket", le="0.99") == 1
        assert value(api, "face_coverage_ratio_bucket", le="0.95") == 0
        assert api.http.delete(f"/analysis/{finished}").status_code == httpx.codes.OK
        assert value(api, "analyses_finished_total", status="completed", code="") == 1


def test_counters_go_on_where_an_earlier_process_stopped(tmp_path: Path) -> None:
    for restarts in (1, 2, 3):
        with running_api(api_settings(tmp_path)) as api:
            api.failed()
            assert value(api, "analyses_finished_total", status="failed", code="video_unreadable") == restarts
            assert value(api, "http_requests_in_flight") == 1


def test_a_listener_is_a_gauge_and_not_a_long_request(api: RunningApi) -> None:
    analysis_id = api.queued()
    with api.http.stream("GET", f"/analysis/{analysis_id}/events") as answer:
        lines = answer.iter_lines()
        next(lines)
        assert value(api, "sse_listeners") == 1
        assert value(api, "http_requests_in_flight") == 1
    api.with_services(lambda services: services.analyses.cancel(analysis_id))
    wait_until(lambda: value(api, "sse_listeners") == 0)


def test_openmetrics_where_it_is_asked_for(api: RunningApi) -> None:
    api.failed()
    answer = api.http.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    names = {family.name for family in parse_openmetrics(answer.text)}  # type: ignore[no-untyped-call]
    assert {"interview_analysis_analyses_finished", "interview_analysis_http_request_duration_seconds"} <= names


def test_many_scrapes_beside_many_requests_never_count_backwards(api: RunningApi) -> None:
    stop, seen = threading.Event(), list[float]()

    def ask() -> None:
        with httpx.Client(base_url=api.http.base_url) as http:
            while not stop.is_set():
                http.get("/health/live")

    with ThreadPoolExecutor(2) as pool:
        pool.submit(ask)
        pool.submit(ask)
        try:
            for _ in range(20):
                shown = value(api, "http_request_duration_seconds_count", method="GET", route="/health/live", status="200")
                seen.append(shown or 0.0)
        finally:
            stop.set()
    assert seen == sorted(seen)
    assert seen[-1] > seen[0]
