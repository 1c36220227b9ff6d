"""Figures of a classifier of meshes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from interview_analysis.errors import InputError
from interview_analysis.training.evaluate_landmarks import area_under_curve, evaluate_landmarks
from interview_analysis.vision.anxiety import AnxietyClassifier
from mesh_builders import BROWS, anxiety_spec, labelled, mesh, write_meshes


class BrowSession:
    """Says anxious where the brows are higher than those of the neutral face; it sees aligned meshes."""

    runtime = "test"

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        height = -batch.reshape(len(batch), -1, 3)[:, BROWS, 1].mean(axis=1)
        return np.stack([np.zeros(len(batch)), height], axis=1).astype(np.float32)


def classifier(threshold: float = 0.5) -> AnxietyClassifier:
    return AnxietyClassifier(BrowSession(), anxiety_spec(temperature=0.05, threshold=threshold))


def middle() -> float:
    """Between the probability of a calm face and that of one with raised brows."""
    found = classifier().probabilities(np.stack([mesh(0), mesh(1, brows=0.3)]), [(1, 1)] * 2)
    return float(found.mean())


def test_a_perfect_classifier_has_perfect_figures(tmp_path: Path) -> None:
    path = write_meshes(tmp_path / "meshes.csv", labelled(20))
    evaluation = evaluate_landmarks(path, classifier(middle()))
    assert (evaluation.task, evaluation.data, evaluation.n, evaluation.coverage) == ("landmarks", "meshes.csv", 20, 1.0)
    assert {name: figure.value for name, figure in evaluation.metrics.items()} == dict.fromkeys(
        ("accuracy", "macro_f1", "anxious_recall", "anxious_precision", "specificity", "auc"), 1.0
    )
    assert evaluation.confusion is not None
    assert evaluation.confusion.rows.tolist() == [[10, 0], [0, 10]]


def test_figures_are_those_of_the_operating_point(tmp_path: Path) -> None:
    path = write_meshes(tmp_path / "meshes.csv", labelled(20))
    metrics = evaluate_landmarks(path, classifier(threshold=0.0)).metrics
    assert (metrics["anxious_recall"].value, metrics["specificity"].value) == (1.0, 0.0)
    assert metrics["accuracy"].value == metrics["anxious_precision"].value == 0.5
    assert metrics["auc"].value == 1.0


def test_rows_of_one_person_widen_the_interval(tmp_path: Path) -> None:
    wrong = [("anxious" if label == "neutral" else "neutral", points) for label, points in labelled(20, first_seed=50)]
    rows = [*labelled(20), *wrong]
    alone = evaluate_landmarks(write_meshes(tmp_path / "alone.csv", rows), classifier(middle()))
    people = {"person": [f"person {index // 10}" for index in range(40)]}
    together = evaluate_landmarks(write_meshes(tmp_path / "people.csv", rows, people), classifier(middle()))
    assert alone.metrics["accuracy"].value == together.metrics["accuracy"].value == 0.5
    assert together.metrics["accuracy"].high > alone.metrics["accuracy"].high + 0.1


def test_one_split_of_the_file(tmp_path: Path) -> None:
    path = write_meshes(tmp_path / "meshes.csv", labelled(20), {"split": ["train"] * 12 + ["val"] * 8})
    assert evaluate_landmarks(path, classifier(), "val").n == 8
    with pytest.raises(InputError, match="split is 'test'"):
        evaluate_landmarks(path, classifier(), "test")


@pytest.mark.parametrize(
    ("truth", "probabilities", "area"),
    [
        ([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], 0.75),
        ([0, 1], [0.5, 0.5], 0.5),
        ([1, 0], [0.2, 0.9], 0.0),
        ([1, 1], [0, 1], np.nan),
    ],
)
def test_area_under_the_curve(truth: ArrayLike, probabilities: ArrayLike, area: float) -> None:
    found = area_under_curve(np.array(truth, np.int64), np.array(probabilities, np.float64))
    assert found == pytest.approx(area, nan_ok=True)
