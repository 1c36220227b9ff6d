"""Recording never disturbs what it records, and costs next to nothing."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interview_analysis.api.observing import ObserveRequests
from interview_analysis.observability.exposition import exposition, queue_families
from interview_analysis.observability.metrics import Recorder, open_recorder
from interview_analysis.observability.values import ValueFile

_REQUESTS = 4000
_LIMIT_SECONDS = 50e-6


def text(folder: Path) -> str:
    return exposition("", folder, *queue_families(None, 0)).body.decode()


def test_without_a_folder_it_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with open_recorder(tmp_path / "file" / "metrics") as recorder:
        recorder.request("GET", "/", 200, 0.1)


def test_on_a_full_disk_it_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    recorder = Recorder(ValueFile(os.open("/dev/full", os.O_WRONLY)))
    recorder.request("GET", "/", 200, 0.1)
    recorder.request("GET", "/", 200, 0.1)
    assert [record.getMessage() for record in caplog.records] == ["metrics are no longer counted: No space left on device"]


@pytest.mark.parametrize(
    ("seconds", "bound"), [(0.0, "0.001"), (0.001, "0.001"), (0.0011, "0.0025"), (1.0, "1.0"), (9.0, "+Inf")]
)
def test_a_value_falls_into_the_first_bucket_that_holds_it(tmp_path: Path, seconds: float, bound: str) -> None:
    with open_recorder(tmp_path) as recorder:
        recorder.request("GET", "/", 200, seconds)
        lines = [line for line in text(tmp_path).splitlines() if "_bucket{" in line and line.endswith(" 1.0")]
    assert f'le="{bound}"' in lines[0]


def test_what_is_not_a_number_is_left_out(tmp_path: Path) -> None:
    with open_recorder(tmp_path) as recorder:
        recorder.request("GET", "/", 200, float("nan"))
        assert "nan" not in text(tmp_path).lower()


def test_a_silent_database_leaves_the_queue_out(tmp_path: Path) -> None:
    shown = text(tmp_path)
    assert "interview_analysis_database_up 0.0" in shown
    assert "queue_depth" not in shown


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b"{}"})


async def _ignore(_part: Message) -> None:
    """The other end of the line."""


async def _nothing() -> Message:
    return {"type": "http.request"}


async def _seconds_each(app: ASGIApp, scope: Scope) -> float:
    began = time.process_time()
    for _ in range(_REQUESTS):
        await app(dict(scope), _nothing, _ignore)
    return (time.process_time() - began) / _REQUESTS


def test_a_request_costs_less_than_50_microseconds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Processor time, since this machine may be busy; the line in the log, which every server writes, is not counted."""
    with open_recorder(tmp_path) as recorder:
        app = SimpleNamespace(state=SimpleNamespace(services=SimpleNamespace(recorder=recorder)))
        scope = {"type": "http", "method": "GET", "app": app, "path": "/health", "route": SimpleNamespace(path="/health")}
        bare = min(asyncio.run(_seconds_each(_answer, scope)) for _ in range(3))
        observed = min(asyncio.run(_seconds_each(ObserveRequests(_answer), scope)) for _ in range(3))
    with capsys.disabled():
        print(f"\nmetrics cost {(observed - bare) * 1e6:.1f} µs a request")  # noqa: T201
    assert observed - bare < _LIMIT_SECONDS
