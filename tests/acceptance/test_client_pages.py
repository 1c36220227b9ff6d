"""The scripts of docs/frames.md and docs/client.md, as they stand there, against the running service."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import cv2

from api_builders import RunningApi
from conftest import ROOT
from interview_analysis.client import AsyncClient, Client
from store_builders import build_timeline


def script(page: str) -> str:
    """The page's first block of Python."""
    found = re.search(r"```python\n(.*?)```", (ROOT / "docs" / page).read_text(), re.DOTALL)
    assert found is not None
    return found.group(1)


def run(text: str, folder: Path, *values: object) -> subprocess.CompletedProcess[str]:
    """In ``folder``, where nothing is drawn on a screen."""
    command = [sys.executable, "-c", text, *map(str, values)]
    variables = {**os.environ, "MPLBACKEND": "Agg", "MPLCONFIGDIR": str(folder)}
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=120, check=False)


def test_the_plot_takes_ten_lines_and_shows_what_is_stored(api: RunningApi, tmp_path: Path) -> None:
    text = script("frames.md")
    assert len([line for line in text.splitlines() if line.strip()]) == 10
    analysis_id = api.completed(frames=build_timeline(300))
    done = run(text, tmp_path, api.http.base_url, analysis_id, "yaw.png")
    assert done.returncode == 0, done.stderr
    picture = cv2.imread(str(tmp_path / "yaw.png"))
    assert picture is not None
    saturation = cv2.cvtColor(picture, cv2.COLOR_BGR2HSV)[:, :, 1]
    assert (saturation > 100).mean() > 0.05, "no coloured lines"


def test_the_clients_example_waits_and_tells_why_nothing_came_of_it(api: RunningApi, tmp_path: Path) -> None:
    (tmp_path / "clip.webm").write_bytes(b"no video")
    text = script("client.md").replace("analysis.analysis_id", repr(api.failed("video_unreadable")))
    done = run(text, tmp_path, api.http.base_url, "clip.webm")
    assert done.returncode == 1
    assert done.stderr.startswith("video_unreadable: ")
    assert "%" in done.stdout


def test_the_page_names_every_method() -> None:
    page = (ROOT / "docs" / "client.md").read_text()
    for client in (Client, AsyncClient):
        named = [name for name in vars(client) if not name.startswith("_") and name not in ("close", "aclose")]
        assert [name for name in named if f"{name}(" not in page] == []
