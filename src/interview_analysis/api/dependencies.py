"""What routes are given."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Path, Request

from interview_analysis.bootstrap import Services
from interview_analysis.domain.analysis import Analysis
from interview_analysis.domain.feedback import Language
from interview_analysis.errors import NotFound

_ID = re.compile(r"analysis_[a-z0-9_-]{1,120}")


def get_services(request: Request) -> Services:
    """The services that the application opened when it started."""
    services = request.app.state.services
    assert isinstance(services, Services)  # noqa: S101 - set by the lifespan
    return services


ServicesDep = Annotated[Services, Depends(get_services)]


def get_language(services: ServicesDep) -> Language:
    """Language of messages, by ``LANGUAGE``."""
    return services.settings.server.language


LanguageDep = Annotated[Language, Depends(get_language)]


async def find_analysis(
    services: ServicesDep, analysis_id: Annotated[str, Path(examples=["analysis_20250127_143022_user123_7f3k9q2m4x8z"])]
) -> Analysis:
    """Raises ``NotFound``, also for what cannot be an id."""
    if not _ID.fullmatch(analysis_id):
        raise NotFound("no such analysis")
    return await services.analyses.get(analysis_id)


AnalysisDep = Annotated[Analysis, Depends(find_analysis)]
