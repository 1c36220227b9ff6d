"""Calibration on simulated eyes: the error that is stated is the error that comes, and nothing wild moves it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from interview_analysis.domain.screen_gaze import GazeSample, Screen, ScreenPoint
from interview_analysis.domain.screen_gaze_calibration import (
    CalibrationFit,
    CalibrationShot,
    fit_calibration,
    guess,
    predict,
    steady_shots,
)
from interview_analysis.errors import InputError
from simulated_eyes import NO_FAULTS, SCREEN, Faults, Sitter, grid

AHEAD = GazeSample((0.0, 0.0, -1.0), (0.0, 100.0, 600.0), (0.0, 0.0, 0.0))
AWAY = replace(AHEAD, gaze=(0.0, 0.0, 1.0))


def new_error(answer: Callable[[GazeSample], ScreenPoint], sitter: Sitter, looks: int = 40) -> float:
    """Mean distance in pixels at points that were never targets."""
    rng = np.random.default_rng(7)
    shots = sitter.shots([ScreenPoint(*(rng.uniform(0.1, 0.9, 2) * (SCREEN.width, SCREEN.height))) for _ in range(looks)], 2)
    return float(np.mean([np.hypot(*np.subtract(answer(shot.sample), shot.target)) for shot in shots]))


def fitted_error(fit: CalibrationFit, sitter: Sitter) -> float:
    return new_error(lambda sample: predict(fit.regressor, sample), sitter)


@pytest.mark.parametrize(("points", "low", "high"), [(5, 0.9, 1.35), (9, 0.85, 1.2), (13, 0.85, 1.15)])
@pytest.mark.parametrize("faults", [Faults(), Faults(noise=2.0), Faults(offset=2, noise=0.5)], ids=["5°", "noisy", "steady"])
def test_the_stated_error_is_that_of_new_points(points: int, low: float, high: float, faults: Faults) -> None:
    """Over seven people. Five points leave corners out in turn, which is harder than what is between them."""
    ratios = []
    for seed in range(7):
        sitter = Sitter(seed, faults)
        fit = fit_calibration(sitter.shots(grid(points), 12), SCREEN)
        ratios.append(fit.error.pixels / fitted_error(fit, sitter))
        assert fit.error.low <= fit.error.pixels <= fit.error.high
    assert low < np.median(ratios) < high


@pytest.mark.parametrize("points", [5, 9, 13])
def test_outliers_are_dropped_and_move_nothing(points: int) -> None:
    clean: list[float] = []
    wild: list[float] = []
    for seed in range(4):
        for faults, errors in ((Faults(), clean), (Faults(outliers=0.05), wild)):
            sitter = Sitter(seed, faults)
            shots = sitter.shots(grid(points), 20)
            fit = fit_calibration(shots, SCREEN)
            errors.append(fitted_error(fit, Sitter(seed, Faults())))
            assert fit.samples + fit.dropped == len(shots)
    assert np.mean(wild) < 1.1 * np.mean(clean)


def test_what_cannot_be_is_dropped_whatever_its_number() -> None:
    absurd = [AWAY, replace(AHEAD, position=(0.0, 0.0, 9e9)), replace(AHEAD, turn=(np.nan, 0.0, 0.0))]
    shots = Sitter(1).shots(grid(9), 10)
    fit = fit_calibration([*shots, *(CalibrationShot(grid(9)[0], sample) for sample in absurd)], SCREEN)
    assert fit.dropped >= len(absurd)
    assert all(shot.sample not in absurd for shot in steady_shots(shots))


def test_a_calibration_is_worth_it_and_has_its_degrees() -> None:
    sitter = Sitter(3)
    fit = fit_calibration(sitter.shots(grid(9), 20), SCREEN)
    assert fit.points == 9
    assert fitted_error(fit, sitter) < 0.5 * new_error(lambda sample: guess(sample, SCREEN), sitter)
    assert fit.error.degrees == pytest.approx(np.degrees(np.arctan(fit.error.pixels * 345 / 1920 / 580)), rel=0.25)
    unknown = fit_calibration(sitter.shots(grid(9), 20), Screen(SCREEN.width, SCREEN.height))
    assert unknown.error.degrees is None


def test_a_picture_that_is_mirrored_is_learned_like_any_other() -> None:
    sitter = Sitter(3, Faults(noise=0.5), mirrored=True)
    fit = fit_calibration(sitter.shots(grid(9), 20), SCREEN)
    assert fitted_error(fit, sitter) < 120


def test_eyes_that_say_nothing_are_answered_with_the_middle_and_the_error_that_this_has() -> None:
    shots = [replace(shot, sample=AHEAD) for shot in Sitter(1).shots(grid(9), 5)]
    fit = fit_calibration(shots, SCREEN)
    assert predict(fit.regressor, AHEAD) == pytest.approx((960, 540), abs=60)
    assert fit.error.pixels > 600


def test_it_is_fitted_in_well_under_a_second() -> None:
    shots = Sitter(1).shots(grid(13), 20)
    began = time.process_time()
    fit_calibration(shots, SCREEN)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("targets", [0, 1, 3])
def test_too_few_targets_are_refused(targets: int) -> None:
    shots = [*Sitter(1).shots(grid(9)[:targets], 10), CalibrationShot(ScreenPoint(1, 1), AWAY)]
    with pytest.raises(InputError) as refused:
        fit_calibration(shots, SCREEN)
    assert refused.value.code == "calibration_too_few"


def test_a_guess_is_exact_where_its_assumptions_hold() -> None:
    """Left and right, above and below as the user sees them: a mirrored axis would be off by half a screen."""
    assert new_error(lambda sample: guess(sample, SCREEN), Sitter(5, NO_FAULTS)) < 1e-6
    assert new_error(lambda sample: guess(sample, SCREEN), Sitter(5, NO_FAULTS, mirrored=True)) > 400


def test_answers_end_one_screen_beyond_the_edges() -> None:
    sideways = replace(AHEAD, gaze=(0.99, -0.0, -0.14))
    assert guess(sideways, SCREEN).x == -SCREEN.width
    fit = fit_calibration(Sitter(1).shots(grid(9), 5), SCREEN)
    assert predict(fit.regressor, sideways).x == -SCREEN.width


def changed(**fields: object) -> str:
    return json.dumps(json.loads(fit_calibration(Sitter(1).shots(grid(5), 5), SCREEN).regressor) | fields)


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "null", "{}", "9", "[" * 20_000, "x" * 40_000),
        changed(version=2),
        changed(degree=3),
        changed(screen=[0, 1080]),
        changed(screen=[1920]),
        changed(columns=["hit_x", "__class__"]),
        changed(columns=["hit_x"]),
        changed(columns=[["hit_x"], 1]),
        changed(coefficients=[[1, 2], [3, 4], [5, "6"]]),
        changed(coefficients=[[1, 2], [3, 4], [5, float("nan")]]),
        changed(coefficients=[[1, 2], [3, 4], [5, True]]),
        changed(centres=[[0, 0]] * 3, weights=[[0, 0]] * 2),
        changed(centres=[[0, 0]] * 1000, weights=[[0, 0]] * 1000),
        changed(coefficients=[[1, 2], [3, 4], [5, 1e300]]),
        changed(coefficients=[[1, 2], [3, 4], [5, 10**400]]),
    ],
)
def test_text_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(InputError) as refused:
        predict(text, AHEAD)
    assert refused.value.code == "invalid_calibration"


def test_a_sample_without_features_is_the_callers_fault() -> None:
    with pytest.raises(ValueError, match="no features"):
        guess(AWAY, SCREEN)
