"""The figures of one analysis that several analyses are compared by."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from interview_analysis.domain.scoring.categories import Category, category_scores
from interview_analysis.domain.scoring.results import InterviewScores, Reason

OVERALL: Final = "overall"
MEASURES: Final = (OVERALL, *(category.value for category in Category))
"""What means, trends and changes are formed over, 0–100 each."""
_FEWEST_FOR_TREND = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Overall and attention of 100, emotion of 60, voice of 100; ``categories`` 0–100 each. ``reason``: why ``overall`` is
    ``None``."""

    overall: float | None
    emotion: float | None
    attention: float | None
    voice: float | None
    categories: Mapping[str, float | None]
    formula_version: str
    reason: Reason | None = None

    def of(self, measure: str) -> float | None:
        """The value of one of ``MEASURES``."""
        return self.overall if measure == OVERALL else self.categories.get(measure)


def marks_of(scores: InterviewScores) -> Marks:
    """Nothing is filled in: what the analysis cannot tell stays ``None``."""
    return Marks(
        overall=scores.overall.value,
        emotion=scores.expression.score.value,
        attention=scores.eye.score.value,
        voice=scores.voice.score.value,
        categories=category_scores(scores),
        formula_version=scores.formula_version,
        reason=scores.overall.reason,
    )


def mean(values: Iterable[float | None]) -> float | None:
    """Of those that are there; ``None`` of none."""
    known = [value for value in values if value is not None]
    return statistics.fmean(known) if known else None


def difference(later: float | None, earlier: float | None) -> float | None:
    """Later minus earlier, where both are there."""
    return None if later is None or earlier is None else later - earlier


def theil_sen_slope(values: Sequence[float | None]) -> float | None:
    """Median slope of all pairs (Sen 1968), per place in the sequence; ``None`` entries are left out but keep their place.
    ``None`` with fewer than three values: two points always make a line."""
    known = np.array([(place, value) for place, value in enumerate(values) if value is not None], dtype=np.float64)
    if len(known) < _FEWEST_FOR_TREND:
        return None
    first, second = np.triu_indices(len(known), k=1)
    steps, changes = (known[second] - known[first]).T
    return float(np.median(changes / steps))


def extremes(values: Mapping[str, float | None]) -> tuple[str | None, str | None]:
    """Names of the highest and of the lowest value; nobody is named where fewer than two are there or all are equal."""
    known = {name: value for name, value in values.items() if value is not None}
    if len(known) < 2 or max(known.values()) == min(known.values()):
        return None, None
    return max(known, key=known.__getitem__), min(known, key=known.__getitem__)
