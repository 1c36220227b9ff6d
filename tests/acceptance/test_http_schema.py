"""Schemathesis against the running server: no 5xx, no undocumented answer, schema and behaviour agree."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from api_builders import RunningApi, access_settings, api_settings, running_api
from gaze_builders import StubMeter
from interview_analysis.domain.api_key import new_api_key
from interview_analysis.settings.edge import AccessSettings
from store_builders import build_feedback, build_timeline

ENDLESS = "/events$"
"""A stream of an analysis that nobody works on does not end; it has tests of its own."""


CONFIGURATION = """
[[operations]]
include-name = "PUT /saliency/{video_id}"
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422", "5xx"]

[[operations]]
include-name = "POST /gaze"
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "413", "422", "5xx"]

[[operations]]
include-name = "POST /gaze/calibration"
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422", "5xx"]
"""
"""No schema can say what is an archive of maps, that the fields of a form hold JSON, nor which points lie on a screen."""

KEY, ENTRY = new_api_key("web-app")


@pytest.fixture(params=["open", "keys"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[RunningApi, list[str]]]:
    """The service, and the options that let schemathesis in."""
    access = access_settings(api_keys=str(ENTRY), rate_limit="99999/second") if request.param == "keys" else AccessSettings()
    with running_api(api_settings(tmp_path, access=access), _without_models) as api:
        yield api, ["--header", f"X-API-Key: {KEY}"] if access.api_keys else []


def _without_models(app: FastAPI) -> None:
    app.state.open_gaze_meter = lambda _: StubMeter()


@pytest.mark.slow
def test_schemathesis_finds_nothing(service: tuple[RunningApi, list[str]], tmp_path: Path) -> None:
    api, entrance = service
    for _ in range(10):
        api.completed(frames=build_timeline(50), feedback=build_feedback())
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{api.http.base_url}/openapi.json", "--no-color"]
    limits = ["--max-examples", "5", "--exclude-path-regex", ENDLESS, "--request-timeout", "10", "--seed", "1"]
    if entrance:  # what a key opens is the same as what is open without keys
        limits += ["--phases", "examples,fuzzing", "--max-examples", "3"]
    done = subprocess.run(
        [*command, *limits, *entrance], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout
