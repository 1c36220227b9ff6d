"""A session's own regressor from gaze to screen, fitted to looks at known points, with the error that it will have.

Candidates from plain to rich are fitted in closed form and compared by leaving out one target at a time with all its pictures:
pictures of one look are alike, so random folds would tell how well a look is remembered, not how well a new point is found. For
the same reason there are no trees: they can only answer with targets that they have seen, which leaving targets out shows as an
error of half a grid.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.screen_gaze import CalibrationError, GazeSample, Screen, ScreenPoint
from interview_analysis.domain.screen_gaze_features import FEATURES, FloatArray, features, stack_samples
from interview_analysis.domain.screen_gaze_regressor import Regressor, kernel, parse, scaled_columns, terms
from interview_analysis.errors import InputError

FEWEST_TARGETS = 4
ASSUMED_WIDTH_MM = 345.0
"""Of a screen whose width nobody has told: 15.6 inches at 16:9, the commonest laptop."""

_HITS = ("hit_x", "hit_y")
_HEAD = (*_HITS, "bearing_x", "bearing_y", "distance")
_NEARLY = 1.05
"""A richer candidate must be better than a plainer one by more than this: less is luck with a handful of targets."""
_FAR_DEVIATIONS = 3.5
_LEAST_DEVIATION = np.tan(np.radians(1.0))
"""Of a tangent: looks that are steadier than the meter's own noise are not picked at."""
_NORMAL_MAD = 1.4826
_DISTANCES_MM = (150.0, 2500.0)
_STEEPEST = np.tan(np.radians(60.0))
_HUBER = 1.5
_RAYLEIGH_MEDIAN = 1.1774
_ROUNDS = 6
_DRAWS = 2000
_INTERVAL = (2.5, 97.5)
_SEED = 20261121


@dataclass(frozen=True, slots=True)
class CalibrationShot:
    """One picture taken while ``target`` was looked at."""

    target: ScreenPoint
    sample: GazeSample


@dataclass(frozen=True, slots=True)
class CalibrationFit:
    """As ``GazeCalibration``: ``samples`` were used, ``dropped`` not; ``points`` is the number of targets."""

    regressor: str
    error: CalibrationError
    points: int
    samples: int
    dropped: int


def fit_calibration(shots: Sequence[CalibrationShot], screen: Screen) -> CalibrationFit:
    """The candidate that finds left-out targets best, fitted to all of them.

    The error is that of single pictures at targets that the fit has not seen, blinks and saccades left out. Targets at the
    edges are then outside of what the rest covers, so it is rather too large than too small for the screen's middle.
    Raises ``InputError`` (``calibration_too_few``) for fewer than four distinct targets with steady samples.
    """
    steady = steady_shots(shots)
    looks = _looks(steady)
    if looks.targets < FEWEST_TARGETS:
        raise InputError(f"{looks.targets} targets with steady samples, at least {FEWEST_TARGETS}", code="calibration_too_few")
    candidates = _candidates(screen)
    errors = [_left_out_errors(looks, candidate) for candidate in candidates]
    means = [float(error.mean()) for error in errors]
    chosen = next(i for i, mean in enumerate(means) if mean <= _NEARLY * min(means))
    return CalibrationFit(
        regressor=candidates[chosen](looks).text(),
        error=_stated(errors[chosen], screen, float(np.median(looks.rows[:, FEATURES.index("distance")]))),
        points=looks.targets,
        samples=len(steady),
        dropped=len(shots) - len(steady),
    )


def predict(regressor: str, sample: GazeSample) -> ScreenPoint:
    """``regressor`` as in ``GazeCalibration``. Raises ``InputError`` (``invalid_calibration``) where it is not one,
    ``ValueError`` for a sample without features, which no meter gives."""
    return _point(parse(regressor).points(_row(sample)))


def guess(sample: GazeSample, screen: Screen) -> ScreenPoint:
    """Without any calibration: the camera is taken to be in the screen's plane at the middle of its upper edge, the screen to
    be ``width_mm`` wide or else ``ASSUMED_WIDTH_MM``.

    Worth little: the eye's own axis is about 5° off the line of sight, the iris is measured with a person's own error of
    several degrees, and a camera elsewhere breaks the assumption. At arm's length 5° are 50 mm, a seventh of such a screen's
    width. It tells left from right and above from below, not what is read. Raises ``ValueError`` as ``predict``.
    """
    return _point(_geometry(screen).points(_row(sample)))


def steady_shots(shots: Sequence[CalibrationShot]) -> list[CalibrationShot]:
    """Without what is no look at its target: values that cannot be, and pictures whose gaze or head is far from the median of
    their target (3.5 robust deviations, at least 3.5°), as in blinks and saccades."""
    rows = features(stack_samples([shot.sample for shot in shots]))
    slopes, distance = rows[:, :2], rows[:, FEATURES.index("distance")]
    possible = np.isfinite(rows).all(axis=1) & (np.abs(slopes) < _STEEPEST).all(axis=1)
    possible &= (distance > _DISTANCES_MM[0]) & (distance < _DISTANCES_MM[1])
    kept = np.zeros(len(shots), np.bool_)
    for target in {shot.target for shot in shots}:
        here = possible & np.array([shot.target == target for shot in shots], np.bool_)
        kept[here] = _near_median(slopes[here]) & _near_median(rows[here, FEATURES.index("bearing_x"), None])
    return [shot for shot, steady in zip(shots, kept, strict=True) if steady]


def _near_median(values: FloatArray) -> NDArray[np.bool_]:
    """(N, C) → (N,)."""
    if len(values) == 0:
        return np.zeros(0, np.bool_)
    away = np.abs(values - np.median(values, axis=0))
    limit = _FAR_DEVIATIONS * np.maximum(_NORMAL_MAD * np.median(away, axis=0), _LEAST_DEVIATION)
    return np.asarray((away <= limit).all(axis=1), np.bool_)


class _Looks(NamedTuple):
    """``rows`` (N, len(FEATURES)), ``points`` (N, 2) pixels, ``target`` (N,) counted from 0 to ``targets``."""

    rows: FloatArray
    points: FloatArray
    target: NDArray[np.intp]
    targets: int

    def of(self, wanted: NDArray[np.bool_]) -> _Looks:
        """Some of the samples, targets numbered anew."""
        numbers, target = np.unique(self.target[wanted], return_inverse=True)
        return _Looks(self.rows[wanted], self.points[wanted], target, len(numbers))

    @property
    def weights(self) -> FloatArray:
        """(N,): every target counts as one, however many pictures it has."""
        return np.asarray(1.0 / np.bincount(self.target)[self.target], np.float64)

    def means(self, values: FloatArray) -> FloatArray:
        """(N, C) → (targets, C): means by target."""
        sums = np.zeros((self.targets, values.shape[1]))
        np.add.at(sums, self.target, values * self.weights[:, None])
        return sums


def _looks(shots: Sequence[CalibrationShot]) -> _Looks:
    points = np.array([shot.target for shot in shots], np.float64).reshape(-1, 2)
    found, target = np.unique(points, axis=0, return_inverse=True)
    return _Looks(features(stack_samples([shot.sample for shot in shots])), points, target.reshape(-1), len(found))


_Candidate = Callable[[_Looks], Regressor]


def _candidates(screen: Screen) -> list[_Candidate]:
    """From plain to rich. Ridges shrink toward geometry, not toward nothing: with few targets the rest is known from there.

    The penalties are in targets: 0.1 weighs like a tenth of one look for each coefficient.
    """
    return [
        lambda looks: _mean(looks, screen),
        lambda looks: _ridge(looks, screen, _HITS, 1, 100.0),
        lambda looks: _ridge(looks, screen, _HITS, 1, 0.03),
        lambda looks: _ridge(looks, screen, _HEAD, 1, 0.3),
        lambda looks: _ridge(looks, screen, _HITS, 2, 0.3),
        lambda looks: _ridge(looks, screen, _HITS, 2, 0.03),
        lambda looks: _smooth(looks, screen, 0.5),
    ]


def _left_out_errors(looks: _Looks, candidate: _Candidate) -> FloatArray:
    """(targets,) pixels: mean distance of each target's pictures, answered by a fit to the other targets."""
    errors = np.empty(looks.targets)
    for number in range(looks.targets):
        out = looks.target == number
        answers = candidate(looks.of(~out)).points(looks.rows[out])
        errors[number] = np.linalg.norm(answers - looks.points[out], axis=1).mean()
    return errors


def _stated(errors: FloatArray, screen: Screen, distance_mm: float) -> CalibrationError:
    """Bootstrap over targets, widened for their small number."""
    draws = np.random.default_rng(_SEED).integers(0, len(errors), (_DRAWS, len(errors)))
    drawn = np.percentile(errors[draws].mean(axis=1), _INTERVAL)
    pixels = float(errors.mean())
    low, high = np.maximum(pixels + (drawn - pixels) * _widening(len(errors)), 0.0).tolist()
    degrees = None
    if screen.width_mm is not None:
        degrees = math.degrees(math.atan(pixels * screen.width_mm / screen.width / distance_mm))
    return CalibrationError(pixels, low, high, degrees)


def _widening(count: int) -> float:
    """What a bootstrap of few values lacks: √(n / (n − 1)) · t / z at 97.5 %, t by Abramowitz & Stegun 26.7.5."""
    z, free = 1.959964, count - 1
    t = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    return math.sqrt(count / free) * t / z


def _mean(looks: _Looks, screen: Screen) -> Regressor:
    """The middle of the targets, whatever the eyes do: what any other candidate must beat."""
    return _linear(screen, (), 1, looks.means(looks.points).mean(axis=0, keepdims=True))


def _geometry(screen: Screen) -> Regressor:
    """See ``guess``. The picture's right is the left of the screen."""
    pixels = 100.0 * screen.width / (screen.width_mm or ASSUMED_WIDTH_MM)
    return _linear(screen, _HITS, 1, np.array([[screen.width / 2, 0.0], [-pixels, 0.0], [0.0, pixels]]))


def _ridge(looks: _Looks, screen: Screen, columns: tuple[str, ...], degree: int, penalty: float) -> Regressor:
    """Huber's robust ridge by reweighted least squares, shrinking toward geometry; the constant term is free."""
    design: FloatArray = terms(scaled_columns(looks.rows, columns), degree)
    prior = np.zeros((design.shape[1], 2))
    known = _geometry(screen).coefficients
    prior[: len(known)] = known
    wanted = looks.points - design @ prior
    shrink = np.diag([1e-9, *[penalty] * (design.shape[1] - 1)])
    change: FloatArray = np.zeros_like(prior)
    weights: FloatArray = looks.weights
    for _ in range(_ROUNDS):
        weighted = design.T * weights
        change = np.asarray(np.linalg.solve(weighted @ design + shrink, weighted @ wanted), np.float64)
        weights = looks.weights * _trust(np.linalg.norm(wanted - design @ change, axis=1))
    return _linear(screen, columns, degree, prior + change)


def _trust(residuals: FloatArray) -> FloatArray:
    """Huber's weights (N,) of distances in the plane."""
    deviation = max(float(np.median(residuals)) / _RAYLEIGH_MEDIAN, 1e-9)
    return np.asarray(np.minimum(1.0, _HUBER * math.sqrt(2) * deviation / np.maximum(residuals, 1e-9)), np.float64)


def _smooth(looks: _Looks, screen: Screen, noise: float) -> Regressor:
    """A Gaussian process on what a ridge leaves of each target, ``noise`` as a share of the process's variance."""
    plain = _ridge(looks, screen, _HITS, 1, 0.03)
    left = looks.means(looks.points - plain.points(looks.rows))
    centres = looks.means(scaled_columns(looks.rows, _HITS))
    weights = np.linalg.solve(kernel(centres, centres) + noise * np.eye(looks.targets), left)
    return Regressor(screen, _HITS, 1, plain.coefficients, centres, np.asarray(weights, np.float64))


def _linear(screen: Screen, columns: tuple[str, ...], degree: int, coefficients: FloatArray) -> Regressor:
    nothing = np.zeros((0, len(columns))), np.zeros((0, 2))
    return Regressor(screen, columns, degree, np.asarray(coefficients, np.float64), *nothing)


def _row(sample: GazeSample) -> FloatArray:
    """(1, len(FEATURES))."""
    row = features(stack_samples([sample]))
    if not np.isfinite(row).all():
        raise ValueError("the sample has no features")
    return row


def _point(points: FloatArray) -> ScreenPoint:
    x, y = points[0].tolist()
    return ScreenPoint(x, y)
