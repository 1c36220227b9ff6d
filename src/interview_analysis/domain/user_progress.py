"""One user's practice over sessions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from interview_analysis.domain.analysis import Analysis
from interview_analysis.domain.marks import MEASURES, OVERALL, difference, extremes, mean, theil_sen_slope
from interview_analysis.domain.session import SessionSummary, summarise


@dataclass(frozen=True, slots=True, kw_only=True)
class PractisedSession:
    """``id`` is ``None`` for an analysis that was sent without one: it is a session of its own. ``started_at``: when its first
    analysis was submitted."""

    id: str | None
    started_at: datetime
    summary: SessionSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class UserProgress:
    """Sessions in order of time. By measure (overall and the five categories, 0–100):

    changes       mean of the last session that has one minus that of the first; ``None`` where fewer than two have one
    trends        Theil–Sen slope of the sessions' means, points per session; ``None`` with fewer than three
    best, worst   category with the highest and the lowest mean over all sessions
    is_cut        there are more analyses than were read; the oldest are left out
    """

    sessions: tuple[PractisedSession, ...]
    changes: dict[str, float | None]
    trends: dict[str, float | None]
    best: str | None
    worst: str | None
    formula_versions: tuple[str, ...]
    is_cut: bool


def follow(analyses: Sequence[Analysis], *, is_cut: bool = False) -> UserProgress:
    """Of at least one analysis, in any order."""
    sessions = _sessions(analyses)
    columns = {name: [session.summary.means[name] for session in sessions] for name in MEASURES}
    best, worst = extremes({name: mean(values) for name, values in columns.items() if name != OVERALL})
    return UserProgress(
        sessions=sessions,
        changes={name: _change(values) for name, values in columns.items()},
        trends={name: theil_sen_slope(values) for name, values in columns.items()},
        best=best,
        worst=worst,
        formula_versions=tuple(sorted({version for one in sessions for version in one.summary.formula_versions})),
        is_cut=is_cut,
    )


def _sessions(analyses: Iterable[Analysis]) -> tuple[PractisedSession, ...]:
    groups: dict[tuple[str, str], list[Analysis]] = {}
    for analysis in sorted(analyses, key=lambda one: (one.created_at, one.id)):
        session = analysis.request.session_id
        groups.setdefault(("id", analysis.id) if session is None else ("session", session), []).append(analysis)
    return tuple(
        PractisedSession(id=group[0].request.session_id, started_at=group[0].created_at, summary=summarise(group))
        for group in groups.values()
    )


def _change(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return difference(known[-1], known[0]) if len(known) > 1 else None
