"""Figures with bootstrap intervals, in the one form that every ``evaluate`` command prints."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.emotion import EMOTIONS
from interview_analysis.training.faces import Faces
from interview_analysis.training.plots import Draw, reliability
from interview_analysis.vision.emotion import ExpressionClassifier

_DRAWS = 1000
_SEED = 20261121
_INTERVAL_PERCENT = (2.5, 97.5)
_CALIBRATION_BINS = 15
_BATCH = 256

Rows = NDArray[np.intp]
Statistic = Callable[[Rows], float]


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its bootstrap 95 % interval (percentiles; Efron 1979)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """``rows[truth][answer]`` counts, both in the order of ``labels``."""

    labels: tuple[str, ...]
    rows: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``n`` samples of the data; ``coverage``: share of them that got an answer; figures are over those. ``plots`` by name."""

    task: str
    data: str
    n: int
    coverage: float
    metrics: dict[str, Figure]
    confusion: Confusion | None = None
    plots: dict[str, Draw] = field(default_factory=dict)


def bootstrap(statistic: Statistic, count: int) -> Figure:
    """``statistic`` of row numbers 0 … count - 1, and of 1,000 draws of them with replacement from a fixed seed.

    Draws for which the statistic does not exist (NaN) are left out of the interval; without rows all is NaN.
    """
    if count == 0:
        return Figure(math.nan, math.nan, math.nan)
    rng = np.random.default_rng(_SEED)
    draws = np.array([statistic(rng.integers(0, count, count)) for _ in range(_DRAWS)])
    known = draws[np.isfinite(draws)]
    low, high = np.percentile(known, _INTERVAL_PERCENT) if len(known) else (math.nan, math.nan)
    return Figure(statistic(np.arange(count)), float(low), float(high))


def evaluate_expression(classifier: ExpressionClassifier, faces: Faces, data: str) -> Evaluation:
    """The classifier as it serves, on face crops with known expression."""
    return evaluate_probabilities(classify_faces(classifier, faces), faces.emotions, tuple(EMOTIONS), data)


def evaluate_probabilities(
    probabilities: NDArray[np.float32], truth: NDArray[np.int64], labels: tuple[str, ...], data: str
) -> Evaluation:
    """Accuracy, macro F1, calibration error and recall by class. ``probabilities`` (N, K) of the K ``labels``; ``truth`` (N,)
    are indices into them."""
    answers = probabilities.argmax(axis=1)
    statistics: dict[str, Statistic] = {
        "accuracy": lambda rows: float((answers[rows] == truth[rows]).mean()),
        "macro_f1": lambda rows: macro_f1(confuse(truth[rows], answers[rows], len(labels))),
        "ece": lambda rows: expected_calibration_error(probabilities[rows], truth[rows]),
        **recalls(labels, truth, answers),
    }
    return Evaluation(
        task="expression",
        data=data,
        n=len(truth),
        coverage=1.0,
        metrics={name: bootstrap(statistic, len(truth)) for name, statistic in statistics.items()},
        confusion=Confusion(labels, confuse(truth, answers, len(labels))),
        plots={"reliability": reliability(probabilities, truth, _CALIBRATION_BINS)},
    )


def classify_faces(classifier: ExpressionClassifier, faces: Faces) -> NDArray[np.float32]:
    """Probabilities (N, 7) in the order of ``EMOTIONS``; the pictures are taken as crops already."""
    return np.concatenate([classifier.classify(batch.rgb()) for batch in faces.batches(_BATCH)])


def recalls(labels: Sequence[str], truth: NDArray[np.int64], answers: NDArray[np.int64]) -> dict[str, Statistic]:
    """``recall_LABEL`` for each of ``labels``: the share of the samples of that class that were given it; NaN without any.

    ``truth`` and ``answers`` (N,) are indices into ``labels``.
    """

    def recall(label: int) -> Statistic:
        def share(rows: Rows) -> float:
            of_class = answers[rows][truth[rows] == label]
            return float((of_class == label).mean()) if len(of_class) else math.nan

        return share

    return {f"recall_{name}": recall(label) for label, name in enumerate(labels)}


def macro_f1(confusion: NDArray[np.int64]) -> float:
    """Mean over the classes that occur in the truth of F1 = 2·hits / (truth + answers)."""
    hits, truth, answers = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    present = truth > 0
    return float((2 * hits[present] / (truth[present] + answers[present])).mean())


def expected_calibration_error(probabilities: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """Guo et al., arXiv 1706.04599: mean over 15 bins of confidence of |accuracy − confidence|, weighted by size; 0–1."""
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = (probabilities.argmax(axis=1) == truth).astype(np.float64)
    bins = np.minimum((confidence * _CALIBRATION_BINS).astype(np.int64), _CALIBRATION_BINS - 1)
    gaps = np.bincount(bins, right - confidence, _CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(truth))


def confuse(truth: NDArray[np.int64], answers: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """Counts (classes, classes) by truth and answer of indices (N,)."""
    return np.bincount(truth * classes + answers, minlength=classes**2).reshape(classes, classes)
