"""Regressors of the screen point, measured with sessions left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from interview_analysis.training.evaluate import Evaluation, Figure, Rows, bootstrap
from interview_analysis.training.plots import agreement
from interview_analysis.training.screen_gaze_regressors import MEAN, REGRESSORS, RIDGE, build_regressor
from interview_analysis.training.screen_gaze_table import ScreenGazeTable
from interview_analysis.vision.screen_gaze import ScreenGazeRegressor

FloatArray = NDArray[np.float64]
Report = Callable[[float], None]
"""Receives the finished share 0–1."""

_MOST_FOLDS = 40
_NO_TEST = "its errors say nothing; without --model the regressors are measured with sessions left out"
_NEAREST_MM, _FARTHEST_MM = 150.0, 3000.0


@dataclass(frozen=True, slots=True)
class ScreenGazeEvaluation(Evaluation):
    """``regressor``: the one whose figures bear no name. ``warnings``: rows that look wrong, by file and line."""

    regressor: str = ""
    warnings: tuple[str, ...] = ()


def cross_validate(table: ScreenGazeTable, name: str) -> FloatArray:
    """Answers (N, 2) for each row from a fit without any row of its session; NaN for rows that are not known.

    Each session is left out by itself, up to 40; more are left out in 40 groups.
    """
    known = np.flatnonzero(table.known)
    session = table.session[known]
    folds = GroupKFold(min(_MOST_FOLDS, len(np.unique(session))))
    answers = np.full(table.points.shape, np.nan)
    with threadpool_limits(1):  # these matrices are so small that threads cost more than they give
        for fit, held_out in folds.split(known, groups=session):
            regressor = build_regressor(name).fit(table.features[known[fit]], table.points[known[fit]])
            answers[known[held_out]] = np.reshape(regressor.predict(table.features[known[held_out]]), (-1, 2))
    return answers


def cross_validate_all(
    table: ScreenGazeTable, names: Sequence[str], report: Report = lambda share: None
) -> dict[str, FloatArray]:
    """``cross_validate`` of the mean predictor, ridge and each of ``names``."""
    answers = {}
    wanted = tuple(dict.fromkeys((MEAN, RIDGE, *names)))
    for done, name in enumerate(wanted):
        answers[name] = cross_validate(table, name)
        report((done + 1) / len(wanted))
    return answers


def compare_regressors(
    table: ScreenGazeTable, answers: dict[str, FloatArray], candidates: Sequence[str], pixel_mm: float
) -> ScreenGazeEvaluation:
    """Figures of the candidate of least mean error, and every regressor's error; ``answers`` of ``cross_validate_all``.

    The best is chosen by the very errors that are shown, so a little optimism is left in its figures.
    """
    means = {name: float(np.nanmean(_errors(table, answers[name]))) for name in candidates}
    best = min(means, key=lambda name: means[name])
    each = {f"error_px_{name}": _mean_by_session(table, _errors(table, answer)) for name, answer in answers.items()}
    return _evaluation(table, best, answers[best], _figures(table, answers[best], answers, pixel_mm) | each)


def evaluate_regressors(table: ScreenGazeTable, pixel_mm: float, report: Report = lambda share: None) -> ScreenGazeEvaluation:
    """All of ``REGRESSORS``, each session left out of the fit that answers it."""
    return compare_regressors(table, cross_validate_all(table, REGRESSORS, report), REGRESSORS, pixel_mm)


def evaluate_model(model: ScreenGazeRegressor, table: ScreenGazeTable, pixel_mm: float) -> ScreenGazeEvaluation:
    """A trained model as it serves; mean predictor and ridge beside it are fitted on the table with sessions left out."""
    baselines = cross_validate_all(table, (RIDGE,))
    answers = np.where(table.known[:, None], model.predict(table.samples), np.nan)
    evaluation = _evaluation(table, model.spec.name, answers, _figures(table, answers, baselines, pixel_mm))
    if not model.spec.licence.data.endswith(table.sha256):
        return evaluation
    return replace(evaluation, warnings=(*evaluation.warnings, f"{model.spec.name} was trained on these very rows: {_NO_TEST}"))


def _evaluation(
    table: ScreenGazeTable, regressor: str, answers: FloatArray, metrics: dict[str, Figure]
) -> ScreenGazeEvaluation:
    return ScreenGazeEvaluation(
        task="screen-gaze",
        data=table.name,
        n=len(table),
        coverage=float(table.known.mean()),
        metrics=metrics,
        plots={"points": agreement(("screen x", "screen y"), table.points[table.known], answers[table.known], "pixels")},
        regressor=regressor,
        warnings=table.warnings,
    )


def _figures(
    table: ScreenGazeTable, answers: FloatArray, baselines: dict[str, FloatArray], pixel_mm: float
) -> dict[str, Figure]:
    errors = _errors(table, answers)
    ridge = _errors(table, baselines[RIDGE])
    return {
        "error_px": _mean_by_session(table, errors),
        "error_px_median": _by_session(table, errors, np.median),
        "error_px_ridge": _mean_by_session(table, ridge),
        "error_px_mean": _mean_by_session(table, _errors(table, baselines[MEAN])),
        "gain_px_over_ridge": _mean_by_session(table, ridge - errors),
        "error_deg": _mean_by_session(table, visual_angle(errors * pixel_mm, table.samples.position[:, 2])),
    }


def visual_angle(size_mm: FloatArray, distance_mm: FloatArray) -> FloatArray:
    """Degrees that a length (N,) on the screen spans for an eye in front of it, 2·atan(size / 2·distance).

    A distance that no user of a screen has (under 15 cm, over 3 m, unknown) is replaced by the median of the others.
    """
    sane = (distance_mm >= _NEAREST_MM) & (distance_mm <= _FARTHEST_MM)
    typical = float(np.median(distance_mm[sane])) if sane.any() else np.nan
    return np.asarray(np.degrees(2 * np.arctan(size_mm / (2 * np.where(sane, distance_mm, typical)))))


def _errors(table: ScreenGazeTable, answers: FloatArray) -> FloatArray:
    """Distance (N,) in pixels, NaN where there is no answer or no truth."""
    return np.asarray(np.linalg.norm(answers - table.points, axis=1))


def _mean_by_session(table: ScreenGazeTable, values: FloatArray) -> Figure:
    return _by_session(table, values, np.mean)


def _by_session(table: ScreenGazeTable, values: FloatArray, statistic: Callable[[FloatArray], np.floating]) -> Figure:
    """Over all known rows; the bootstrap draws sessions, because the rows of one are alike."""
    known = np.isfinite(values)
    groups = [values[known & (table.session == session)] for session in np.unique(table.session[known])]

    def of_sessions(drawn: Rows) -> float:
        return float(statistic(np.concatenate([groups[index] for index in drawn])))

    return bootstrap(of_sessions, len(groups))
