"""Figures checked by hand, and intervals that behave as intervals."""

from __future__ import annotations

import numpy as np
import pytest

from interview_analysis.training.config import FER_CLASSES
from interview_analysis.training.evaluate import bootstrap, evaluate_expression, expected_calibration_error, macro_f1, recalls
from interview_analysis.vision.emotion import ExpressionClassifier
from model_builders import CannedSession, expression_spec
from training_builders import striped_faces


def test_macro_f1_by_hand() -> None:
    confusion = np.array([[3, 1, 0], [1, 1, 0], [0, 0, 0]])
    assert macro_f1(confusion) == pytest.approx((6 / 8 + 2 / 4) / 2)


def test_recall_by_class_by_hand() -> None:
    truth, answers = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 0])
    figures = {name: bootstrap(statistic, 4).value for name, statistic in recalls(("a", "b", "none"), truth, answers).items()}
    assert figures == pytest.approx({"recall_a": 2 / 3, "recall_b": 0.0, "recall_none": np.nan}, nan_ok=True)


@pytest.mark.parametrize(("confidence", "right", "expected"), [(0.8, 8, 0.0), (0.8, 5, 0.3), (1.0, 0, 1.0)])
def test_calibration_error_is_the_gap_of_confidence_and_accuracy(confidence: float, right: int, expected: float) -> None:
    probabilities = np.tile(np.array([confidence, 1 - confidence], np.float32), (10, 1))
    truth = np.array([0] * right + [1] * (10 - right))
    assert expected_calibration_error(probabilities, truth) == pytest.approx(expected, abs=1e-6)


def test_the_interval_covers_the_value_and_narrows_with_samples() -> None:
    hits = np.random.default_rng(0).random(4000) < 0.7
    small, large = (bootstrap(lambda rows: float(hits[rows].mean()), count) for count in (100, 4000))
    assert small.low < small.value < small.high
    assert large.high - large.low < (small.high - small.low) / 4
    assert large.high - large.low == pytest.approx(2 * 1.96 * np.sqrt(0.7 * 0.3 / 4000), rel=0.15)


def test_the_same_data_give_the_same_interval() -> None:
    values = np.arange(50.0)
    assert bootstrap(lambda rows: float(values[rows].mean()), 50) == bootstrap(lambda rows: float(values[rows].mean()), 50)


def test_draws_without_a_value_are_left_out() -> None:
    values = np.array([1.0, np.nan])
    figure = bootstrap(lambda rows: float(values[rows].mean()), 2)
    assert (figure.low, figure.high) == (1, 1)


def test_a_network_that_always_says_happy_is_right_as_often_as_faces_are_happy() -> None:
    faces = striped_faces(300)
    session = CannedSession([9.0 if name == "happy" else 0.0 for name in FER_CLASSES])
    result = evaluate_expression(ExpressionClassifier(session, expression_spec(FER_CLASSES)), faces, "striped")
    share = float((faces.labels == FER_CLASSES.index("happy")).mean())
    assert result.metrics["accuracy"].value == pytest.approx(share)
    assert result.metrics["ece"].value == pytest.approx(1 - share, abs=0.01)
    assert (result.metrics["recall_happy"].value, result.metrics["recall_sad"].value) == (1.0, 0.0)
    assert (result.n, result.coverage) == (300, 1.0)
    assert result.confusion is not None
    assert result.confusion.rows[:, 0].sum() == 300
