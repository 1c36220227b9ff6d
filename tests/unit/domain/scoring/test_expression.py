"""Parts of the expression score, smiles, steadiness."""

from __future__ import annotations

import numpy as np
import pytest

from interview_analysis.domain.scoring.expression import score_expression
from interview_analysis.domain.scoring.results import Grade
from timeline_builders import Series, during, expression, make_timeline, mixed

NEUTRAL, HAPPY, SAD = expression("neutral"), expression("happy"), expression("sad")


@pytest.mark.parametrize(
    ("emotions", "parts", "grade"),
    [
        (NEUTRAL, (25, 15, 0), Grade.GOOD),
        (HAPPY, (25, 15, 20), Grade.EXCELLENT),
        (SAD, (0, 0, 0), Grade.POOR),
        (expression("surprise"), (12.5, 15, 0), Grade.POOR),
        (expression("sad", 0.2), (20, 12, 0), Grade.FAIR),
        (mixed("neutral", "happy", 0.125), (25, 15, 10), Grade.EXCELLENT),
        (mixed("neutral", "happy", 0.25), (25, 15, 20), Grade.EXCELLENT),
    ],
)
def test_parts_and_grade(emotions: Series, parts: tuple[float, ...], grade: Grade) -> None:
    score = score_expression(make_timeline(64, emotions=emotions), skipped=False).score
    assert [part.points for part in score.parts] == pytest.approx(parts, abs=1e-4)
    assert score.value == pytest.approx(sum(parts), abs=1e-4)
    assert score.grade is grade


def test_smiles_have_times_and_flicker_is_none() -> None:
    emotions = during([(5, 9), (20, 20.3), (30, 32)], HAPPY, NEUTRAL)
    summary = score_expression(make_timeline(60, emotions=emotions), skipped=False)
    assert [(smile.start, smile.end) for smile in summary.smiles] == [pytest.approx((5, 9)), pytest.approx((30, 32))]
    assert summary.smile_share == pytest.approx(6.3 / 60, abs=0.002)


@pytest.mark.parametrize(("period", "expected"), [(60.0, 1.0), (2.0, 0.0), (20.0, 0.9)])
def test_steadiness_is_one_minus_the_change_per_second(period: float, expected: float) -> None:
    swings = during([(t, t + period / 2) for t in np.arange(0, 60, period)], SAD, NEUTRAL)
    summary = score_expression(make_timeline(60, emotions=swings), skipped=False)
    assert summary.steadiness == pytest.approx(expected, abs=0.03)
