"""A fitted regressor from gaze features to a point on the screen, as numbers that can be kept as text.

    point = [1, columns, squares and products] · coefficients + kernel(columns, centres) · weights

with ``columns`` some of ``FEATURES``, each over its unit in ``UNITS``, and a Gaussian kernel of width 1 in those units. Nothing
in the text is code, and text of another form is refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.screen_gaze import Screen
from interview_analysis.domain.screen_gaze_features import FEATURES
from interview_analysis.errors import InputError

FloatArray = NDArray[np.float64]

UNITS = MappingProxyType(
    {"hit_x": 100.0, "hit_y": 100.0, "slope_x": 0.2, "slope_y": 0.2, "bearing_x": 0.1, "bearing_y": 0.1, "distance": 100.0}
    | dict.fromkeys(("turn_x", "turn_y", "turn_z"), 0.2)
)
"""What a column is divided by: about as much as it varies where somebody looks over a whole screen and moves freely. Fixed, so
that a head that kept still while it calibrated teaches nothing about moving heads."""
_VERSION = 1
_MOST_CHARACTERS = 32_768
_MOST_CENTRES = 64
_MOST_SIDE = 100_000
_MOST_NUMBER = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class Regressor:
    """``coefficients`` (T, 2) pixels, one row a term; ``centres`` (M, C) in units of the columns and ``weights`` (M, 2) pixels,
    both empty without a kernel part. Answers are held within one screen's width and height beyond the edges of ``screen``."""

    screen: Screen
    columns: tuple[str, ...]
    degree: int
    coefficients: FloatArray
    centres: FloatArray
    weights: FloatArray

    def points(self, rows: FloatArray) -> FloatArray:
        """``rows`` (N, len(FEATURES)) → (N, 2) pixels; NaN for rows of NaN."""
        scaled = scaled_columns(rows, self.columns)
        found = terms(scaled, self.degree) @ self.coefficients
        if len(self.centres):
            found = found + kernel(scaled, self.centres) @ self.weights
        return hold(found, self.screen)

    def text(self) -> str:
        """JSON for ``parse``."""
        return json.dumps(
            {
                "version": _VERSION,
                "screen": [self.screen.width, self.screen.height],
                "columns": self.columns,
                "degree": self.degree,
                "coefficients": self.coefficients.tolist(),
                "centres": self.centres.tolist(),
                "weights": self.weights.tolist(),
            },
            separators=(",", ":"),
        )


def hold(points: FloatArray, screen: Screen) -> FloatArray:
    """``points`` (N, 2) within one screen's width and height beyond its edges."""
    size = np.array([screen.width, screen.height], np.float64)
    return np.asarray(np.clip(points, -size, 2 * size), np.float64)


def scaled_columns(rows: FloatArray, columns: Sequence[str]) -> FloatArray:
    """(N, len(FEATURES)) → (N, C) over the columns' units."""
    units = np.array([UNITS[name] for name in columns])
    return np.asarray(rows[:, [FEATURES.index(name) for name in columns]] / units, np.float64)


def terms(scaled: FloatArray, degree: int) -> FloatArray:
    """(N, C) → (N, T): one, the columns, and with degree 2 their squares and products."""
    parts = [np.ones((len(scaled), 1)), scaled]
    if degree == 2:
        first, second = np.triu_indices(scaled.shape[1])
        parts.append(scaled[:, first] * scaled[:, second])
    return np.hstack(parts)


def kernel(scaled: FloatArray, centres: FloatArray) -> FloatArray:
    """(N, M): exp(−distance² / 2)."""
    apart = scaled[:, None] - centres[None]
    return np.asarray(np.exp(-0.5 * (apart**2).sum(axis=2)), np.float64)


@lru_cache(maxsize=256)
def parse(text: str) -> Regressor:
    """Of ``Regressor.text``. Raises ``InputError`` (``invalid_calibration``) for anything else."""
    if len(text) > _MOST_CHARACTERS:
        raise _refused("it is too long")
    try:
        return _checked(json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _refused(str(error)) from error


def _checked(given: dict[str, object]) -> Regressor:
    """Raises ``ValueError``, ``TypeError`` or ``KeyError``."""
    if given["version"] != _VERSION or given["degree"] not in (1, 2):
        raise ValueError("another version")
    columns = given["columns"]
    if not isinstance(columns, list) or len(set(columns)) != len(columns) or not set(columns) <= UNITS.keys():
        raise ValueError("unknown columns")
    degree = 2 if given["degree"] == 2 else 1
    width, height = _sides(given["screen"])
    count = terms(np.empty((0, len(columns))), degree).shape[1]
    centres = _numbers(given["centres"], None, len(columns))
    return Regressor(
        screen=Screen(width, height),
        columns=tuple(columns),
        degree=degree,
        coefficients=_numbers(given["coefficients"], count, 2),
        centres=centres,
        weights=_numbers(given["weights"], len(centres), 2),
    )


def _sides(given: object) -> tuple[int, int]:
    match given:
        case [int(width), int(height)] if 0 < width <= _MOST_SIDE and 0 < height <= _MOST_SIDE:
            return width, height
    raise ValueError("no screen")


def _numbers(given: object, rows: int | None, columns: int) -> FloatArray:
    """A list of lists of numbers as (rows, columns); ``rows`` ``None``: any small number of them."""
    if not isinstance(given, list) or len(given) > _MOST_CENTRES or rows not in (None, len(given)):
        raise ValueError("other rows")
    for row in given:
        if not isinstance(row, list) or len(row) != columns:
            raise ValueError("other columns")
        if not all(type(value) in (float, int) and abs(value) <= _MOST_NUMBER for value in row):
            raise ValueError("not all are numbers in bounds")
    return np.array(given, np.float64).reshape(len(given), columns)


def _refused(why: str) -> InputError:
    return InputError(f"not a calibration of this version: {why}", code="invalid_calibration")
