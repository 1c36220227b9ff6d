"""Several analyses of one practice session, question by question."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from interview_analysis.domain.analysis import Analysis, AnalysisStatus
from interview_analysis.domain.marks import MEASURES, Marks, difference, extremes, marks_of, mean, theil_sen_slope


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One analysis. ``difference``: overall of the attempt that counts minus overall of this one."""

    analysis_id: str
    status: AnalysisStatus
    created_at: datetime
    marks: Marks | None = None
    failure_code: str | None = None
    difference: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``counted`` is the newest completed attempt, else the newest; ``others`` are the rest, newest first. ``number`` and
    ``text`` are those of the attempt that counts."""

    number: int | None
    text: str | None
    counted: Attempt
    others: tuple[Attempt, ...] = ()

    @property
    def overall(self) -> float | None:
        return None if self.counted.marks is None else self.counted.marks.overall


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSummary:
    """Means and trends by measure (overall and the five categories, 0–100), trends in points per question.

    strongest, weakest  by overall; ``None`` where fewer than two questions have one, or all have the same
    recurring           the category that is lowest in more than half of the questions, and in two of them at least
    recurring_count     in how many
    is_cut              there are more analyses than were read; the oldest are left out
    """

    questions: tuple[Question, ...]
    means: dict[str, float | None]
    trends: dict[str, float | None]
    strongest: Question | None
    weakest: Question | None
    recurring: str | None
    recurring_count: int
    formula_versions: tuple[str, ...]
    is_cut: bool

    @property
    def scored(self) -> int:
        """Questions with an overall score."""
        return sum(question.overall is not None for question in self.questions)


def summarise(analyses: Sequence[Analysis], *, is_cut: bool = False) -> SessionSummary:
    """Of at least one analysis, in any order. Analyses with the same question number, else with the same text, are attempts at
    one question; one with neither is a question of its own."""
    questions = _questions(analyses)
    marks = [question.counted.marks for question in questions]
    columns = {name: [None if one is None else one.of(name) for one in marks] for name in MEASURES}
    highest, lowest = extremes({str(place): question.overall for place, question in enumerate(questions)})
    recurring, count = _recurring(marks)
    return SessionSummary(
        questions=questions,
        means={name: mean(values) for name, values in columns.items()},
        trends={name: theil_sen_slope(values) for name, values in columns.items()},
        strongest=None if highest is None else questions[int(highest)],
        weakest=None if lowest is None else questions[int(lowest)],
        recurring=recurring,
        recurring_count=count,
        formula_versions=tuple(sorted({one.formula_version for one in marks if one is not None})),
        is_cut=is_cut,
    )


def _questions(analyses: Iterable[Analysis]) -> tuple[Question, ...]:
    """By number, then those without one by the time of their first attempt."""
    groups: dict[object, list[Analysis]] = {}
    for analysis in sorted(analyses, key=lambda one: (one.created_at, one.id)):
        groups.setdefault(_question_of(analysis), []).append(analysis)
    return tuple(sorted((_question(group) for group in groups.values()), key=_number))


def _number(question: Question) -> float:
    """Sorting keeps the order of those without one."""
    return math.inf if question.number is None else question.number


def _question_of(analysis: Analysis) -> tuple[str, object]:
    request = analysis.request
    if request.question_num is not None:
        return "number", request.question_num
    return ("text", request.question_text) if request.question_text else ("id", analysis.id)


def _question(group: Sequence[Analysis]) -> Question:
    """``group`` oldest first."""
    done = [analysis for analysis in group if analysis.status is AnalysisStatus.COMPLETED]
    counted = (done or group)[-1]
    best = _attempt(counted, None)
    overall = None if best.marks is None else best.marks.overall
    others = tuple(_attempt(one, overall) for one in reversed(group) if one is not counted)
    return Question(number=counted.request.question_num, text=counted.request.question_text, counted=best, others=others)


def _attempt(analysis: Analysis, counted_overall: float | None) -> Attempt:
    marks = None if analysis.result is None else marks_of(analysis.result.scores)
    return Attempt(
        analysis_id=analysis.id,
        status=analysis.status,
        created_at=analysis.created_at,
        marks=marks,
        failure_code=None if analysis.failure is None else analysis.failure.code,
        difference=None if marks is None else difference(counted_overall, marks.overall),
    )


def _recurring(marks: Iterable[Marks | None]) -> tuple[str | None, int]:
    lowest = [extremes(one.categories)[1] for one in marks if one is not None]
    named = Counter(name for name in lowest if name is not None)
    if not named:
        return None, 0
    name, count = named.most_common(1)[0]
    return (name, count) if count >= 2 and 2 * count > named.total() else (None, 0)
