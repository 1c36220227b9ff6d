"""Schemathesis against the running server: no 5xx, no undocumented answer, schema and behaviour agree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from api_builders import RunningApi
from store_builders import build_feedback, build_timeline

ENDLESS = "/events$"
"""A stream of an analysis that nobody works on does not end; it has tests of its own."""


@pytest.mark.slow
def test_schemathesis_finds_nothing(api: RunningApi, tmp_path: Path) -> None:
    for _ in range(10):
        api.completed(frames=build_timeline(50), feedback=build_feedback())
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{api.http.base_url}/openapi.json", "--no-color"]
    limits = ["--max-examples", "25", "--exclude-path-regex", ENDLESS, "--request-timeout", "10", "--seed", "1"]
    done = subprocess.run([*command, *limits], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout
