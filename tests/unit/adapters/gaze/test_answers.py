"""How a gaze process's answers travel."""

from __future__ import annotations

import pytest

from interview_analysis.adapters.gaze.answers import read_measured, write_measured
from interview_analysis.domain.screen_gaze import GazeProblem, GazeSample, Measured, ScreenPoint

_SAMPLE = GazeSample((0.1, -0.2, -0.97), (12.5, -3.0, 612.0), (0.01, 0.02, 0.03))
_TRAINED = GazeSample((0.1, -0.2, -0.97), (12.5, -3.0, 612.0), (0.01, 0.02, 0.03), ScreenPoint(-7.25, 1081.5))


@pytest.mark.parametrize("measured", [_SAMPLE, _TRAINED, *GazeProblem])
def test_what_is_written_is_read_again(measured: Measured) -> None:
    assert read_measured(write_measured(measured)) == measured
