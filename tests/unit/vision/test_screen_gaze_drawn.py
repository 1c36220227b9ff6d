"""The measured gaze follows a drawn person's, whose point of gaze is known: the onlooker's right is the picture's left."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interview_analysis.domain.screen_gaze import GazeSample, Screen, ScreenPoint
from interview_analysis.vision.mesh_network import MeshNetwork
from interview_analysis.vision.runtime.session import CpuOptions
from interview_analysis.vision.screen_gaze_meter import PictureGaze
from onlooker_builders import Onlooker
from synthetic_face import synthetic_face

pytestmark = pytest.mark.models

SCREEN = Screen(1280, 720, 340.0)
_LOOKS = 3


@pytest.mark.parametrize(
    ("points", "axis", "direction"),
    [
        ([ScreenPoint(x, 360) for x in (160, 400, 640, 880, 1120)], 0, -1),
        ([ScreenPoint(640, y) for y in (0, 180, 360, 540, 720)], 1, 1),
    ],
    ids=["across 12° to each side", "down 18°"],
)
def test_the_measured_gaze_follows_the_drawn_one(
    models_dir: Path, points: list[ScreenPoint], axis: int, direction: int
) -> None:
    meter = PictureGaze(MeshNetwork(models_dir / "face_landmarker.task", CpuOptions()))
    onlooker = Onlooker(synthetic_face(), SCREEN)
    slopes = []
    for point in points:
        samples = meter.measure_all([onlooker.jpeg(point) for _ in range(_LOOKS)])
        seen = [sample.gaze[axis] / -sample.gaze[2] for sample in samples if isinstance(sample, GazeSample)]
        assert len(seen) == _LOOKS
        slopes.append(float(np.mean(seen)))
    assert (direction * np.diff(slopes) > 0.01).all()
