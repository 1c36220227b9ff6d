"""``interview-analysis keys new`` as an operator types it, and that a server takes the entry that it prints."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from api_builders import api_settings, running_api
from interview_analysis.settings import load_settings


def keys(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "interview_analysis", "keys", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_printed_line_makes_the_printed_key_good(clean_environment: Path) -> None:
    done = keys("new", "web-app")
    key, line = done.stdout.split()
    (clean_environment / ".env").write_text(line + "\n")
    with running_api(api_settings(clean_environment, access=load_settings().access)) as api:
        assert api.http.get("/analysis/recent").status_code == 401
        assert api.http.get("/analysis/recent", headers={"X-API-Key": key}).status_code == 200


def test_for_programs_it_is_one_json_object() -> None:
    made = json.loads(keys("new", "web-app", "--json").stdout)
    assert set(made) == {"owner", "key", "entry"}
    assert made["entry"].startswith("web-app:sha256:")
    assert made["key"] not in made["entry"]


@pytest.mark.parametrize("arguments", [["new"], ["new", "a/b"], ["new", ".."], []])
def test_bad_usage_ends_with_2(arguments: list[str]) -> None:
    done = keys(*arguments)
    assert (done.returncode, "sha256" in done.stdout) == (2, False)
