"""The meter as a server opens it: real models in real processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from face_builders import STRAIGHT
from interview_analysis.domain.screen_gaze import GazeProblem, GazeSample
from interview_analysis.gaze_service import open_gaze_meter
from interview_analysis.settings import load_settings
from live_builders import jpeg
from synthetic_face import synthetic_face

pytestmark = [pytest.mark.slow, pytest.mark.models]


async def test_both_processes_say_the_same_of_one_picture(
    clean_environment: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELS_DIR", str(models_dir))
    monkeypatch.setenv("GAZE_PROCESSES", "2")
    picture = jpeg(synthetic_face().draw(STRAIGHT))
    meter = open_gaze_meter(load_settings())
    try:
        *samples, problem = await meter.measure_all([*[picture] * 6, b"no picture"])
    finally:
        await meter.close()
    assert problem is GazeProblem.UNREADABLE
    assert isinstance(samples[0], GazeSample)
    assert len(set(samples)) == 1
