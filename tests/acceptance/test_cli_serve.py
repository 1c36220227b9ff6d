"""``interview-analysis serve`` and ``db upgrade`` as a user types them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from server_builders import environment


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
