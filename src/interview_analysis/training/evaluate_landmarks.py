"""How well a network of face meshes tells the label anxious from neutral, at its operating point."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import ValidationError

from interview_analysis.errors import InputError, ModelUnavailable
from interview_analysis.training.evaluate import Confusion, Evaluation, Figure, bootstrap, macro_f1
from interview_analysis.training.landmarks_config import ENTRY_FILE
from interview_analysis.training.landmarks_data import LabelledMeshes, Rows, load_meshes
from interview_analysis.vision.anxiety import LABELS, AnxietyClassifier
from interview_analysis.vision.runtime.session import OpenVinoSession
from interview_analysis.vision.runtime.specs import Job, Manifest
from interview_analysis.vision.runtime.store import ModelStore

Truth = NDArray[np.int64]
Probabilities = NDArray[np.float64]
Score = Callable[[Truth, Probabilities], float]


def load_trained(folder: Path) -> AnxietyClassifier:
    """The network that ``train landmarks`` left in its folder. Raises ``ModelUnavailable`` where it is not whole."""
    path = folder / ENTRY_FILE
    try:
        manifest = Manifest.model_validate({"models": yaml.safe_load(path.read_text(encoding="utf-8"))})
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ModelUnavailable(f"{path} is not the entry that train landmarks writes: {error}") from error
    return load_classifier(ModelStore(folder, manifest), None)


def load_classifier(store: ModelStore, name: str | None) -> AnxietyClassifier:
    """A network of the manifest, ``None``: the one that serves. Raises ``ModelUnavailable`` where none is there or whole."""
    spec = store.best(Job.ANXIETY) if name is None else store.manifest.get(name)
    if spec is None:
        raise ModelUnavailable("no model for anxiety is installed whole; one is made by: interview-analysis train landmarks")
    return AnxietyClassifier(OpenVinoSession(store.path(spec.name)), spec)


def evaluate_landmarks(path: Path, classifier: AnxietyClassifier, split: str | None = None) -> Evaluation:
    """Figures of the classifier as it serves, on the CSV's rows (with ``split``: on those whose column split says so).

    Raises ``InputError`` for data that cannot be read or a split without rows of both labels.
    """
    data = load_meshes(path)
    if split is not None:
        data = data.take(np.flatnonzero(data.splits == split))
        if len(set(data.labels.tolist())) < len(LABELS):
            raise InputError(f"{path} has no rows of each label whose split is '{split}'")
    return evaluate_meshes(data, classifier.probabilities(data.meshes, data.sizes), classifier.threshold, path.name)


def evaluate_meshes(data: LabelledMeshes, probabilities: Probabilities, threshold: float, name: str) -> Evaluation:
    """``probabilities`` (N,) of the label anxious; the answer is anxious from ``threshold`` on. Where the data name people, the
    bootstrap draws people, since rows of one person are alike."""
    return Evaluation(
        task="landmarks",
        data=name,
        n=len(data),
        coverage=1.0,
        metrics=figures(data, probabilities, threshold),
        confusion=Confusion(LABELS, confusion_of(data.labels, probabilities >= threshold)),
    )


def figures(data: LabelledMeshes, probabilities: Probabilities, threshold: float) -> dict[str, Figure]:
    """accuracy, macro_f1, anxious_recall, anxious_precision, specificity (recall of neutral), auc (at no threshold)."""
    scores: dict[str, Score] = {
        "accuracy": lambda truth, p: float(((p >= threshold) == truth).mean()),
        "macro_f1": lambda truth, p: macro_f1(confusion_of(truth, p >= threshold)),
        "anxious_recall": lambda truth, p: _share(p[truth == 1] >= threshold),
        "anxious_precision": lambda truth, p: _share(truth[p >= threshold] == 1),
        "specificity": lambda truth, p: _share(p[truth == 0] < threshold),
        "auc": area_under_curve,
    }
    clusters = _clusters(data)

    def figure(score: Score) -> Figure:
        def statistic(drawn: Rows) -> float:
            rows = np.concatenate([clusters[cluster] for cluster in drawn.tolist()])
            return score(data.labels[rows], probabilities[rows])

        return bootstrap(statistic, len(clusters))

    return {name: figure(score) for name, score in scores.items()}


def confusion_of(truth: Truth, answers: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Counts (2, 2) in the order of ``LABELS``, truth by answer."""
    cells = truth * len(LABELS) + answers
    return np.bincount(cells, minlength=len(LABELS) ** 2).reshape(len(LABELS), -1)


def area_under_curve(truth: Truth, probabilities: Probabilities) -> float:
    """Area under the ROC curve as the Mann-Whitney statistic: how often an anxious row outranks a neutral one, ties half."""
    neutral, anxious = np.sort(probabilities[truth == 0]), probabilities[truth == 1]
    if not len(neutral) or not len(anxious):
        return math.nan
    outranked = np.searchsorted(neutral, anxious, "left") + np.searchsorted(neutral, anxious, "right")
    return float(outranked.mean() / 2 / len(neutral))


def _share(holds: NDArray[np.bool_]) -> float:
    return float(holds.mean()) if len(holds) else math.nan


def _clusters(data: LabelledMeshes) -> list[Rows]:
    """Rows by person; a row that names nobody is one of its own."""
    _, person = np.unique(data.persons, return_inverse=True)
    names = np.where(data.persons == "", -1 - np.arange(len(data)), person)
    order = np.argsort(names, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(names[order])) + 1)
