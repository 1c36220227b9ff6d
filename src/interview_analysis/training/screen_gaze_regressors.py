"""The regressors of ``train screen-gaze`` behind scikit-learn's interface: ``fit(features, points)``, ``predict(features)``.

Each begins with ``RobustClip``, so a row with absurd values can neither bend a fit nor be answered far outside the data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin, clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import ExtraTreesRegressor, GradientBoostingRegressor, RandomForestRegressor
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

MEAN = "mean"
RIDGE = "ridge"

_SEED = 20261121
_TREES = 100
_NORMAL_IQR = 1.349
"""Interquartile range of the normal distribution with deviation 1."""


class RobustClip(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """float32 (x − median) / robust deviation, held within ± ``limit``; a constant column is only shifted."""

    def __init__(self, limit: float = 5.0) -> None:
        self.limit = limit

    def fit(self, features: NDArray[np.float64], points: object = None) -> Self:
        """``features`` (N, F) without NaN; ``points`` are not looked at."""
        low, middle, high = np.percentile(features, [25, 50, 75], axis=0)
        deviation = (high - low) / _NORMAL_IQR
        self.centre_ = middle.astype(np.float32)
        self.scale_ = np.where(deviation > 0, deviation, 1.0).astype(np.float32)
        return self

    def transform(self, features: NDArray[np.float64]) -> NDArray[np.float32]:
        """float32, computed as the exported network computes it."""
        scaled = (features.astype(np.float32) - self.centre_) / self.scale_
        return np.asarray(np.clip(scaled, -self.limit, self.limit), np.float32)


class Blend(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Mean of two regressors' answers: smooth and stepwise fits err in different places."""

    def __init__(self, first: RegressorMixin, second: RegressorMixin) -> None:
        self.first = first
        self.second = second

    def fit(self, features: NDArray[np.floating], points: NDArray[np.float64]) -> Self:
        """Each by itself."""
        self.first_ = clone(self.first).fit(features, points)
        self.second_ = clone(self.second).fit(features, points)
        return self

    def predict(self, features: NDArray[np.floating]) -> NDArray[np.float64]:
        """(N, 2)."""
        return np.asarray((self.first_.predict(features) + self.second_.predict(features)) / 2)


def _kernel_ridge() -> TransformedTargetRegressor:
    return TransformedTargetRegressor(KernelRidge(kernel="rbf", gamma=0.01, alpha=0.1), transformer=StandardScaler())


def _extra_trees() -> ExtraTreesRegressor:
    return ExtraTreesRegressor(_TREES, random_state=_SEED)


def _polynomial_ridge() -> Pipeline:
    return make_pipeline(PolynomialFeatures(2, include_bias=False), StandardScaler(), Ridge(50.0))


def _random_forest() -> RandomForestRegressor:
    return RandomForestRegressor(_TREES, max_features=0.5, min_samples_leaf=2, random_state=_SEED)


def _gradient_boosting() -> MultiOutputRegressor:
    options = {"n_estimators": 60, "learning_rate": 0.12, "subsample": 0.6, "max_features": 0.3, "random_state": _SEED}
    return MultiOutputRegressor(GradientBoostingRegressor(loss="huber", max_depth=3, **options))


_ESTIMATORS: Mapping[str, Callable[[], BaseEstimator]] = MappingProxyType(
    {
        MEAN: DummyRegressor,
        RIDGE: lambda: Ridge(10.0),
        "polynomial_ridge": _polynomial_ridge,
        "kernel_ridge": _kernel_ridge,
        "random_forest": _random_forest,
        "extra_trees": _extra_trees,
        "gradient_boosting": _gradient_boosting,
        "kernel_and_trees": lambda: Blend(_kernel_ridge(), _extra_trees()),
    }
)
REGRESSORS = tuple(name for name in _ESTIMATORS if name != MEAN)
"""Names to choose from; ``MEAN`` is what any of them must beat."""


def build_regressor(name: str) -> Pipeline:
    """A regressor that is not fitted yet: features (N, F) → points (N, 2). Raises ``KeyError`` for an unknown name."""
    return Pipeline([("clip", RobustClip()), ("regressor", _ESTIMATORS[name]())])
