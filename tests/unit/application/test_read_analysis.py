"""Down-sampling for charts."""

from __future__ import annotations

import numpy as np
import pytest

from interview_analysis.application.read_analysis import downsample
from interview_analysis.domain.timeline import COLUMNS, FrameTimeline


def timeline(count: int, **columns: np.ndarray[tuple[int], np.dtype[np.float64]]) -> FrameTimeline:
    absent = {name: np.full(count, np.nan) for name in COLUMNS}
    return FrameTimeline.from_columns(absent | {"timestamp": np.arange(count) / 10} | columns, count / 10)


def test_means_leave_absent_values_out() -> None:
    yaw = np.array([1.0, np.nan, 3.0, np.nan, np.nan, np.nan, np.nan, np.nan])
    reduced = downsample(timeline(8, head_yaw=yaw), 2)
    assert reduced.head[0, 1] == pytest.approx(2.0)
    assert np.isnan(reduced.head[1, 1])


@pytest.mark.parametrize("points", [1, 2, 7, 50, 99, 100, 1000])
def test_rows_are_bounded_and_times_rise(points: int) -> None:
    reduced = downsample(timeline(100), points)
    assert 1 <= len(reduced) <= points
    assert (np.diff(reduced.timestamps) > 0).all()


def test_a_gap_in_the_recording_gives_no_row() -> None:
    times = np.concatenate([np.arange(10) / 10, 10 + np.arange(10) / 10])
    assert len(downsample(timeline(20, timestamp=times), 10)) == 2


def test_no_points_is_refused() -> None:
    with pytest.raises(ValueError, match="points"):
        downsample(timeline(3), 0)
