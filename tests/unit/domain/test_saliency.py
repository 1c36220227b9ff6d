"""Saliency metrics on maps small enough for a pencil, and by what they must not depend on."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.domain import saliency

Metric = Callable[[NDArray[np.floating], NDArray[Any]], float]

RNG = np.random.default_rng(5)
RAMP = np.arange(12.0).reshape(3, 4)
TOP = RAMP == 11


def test_a_map_that_is_right_and_one_that_is_wrong() -> None:
    assert saliency.auc_judd(RAMP, TOP) == 1.0
    assert saliency.auc_judd(RAMP, RAMP < 6) == pytest.approx(1 / 12), "its first hit comes after every false alarm"


def test_auc_by_hand() -> None:
    """Fixated values 3 and 1 over others 2 and 0: hits 1/2 with no false alarm, then 1 with 1/2."""
    area = 0.5 * (0.5 + 1) / 2 + 0.5 * 1
    assert saliency.auc_judd(np.array([[3.0, 2.0], [1.0, 0.0]]), np.array([[True, False], [True, False]])) == pytest.approx(
        area
    )


def test_nss_is_the_z_score_with_the_sample_deviation() -> None:
    assert saliency.nss(RAMP, TOP) == pytest.approx((11 - 5.5) / math.sqrt(13))


def test_kl_by_hand() -> None:
    expected = 0.75 * math.log(0.75 / 0.5) + 0.25 * math.log(0.25 / 0.5)
    assert saliency.kl(np.array([[1.0, 1.0]]), np.array([[3.0, 1.0]])) == pytest.approx(expected)


def test_sim_is_the_overlap() -> None:
    assert saliency.sim(np.array([[0.0, 1.0, 1.0]]), np.array([[1.0, 1.0, 0.0]])) == pytest.approx(0.5)


def test_equal_maps_agree_wholly() -> None:
    density = RNG.random((6, 7))
    assert saliency.cc(density, density) == pytest.approx(1)
    assert saliency.sim(density, density) == pytest.approx(1)
    assert saliency.kl(density, density) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("name", ["auc_judd", "nss", "cc", "share_above_p70"])
def test_blind_maps_score_the_chance_level(name: str) -> None:
    metrics: dict[str, Metric] = {
        "auc_judd": saliency.auc_judd,
        "nss": saliency.nss,
        "cc": saliency.cc,
        "share_above_p70": saliency.share_above_percentile,
    }
    fixated = RNG.random((40, 40)) < 0.1
    truth = fixated.astype(np.float64) if name == "cc" else fixated
    scores = [metrics[name](RNG.random((40, 40)), truth) for _ in range(60)]
    many = saliency.auc_judd_chance(RNG.random((40, 40)), int(fixated.sum()))
    assert np.mean(scores) == pytest.approx(many if name == "auc_judd" else saliency.CHANCE[name], abs=0.03)


@pytest.mark.parametrize("scale", [1e-3, 255.0])
def test_the_scale_of_a_map_does_not_matter(scale: float) -> None:
    predicted, density, fixated = RNG.random((8, 9)), RNG.random((8, 9)), RNG.random((8, 9)) < 0.2
    for metric, truth in ((saliency.auc_judd, fixated), (saliency.nss, fixated), (saliency.share_above_percentile, fixated)):
        assert metric(predicted * scale, truth) == pytest.approx(metric(predicted, truth))
    for compare in (saliency.cc, saliency.sim, saliency.kl):
        assert compare(predicted * scale, density) == pytest.approx(compare(predicted, density))


def test_where_most_of_a_map_is_equal_the_percentile_says_nothing_and_the_area_shows_it() -> None:
    mostly_zero = np.zeros((10, 10))
    mostly_zero[0, 0] = 1
    assert saliency.share_above_percentile(mostly_zero, RNG.random((10, 10)) < 0.3) == 1
    assert saliency.area_above_percentile(mostly_zero) == 1
    assert saliency.area_above_percentile(np.arange(100.0).reshape(10, 10)) == pytest.approx(0.3)


def test_what_does_not_exist_is_nan() -> None:
    flat, nowhere = np.ones((3, 4)), np.zeros((3, 4), np.bool_)
    unknown = [saliency.nss(RAMP, nowhere), saliency.auc_judd(RAMP, nowhere), saliency.nss(flat, TOP), saliency.cc(flat, RAMP)]
    assert np.isnan(unknown).all()


def test_maps_of_two_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be held"):
        saliency.nss(RAMP, np.zeros((4, 3), np.bool_))


def test_points_outside_the_picture_and_unknown_ones_are_left_out() -> None:
    points = np.array([[0.4, 2.9], [3.999, 0.0], [4.0, 0.0], [-0.1, 1.0], [np.nan, 1.0], [0.9, 2.1]])
    mask = saliency.fixation_mask(points, (3, 4))
    assert set(zip(*np.nonzero(mask), strict=True)) == {(2, 0), (0, 3)}


def test_the_density_has_its_half_amplitude_at_eight_cycles_and_does_not_wrap_round() -> None:
    side = 128
    fixated = np.zeros((side, side), np.bool_)
    fixated[side // 2, side // 2] = True
    density = saliency.fixation_density(fixated)
    spectrum = np.abs(np.fft.fft2(density))
    assert density.sum() == pytest.approx(1, abs=1e-3)
    assert spectrum[0, 8] / spectrum[0, 0] == pytest.approx(0.5, abs=0.01)
    corner = np.zeros((side, side), np.bool_)
    corner[0, 0] = True
    blurred = saliency.fixation_density(corner)
    assert blurred[-1, -1] < 1e-6 * blurred[0, 0]


@pytest.mark.parametrize("fixations", [1, 2, 5, 40])
@pytest.mark.parametrize("levels", [0, 4], ids=["no-ties", "ties"])
def test_chance_of_auc_judd_is_what_blind_guesses_score(fixations: int, levels: int) -> None:
    random = np.random.default_rng(fixations)
    values = random.random((20, 30))
    if levels:
        values = np.floor(values * levels)
    guesses = np.zeros((600, values.size), np.bool_)
    for guess in guesses:
        guess[random.choice(values.size, fixations, replace=False)] = True
    scored = np.mean([saliency.auc_judd(values, guess.reshape(values.shape)) for guess in guesses])
    chance = saliency.auc_judd_chance(values, fixations)
    assert chance == pytest.approx(scored, abs=0.04 / np.sqrt(fixations) + 0.005)
    if not levels:
        assert chance == pytest.approx((fixations + 2) / (2 * (fixations + 1)), abs=0.002)
