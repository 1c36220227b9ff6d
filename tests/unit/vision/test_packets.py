"""What packet times tell about a recording."""

from __future__ import annotations

import numpy as np
import pytest

from interview_analysis.errors import VideoError
from interview_analysis.vision.packets import collect_times

NAN = float("nan")


def steady(count: int, fps: float, start: float = 0.0) -> list[float]:
    """Times as WebM stores them: whole milliseconds."""
    return [round(start + n / fps, 3) for n in range(count)]


@pytest.mark.parametrize("fps", [12, 15, 17.08, 23.976, 24, 25, 29.97, 30, 60, 120])
def test_a_steady_recording_is_measured_and_gives_no_warning(fps: float) -> None:
    times = collect_times(steady(200, fps), 60)
    assert times.frame_rate == pytest.approx(fps, rel=0.002)
    assert times.end == pytest.approx(200 / fps, abs=0.002)
    assert times.warnings() == ()


@pytest.mark.parametrize(
    ("stamps", "warnings"),
    [
        (steady(100, 30) + steady(100, 30, 5.2), ("gap",)),
        (steady(10, 2), ("low_frame_rate",)),
        ([*np.cumsum([0.033, 0.1] * 50)], ("variable_frame_rate",)),
        ([*steady(100, 30)[:50], 40_000.0, *steady(100, 30)[50:]], ("corrupt_data",)),
    ],
    ids=["gap", "slow", "variable", "damaged time"],
)
def test_warnings(stamps: list[float], warnings: tuple[str, ...]) -> None:
    assert collect_times(stamps, 60).warnings() == warnings


def test_a_gap_does_not_slow_the_measured_rate() -> None:
    times = collect_times(steady(100, 30) + steady(100, 30, 20.0), 60)
    assert times.frame_rate == pytest.approx(30, rel=0.001)


def test_one_damaged_time_does_not_stretch_the_video() -> None:
    stamps = steady(100, 30)
    assert collect_times([*stamps[:50], 1e6, *stamps[50:]], 60).end == collect_times(stamps, 60).end


def test_frames_out_of_order_are_sorted() -> None:
    shown = steady(30, 30)
    stored = [shown[i] for n in range(0, 30, 3) for i in (n, n + 2, n + 1)]
    assert collect_times(stored, 60).times.tolist() == shown


def test_packets_without_time_count_but_tell_nothing() -> None:
    times = collect_times([0.0, NAN, 0.1, 0.2], 60)
    assert (times.packets, times.times.tolist()) == (4, [0.0, 0.1, 0.2])


def test_an_invisible_frame_beside_its_picture_is_no_frame() -> None:
    stamps = sorted([*steady(90, 30), *(time - 0.001 for time in steady(90, 30)[15::15])])
    assert collect_times(stamps, 60).frame_rate == pytest.approx(30, rel=0.01)


@pytest.mark.parametrize(
    ("stamps", "code"),
    [
        ([], "video_unreadable"),
        ([NAN], "video_unreadable"),
        (steady(100, 10), "video_too_long"),
        (steady(10, 10, 1e6), "video_too_long"),
        ([0.0] * 5001, "video_too_long"),
    ],
    ids=["nothing", "no time", "too long", "too late", "too many"],
)
def test_refusals(stamps: list[float], code: str) -> None:
    with pytest.raises(VideoError) as caught:
        collect_times(stamps, 5)
    assert caught.value.code == code
