"""Stages slower than the frames: how often, and by timestamps alone."""

from __future__ import annotations

import pytest

from interview_analysis.vision.stage_clock import StageClock


@pytest.mark.parametrize(("source", "rate", "expected"), [(15, 5, 50), (15, 2, 20), (15, 15, 150), (12, 5, 50), (4, 5, 40)])
def test_runs_at_its_rate_and_never_more_often_than_frames_come(source: int, rate: float, expected: int) -> None:
    clock = StageClock(rate)
    assert sum(clock.is_due(round(index / source, 3)) for index in range(source * 10)) == expected


def test_the_first_frame_counts_wherever_it_lies() -> None:
    assert StageClock(2).is_due(7.31)


def test_after_a_gap_it_runs_once() -> None:
    clock = StageClock(5)
    assert [clock.is_due(time) for time in (0.0, 0.067, 3.0, 3.067)] == [True, False, True, False]
