"""The head-pose filter: follows, smooths, forgets after a gap, and times itself by timestamps."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.domain.pose import HeadAngles
from interview_analysis.vision.head_pose.kalman import MAX_GAP, HeadPoseFilter

TIMES = np.arange(150) / 15.0


def run(times: NDArray[np.float64], pitch: NDArray[np.float64]) -> NDArray[np.float64]:
    head = HeadPoseFilter()
    return np.array(
        [head.update(float(time), HeadAngles(float(angle), 0, 0)).pitch for time, angle in zip(times, pitch, strict=True)]
    )


@pytest.mark.parametrize("frequency", [1.0, 1.6, 2.5])
def test_nods_pass_at_full_size_without_lag(frequency: float) -> None:
    nod = 4 * np.sin(2 * np.pi * frequency * TIMES)
    filtered = run(TIMES, nod)[15:]
    assert np.std(filtered) / np.std(nod[15:]) == pytest.approx(1.0, abs=0.12)
    assert np.abs(filtered - nod[15:]).max() < 0.8


def test_strong_jitter_shrinks() -> None:
    jitter = np.random.default_rng(0).normal(0, 0.5, len(TIMES))
    assert np.std(run(TIMES, jitter)[15:]) < 0.97 * np.std(jitter[15:])


def test_jitter_of_a_still_head_is_halved() -> None:
    jitter = np.random.default_rng(0).normal(0, 0.2, len(TIMES))
    filtered = run(TIMES, jitter)[15:]
    assert np.std(filtered) < 0.75 * np.std(jitter[15:])
    assert np.std(np.diff(filtered)) < 0.5 * np.std(np.diff(jitter[15:]))


def test_uneven_times_follow_a_steady_turn() -> None:
    times = np.cumsum(np.random.default_rng(1).uniform(0.02, 0.2, 100))
    np.testing.assert_allclose(run(times, 12 * times)[10:], 12 * times[10:], atol=0.2)


@pytest.mark.parametrize(("gap", "forgets"), [(MAX_GAP + 0.1, True), (MAX_GAP - 0.1, False)])
def test_a_gap_starts_anew(gap: float, forgets: bool) -> None:
    head = HeadPoseFilter()
    for time in TIMES[:15]:
        head.update(float(time), HeadAngles(60 * float(time), 0, 0))
    after = head.update(float(TIMES[14]) + gap, HeadAngles(-10, 0, 0))
    assert (after.pitch == pytest.approx(-10, abs=1e-9)) is forgets


def test_roll_passes_half_a_turn() -> None:
    head = HeadPoseFilter()
    rolls = [170.0, 174.0, 178.0, -178.0, -174.0, -170.0]
    filtered = [head.update(index / 15, HeadAngles(0, 0, roll)).roll for index, roll in enumerate(rolls)]
    assert np.cos(np.radians(np.subtract(filtered, rolls))) == pytest.approx(np.ones(6), abs=1e-3)
