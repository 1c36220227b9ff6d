"""``load-test`` against a running server: every request is counted, and streams are followed to their end."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from media_builders import make_clip
from server_builders import BUCKET, Server, free_port, put_video


async def load_test(url: str, *words: str) -> tuple[int | None, dict[str, Any], str]:
    """Exit status, report and what was said."""
    command = [sys.executable, "-m", "interview_analysis", "load-test", url, "--json", *words]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)
    async with asyncio.timeout(120):
        out, said = await process.communicate()
    return process.returncode, json.loads(out or "{}"), said.decode()


@pytest.mark.slow
@pytest.mark.models
async def test_all_requests_and_listeners_are_accounted_for(tmp_path: Path, models_dir: Path) -> None:
    put_video(tmp_path, make_clip(tmp_path / "clip.webm", seconds=1.0, fps=15, size=(320, 240)), "a.webm")
    server = Server(tmp_path, models_dir)
    try:
        await server.start()
        assert server.process is not None
        rates = (
            "--analyses",
            "3",
            "--submit-rate",
            "20",
            "--read-rate",
            "40",
            "--seconds",
            "2",
            "--listeners",
            "30",
            "--to-the-end",
        )
        status, report, said = await load_test(
            str(server.http.base_url),
            "--video",
            f"{BUCKET}/a.webm",
            *rates,
            "--process",
            str(server.process.pid),
            "--to-the-end",
        )
        assert status == 0, said
    finally:
        await server.close()
    assert (report["submits"]["count"], report["submits"]["statuses"]) == (3, {"202": 3})
    assert (report["reads"]["count"], report["reads"]["statuses"]) == (80, {"200": 80})
    assert 0 < report["reads"]["p50_ms"] <= report["reads"]["p99_ms"] <= report["reads"]["max_ms"]
    assert (report["listening"]["connected"], report["listening"]["broken"]) == (30, 0)
    assert report["listening"]["events"] >= 30
    assert (report["throughput"]["completed"], report["throughput"]["failed"]) == (3, 0)
    assert report["throughput"]["seconds"] >= report["throughput"]["early"] > 0 < report["throughput"]["late"]
    assert 20 < report["memory_mib"][0] <= report["memory_mib"][2]


@pytest.mark.parametrize(
    ("video", "named", "expected"), [("a.webm", "BUCKET/KEY", 2), ("b/a.webm", "no analysis was accepted", 3)]
)
async def test_what_cannot_be_done_is_said(video: str, named: str, expected: int) -> None:
    status, report, said = await load_test(
        f"http://127.0.0.1:{free_port()}", "--video", video, "--analyses", "1", "--seconds", "0.1"
    )
    assert (status, report) == (expected, {})
    assert named in said
