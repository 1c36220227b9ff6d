"""``interview-analysis serve`` and ``db upgrade`` as a user types them."""

from __future__ import annotations

import json
import sqlite3
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from server_builders import Server, environment


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "interview_analysis", *arguments]
    variables = environment(folder, folder / "models")
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=60, check=False)


def test_db_upgrade_makes_the_tables_and_may_be_repeated(tmp_path: Path) -> None:
    for _ in range(2):
        done = run(tmp_path, "db", "upgrade")
        assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "interview_analysis.db") as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    database.close()
    assert {"analyses", "alembic_version"} <= tables


@pytest.mark.parametrize("arguments", [["--port", "70000"], ["--workers", "0"], ["--nonsense"]])
def test_bad_usage_ends_with_2(tmp_path: Path, arguments: list[str]) -> None:
    assert run(tmp_path, "serve", *arguments).returncode == 2


@pytest.mark.slow
async def test_a_stream_takes_pictures_as_large_as_the_settings_say(tmp_path: Path) -> None:
    """1 MiB, twice what ``/live`` takes by default; one that is too large is refused with a word."""
    server = Server(tmp_path, tmp_path, JOB_SUPERVISE="false", GAZE_MAX_FRAME_KIB="1024")
    head = struct.pack("<IdH", 0, 0.0, 0)
    try:
        await server.start()
        async with connect(f"ws://127.0.0.1:{server.port}/gaze/stream?session_id=large", max_size=None) as socket:
            await socket.send('{"type": "hello"}')
            await socket.recv()
            await socket.send(head + bytes(1 << 20))
            assert json.loads(await socket.recv())["frame_number"] == 0
            await socket.send(head + bytes((1 << 20) + 5000))
            await socket.wait_closed()
            assert socket.close_code == 1009
    finally:
        await server.close()
