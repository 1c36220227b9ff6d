"""Smoothing of live angles and probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from interview_analysis.domain.live import Smoothing
from interview_analysis.domain.pose import GazeAngles, GazeFix, HeadAngles
from interview_analysis.vision.live_smoothing import Ema, FaceSmoother

TIMES = np.arange(90) / 30.0
JITTER = np.random.default_rng(0).normal(0, 0.3, len(TIMES))


def yaws(smoothing: Smoothing, values: np.ndarray) -> np.ndarray:
    face = FaceSmoother(smoothing, 1.5)
    return np.array([face.head(time, HeadAngles(0, float(value), 0)).yaw for time, value in zip(TIMES, values, strict=True)])


@pytest.mark.parametrize(("smoothing", "share"), [(Smoothing.NONE, 1.0), (Smoothing.EMA, 0.5), (Smoothing.KALMAN, 0.9)])
def test_jitter_shrinks_where_it_is_asked_for(smoothing: Smoothing, share: float) -> None:
    assert np.std(yaws(smoothing, JITTER)[30:]) <= share * np.std(JITTER[30:])


@pytest.mark.parametrize("smoothing", list(Smoothing))
def test_a_turn_arrives_within_half_a_second(smoothing: Smoothing) -> None:
    turned = yaws(smoothing, np.where(TIMES < 1.0, 0.0, 30.0))
    assert turned[45] == pytest.approx(30.0, abs=2.0)


@pytest.mark.parametrize("smoothing", list(Smoothing))
def test_gaze_keeps_its_deviation_and_probabilities_their_sum(smoothing: Smoothing) -> None:
    face = FaceSmoother(smoothing, 1.5)
    for time in (0.0, 0.2, 0.4):
        gaze = face.gaze(time, GazeFix(GazeAngles(1.0, 2.0), 3.0))
        emotions = face.emotions(time, np.eye(7)[round(time * 5)])
    assert gaze.deviation == 3.0
    assert gaze.angles == pytest.approx((1.0, 2.0))
    assert emotions.sum() == pytest.approx(1.0)


def test_an_average_does_not_depend_on_the_rate_and_forgets_after_a_gap() -> None:
    fast, slow = Ema(0.5), Ema(0.5)
    for step in range(31):
        dense = fast.update(step / 30, [float(step > 0)])
    for step in range(6):
        sparse = slow.update(step / 5, [float(step > 0)])
    assert dense == pytest.approx(sparse)
    assert slow.update(9.0, [7.0]) == pytest.approx([7.0])
