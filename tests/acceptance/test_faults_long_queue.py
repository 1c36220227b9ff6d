"""A thousand analyses wait: all end once, the urgent and the old first, and reading stays quick meanwhile."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from interview_analysis.adapters.relational.engine import open_database, sqlite_url
from interview_analysis.domain.analysis import Analysis
from jobs_builders import add_all, eventually, queued
from server_builders import Server, temporary_files

pytestmark = pytest.mark.slow

_WAITING = 1000


async def test_a_thousand_waiting_analyses_end_once_and_in_order(
    tmp_path: Path, models_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Server(tmp_path, models_dir, JOB_SUPERVISE="false")
    await server.start()
    waiting = _analyses()
    waits: list[float] = []

    async def nothing_waits() -> bool:
        began = time.monotonic()
        last = await server.read(waiting[-1].id)
        waits.append(time.monotonic() - began)
        return bool(last["status"] == "completed")

    try:
        async with open_database(sqlite_url(tmp_path / "interview_analysis.db")) as engine:
            await add_all(engine, [waiting[number] for number in np.random.default_rng(1).permutation(_WAITING)])
            began = time.monotonic()
            with ExitStack() as stack:
                for name in ("w0", "w1"):
                    stack.enter_context(_worker(tmp_path, name))
                await eventually(nothing_waits, 240.0, 0.1)
                took = time.monotonic() - began
            async with engine.connect() as connection:
                rows = await connection.execute(text("SELECT id, status, attempt FROM analyses ORDER BY started_at"))
                assert [tuple(row) for row in rows] == [(analysis.id, "completed", 1) for analysis in waiting]
    finally:
        await server.close()
    assert temporary_files(tmp_path) == []
    p50, p99 = (float(1000 * np.percentile(waits, share)) for share in (50, 99))
    with capsys.disabled():
        print(f"\n{_WAITING} ended in {took:.1f} s; {len(waits)} reads meanwhile, p50 {p50:.1f} ms, p99 {p99:.1f} ms")  # noqa: T201
    assert p99 < 1000.0


def _analyses() -> list[Analysis]:
    """In the order in which they are to be taken up: by priority, those of one priority by their age."""
    plain = queued("")
    return [
        replace(
            plain,
            id=f"analysis_{number}",
            request=replace(plain.request, question_text="quick", priority=9 - number * 3 // _WAITING),
            created_at=plain.created_at - timedelta(seconds=_WAITING - number),
        )
        for number in range(_WAITING)
    ]


@contextmanager
def _worker(data: Path, name: str) -> Iterator[None]:
    """Until SIGTERM, after which it finishes what it has begun."""
    command = [sys.executable, str(Path(__file__).parents[1] / "jobs_worker.py"), str(data), "--name", name]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        try:
            yield
            process.terminate()
            assert process.wait(20.0) == 0
        finally:
            process.kill()
