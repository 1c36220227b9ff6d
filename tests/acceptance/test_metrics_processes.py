"""Metrics of several processes: whichever HTTP process is asked, and a worker on a port of its own."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from jobs_builders import eventually
from server_builders import BUCKET, Server, free_port, worker_process

pytestmark = pytest.mark.slow

_REQUESTS, _SCRAPES = 20, 6


def value(page: str, name: str, **labels: str) -> float:
    """The one number of this name that has these labels."""
    samples = [sample for family in parse(page) for sample in family.samples if sample.name == name]
    (found,) = [sample.value for sample in samples if labels.items() <= sample.labels.items()]
    return found


async def test_of_several_processes_any_tells_the_sums(tmp_path: Path) -> None:
    server = Server(tmp_path, tmp_path / "no-models", JOB_SUPERVISE="false")
    await server.start("--workers", "2")
    port = free_port()
    address = f"http://127.0.0.1:{port}/metrics"
    try:
        for _ in range(_REQUESTS):
            async with httpx.AsyncClient(base_url=server.http.base_url) as client:  # a connection may go to either process
                assert (await client.post("/analyze", json={"s3_bucket": BUCKET, "s3_key": "a.webm"})).status_code == 202
        with worker_process(tmp_path, tmp_path / "no-models", WORKER_METRICS_PORT=str(port)):
            await eventually(lambda: all_failed(server), 60.0, 0.1)
            async with httpx.AsyncClient() as client:
                pages = [(await client.get(address)).text]
        for _ in range(_SCRAPES):
            async with httpx.AsyncClient(base_url=server.http.base_url) as client:
                pages.append((await client.get("/metrics")).text)
        server.stop()
    finally:
        await server.close()
    for page in pages:
        failed = {"status": "failed", "code": "model_unavailable"}
        assert value(page, "interview_analysis_analyses_finished_total", **failed) == _REQUESTS
        accepted = {"method": "POST", "status": "202"}
        assert value(page, "interview_analysis_http_request_duration_seconds_count", **accepted) == _REQUESTS


async def all_failed(server: Server) -> bool:
    answer = await server.http.get("/analysis/recent", params={"status": "failed", "limit": 100})
    return len(answer.json()["analyses"]) == _REQUESTS
