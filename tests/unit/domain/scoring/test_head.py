"""Head statistics, nods and shakes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.domain.pose import HeadAngles
from interview_analysis.domain.scoring.head import summarise_head
from interview_analysis.domain.scoring.results import Reason
from timeline_builders import Series, Times, during, make_timeline

REST = 2.0


def oscillating(axis: int, amplitude: float, hertz: float, cycles: int, noise: float = 0.0) -> Series:
    """``cycles`` full swings of ± amplitude/2 starting every five seconds."""

    def head(times: Times) -> NDArray[np.float64]:
        angles = np.random.default_rng(1).normal(0, noise, (len(times), 3)) if noise else np.zeros((len(times), 3))
        phase = times % 5.0 - REST
        moving = (phase >= 0) & (phase < cycles / hertz)
        angles[:, axis] += np.where(moving, amplitude / 2 * (1 - np.cos(2 * np.pi * hertz * phase)), 0.0)
        return angles

    return head


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(
    ("amplitude", "hertz", "cycles", "expected"),
    [(10, 1.5, 1, 12), (10, 1.5, 2, 24), (10, 2.5, 3, 36), (10, 0.3, 1, 0), (2.5, 1.5, 2, 0)],
)
def test_nods_and_shakes_are_counted(axis: int, amplitude: float, hertz: float, cycles: int, expected: int) -> None:
    head = summarise_head(make_timeline(60, head=oscillating(axis, amplitude, hertz, cycles, noise=0.3)))
    assert (head.nods, head.shakes)[axis] == pytest.approx(expected, abs=1)
    assert (head.shakes, head.nods)[axis] == 0


def test_statistics() -> None:
    head = summarise_head(make_timeline(60, head=during([(0, 15)], (4.0, -20.0, 1.0), (0.0, 20.0, 1.0))))
    assert head.mean == pytest.approx((1.0, 10.0, 1.0))
    assert head.range == HeadAngles(4.0, 40.0, 0.0)
    assert (head.lowest, head.highest) == ((0.0, -20.0, 1.0), (4.0, 20.0, 1.0))
    assert head.spread == pytest.approx((np.sqrt(3), np.sqrt(300), 0), abs=0.05)


def test_a_still_head_does_not_move_however_often_it_is_measured() -> None:
    def trembling(times: Times) -> NDArray[np.float64]:
        return np.random.default_rng(2).normal(0, 0.25, (len(times), 3))

    assert [summarise_head(make_timeline(60, rate, head=trembling)).movement for rate in (15, 30)] == pytest.approx(
        [0, 0], abs=3
    )


@pytest.mark.parametrize("rate", [10, 15, 30])
def test_movement_is_the_path_per_minute(rate: float) -> None:
    def sweeping(times: Times) -> NDArray[np.float64]:
        yaw = 20 * np.sin(2 * np.pi * times / 10)
        return np.stack([np.zeros_like(yaw), yaw, np.zeros_like(yaw)], axis=1)

    movement = summarise_head(make_timeline(60, rate, head=sweeping)).movement
    assert movement == pytest.approx(6 * 80, rel=0.06)


def test_slow_sampling_cannot_tell_nods() -> None:
    head = summarise_head(make_timeline(60, 5))
    assert (head.nods, head.shakes, head.reason) == (None, None, None)


@pytest.mark.parametrize(
    ("face", "seconds", "reason"),
    [(0.0, 60.0, Reason.NO_FACE), (1.0, 0.5, Reason.TOO_SHORT), (during([(0, 0.4)], 1, 0), 60.0, Reason.TOO_LITTLE_FACE)],
)
def test_what_cannot_be_told_has_a_reason(face: Series, seconds: float, reason: Reason) -> None:
    head = summarise_head(make_timeline(seconds, face=face))
    assert (head.mean, head.movement, head.reason) == (None, None, reason)
