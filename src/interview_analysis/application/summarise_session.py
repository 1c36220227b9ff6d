"""What several analyses say together: of one session, and of one user over sessions."""

from __future__ import annotations

from typing import Protocol

from interview_analysis.application.ports import AnalysisStore
from interview_analysis.domain.analysis import Analysis, AnalysisFilter
from interview_analysis.domain.session import SessionSummary, summarise
from interview_analysis.domain.user_progress import UserProgress, follow
from interview_analysis.errors import NotFound

_PAGE = 50
_MOST_OF_SESSION, _MOST_OF_USER = 200, 500
"""Analyses that are read at most, the newest."""


class SummaryPorts(Protocol):
    @property
    def analyses(self) -> AnalysisStore: ...


async def summarise_session(wanted: AnalysisFilter, ports: SummaryPorts) -> SessionSummary:
    """Raises ``NotFound`` (``session_not_found``) where nothing matches, ``DependencyUnavailable``."""
    analyses, is_cut = await _newest(wanted, _MOST_OF_SESSION, ports)
    if not analyses:
        raise NotFound("no analyses of this session", code="session_not_found")
    return summarise(analyses, is_cut=is_cut)


async def follow_user(wanted: AnalysisFilter, ports: SummaryPorts) -> UserProgress:
    """Raises ``NotFound`` (``user_not_found``) where nothing matches, ``DependencyUnavailable``."""
    analyses, is_cut = await _newest(wanted, _MOST_OF_USER, ports)
    if not analyses:
        raise NotFound("no analyses of this user", code="user_not_found")
    return follow(analyses, is_cut=is_cut)


async def _newest(wanted: AnalysisFilter, most: int, ports: SummaryPorts) -> tuple[list[Analysis], bool]:
    """At most ``most`` of them, and whether there are more."""
    page = await ports.analyses.list_recent(wanted, _PAGE)
    analyses = list(page.analyses)
    while page.next_cursor is not None and len(analyses) < most:
        page = await ports.analyses.list_recent(wanted, _PAGE, page.next_cursor)
        analyses += page.analyses
    return analyses[:most], page.next_cursor is not None
