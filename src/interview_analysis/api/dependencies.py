"""What routes are given. All of them are coroutines: FastAPI would send plain functions through a pool of threads."""

from __future__ import annotations

import re
from typing import Annotated

import structlog
from fastapi import Depends, Path, Request

from interview_analysis.api.gaze_desk import GazeDesk
from interview_analysis.api.probes import Probes
from interview_analysis.api.state_feed import StateFeed
from interview_analysis.bootstrap import Services
from interview_analysis.domain.analysis import ID_PATTERN, Analysis
from interview_analysis.domain.feedback import Language
from interview_analysis.errors import NotFound
from interview_analysis.report.pdf import PdfPress


async def get_services(request: Request) -> Services:
    """The services that the application opened when it started."""
    services = request.app.state.services
    assert isinstance(services, Services)  # noqa: S101 - set by the lifespan
    return services


ServicesDep = Annotated[Services, Depends(get_services)]


async def get_probes(request: Request) -> Probes:
    """What this process asks of its dependencies."""
    probes = request.app.state.probes
    assert isinstance(probes, Probes)  # noqa: S101 - set by the lifespan
    return probes


ProbesDep = Annotated[Probes, Depends(get_probes)]


async def get_feed(request: Request) -> StateFeed:
    """What this process tells those that follow an analysis."""
    feed = request.app.state.feed
    assert isinstance(feed, StateFeed)  # noqa: S101 - set by the lifespan
    return feed


FeedDep = Annotated[StateFeed, Depends(get_feed)]


async def get_press(request: Request) -> PdfPress:
    """What makes PDFs in this process."""
    press = request.app.state.press
    assert isinstance(press, PdfPress)  # noqa: S101 - set by the lifespan
    return press


PressDep = Annotated[PdfPress, Depends(get_press)]


async def get_gaze(request: Request) -> GazeDesk:
    """What takes the frames of gaze sessions in this process."""
    desk = request.app.state.gaze
    assert isinstance(desk, GazeDesk)  # noqa: S101 - set by the lifespan
    return desk


GazeDep = Annotated[GazeDesk, Depends(get_gaze)]


async def get_language(services: ServicesDep) -> Language:
    """Language of messages, by ``LANGUAGE``."""
    return services.settings.server.language


LanguageDep = Annotated[Language, Depends(get_language)]


async def current_owner(request: Request) -> str:
    """Holder of the API key that the request came with; empty without keys, which sees everything."""
    return str(getattr(request.state, "owner", ""))


OwnerDep = Annotated[str, Depends(current_owner)]


async def find_analysis(
    request: Request,
    services: ServicesDep,
    owner: OwnerDep,
    analysis_id: Annotated[str, Path(examples=["analysis_20250127_143022_user123_7f3k9q2m4x8z"])],
) -> Analysis:
    """Raises ``NotFound``, also for what cannot be an id, and in the same words for what belongs to somebody else. Log lines of
    this request carry the id from here on."""
    if not re.fullmatch(ID_PATTERN, analysis_id):
        raise NotFound("no such analysis")
    structlog.contextvars.bind_contextvars(analysis_id=analysis_id)
    analysis = await services.analyses.get(analysis_id)
    if owner and analysis.owner != owner:
        raise NotFound(f"no analysis {analysis_id}")
    request.state.analysis = analysis
    return analysis


AnalysisDep = Annotated[Analysis, Depends(find_analysis)]
