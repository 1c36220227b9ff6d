"""Columns, rows and weights."""

from __future__ import annotations

import numpy as np
import pytest

from interview_analysis.domain.face import Box, FaceMetrics, FrameMetrics
from interview_analysis.domain.pose import GazeAngles, GazeFix, HeadAngles
from interview_analysis.domain.timeline import COLUMNS, FrameTimeline, TimelineBuilder


def row(timestamp: float, **given: object) -> FrameMetrics:
    measured: dict[str, object] = {"eye_openness": 0.3, "head": None, "head_error": None, "gaze": None, "emotions": None}
    landmarks = np.zeros((478, 3), np.float32)
    return FrameMetrics(timestamp, FaceMetrics(Box(0.1, 0.2, 0.3, 0.4), landmarks, **{**measured, **given}))  # type: ignore[arg-type]


def built(*rows: FrameMetrics, duration: float = 1.0) -> FrameTimeline:
    builder = TimelineBuilder()
    for frame in rows:
        builder.add(frame)
    return builder.build(duration)


def test_absent_is_nan_and_never_zero() -> None:
    timeline = built(FrameMetrics(0.0, None), row(0.1))
    assert timeline.face.tolist() == [0.0, 1.0]
    assert np.isnan(timeline.eye_openness[0])
    assert np.isnan(timeline.head).all()
    assert np.isnan(timeline.emotions).all()
    assert np.isnan(timeline.face_count).all()


def test_values_land_in_their_columns() -> None:
    timeline = built(
        row(0.5, head=HeadAngles(1, 2, 3), gaze=GazeFix(GazeAngles(4, 5), 6), emotions=np.arange(7, dtype=np.float32))
    )
    columns = timeline.columns()
    assert tuple(columns) == COLUMNS
    assert [
        columns[name][0] for name in ("timestamp", "head_yaw", "gaze_pitch", "gaze_deviation", "box_height")
    ] == pytest.approx([0.5, 2, 4, 6, 0.4])
    assert columns["emotion_surprise"][0] == 6


def test_columns_round_trip() -> None:
    timeline = built(row(0.0), FrameMetrics(0.1, None, 2), row(0.2, head=HeadAngles(1, 2, 3)))
    again = FrameTimeline.from_columns(timeline.columns(), timeline.duration)
    for name, values in timeline.columns().items():
        np.testing.assert_array_equal(values, again.columns()[name])


@pytest.mark.parametrize("times", [(0.0, 0.0), (0.1, 0.0)])
def test_times_must_rise(times: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="rise"):
        built(*(row(t) for t in times))


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(KeyError):
        FrameTimeline.from_columns({"timestamp": np.zeros(1)}, 1.0)


@pytest.mark.parametrize(
    ("times", "total"),
    [([0, 1, 2, 3], 4.0), ([0, 1, 2, 50], 5.0), ([0], 1.0), ([], 0.0)],
    ids=["even", "a gap belongs to nobody", "one frame stands for the video", "no frames"],
)
def test_weights_share_out_the_recorded_time(times: list[float], total: float) -> None:
    timeline = built(*(row(t) for t in times))
    assert timeline.weights().sum() == pytest.approx(total)
    assert timeline.slice(0, 2).timestamps.tolist() == times[:2]
