"""Screen gaze in this process: the meter, what takes the frames, and the places for streams."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from interview_analysis.api.sockets import Places
from interview_analysis.application.gaze_ports import GazeMeter
from interview_analysis.application.gaze_session import GazeIntake, GazeTerms
from interview_analysis.bootstrap import Services
from interview_analysis.settings import Settings


@dataclass(frozen=True, slots=True)
class GazeDesk:
    """What the routes of screen gaze need beside the stores."""

    meter: GazeMeter
    intake: GazeIntake
    settings: Settings
    places: Places


@asynccontextmanager
async def gaze_desk(services: Services, meter: GazeMeter) -> AsyncIterator[GazeDesk]:
    """Closes ``meter`` at the end."""
    settings = services.settings
    rules = settings.privacy.rules
    terms = GazeTerms(
        grace=timedelta(seconds=settings.gaze.gaze_grace_seconds),
        keep_days=lambda consent: rules.keep_days(consent, None),
        recorder=services.recorder,
    )
    places = Places("gaze", settings.gaze.gaze_connections, settings.gaze.gaze_connections_each)
    try:
        yield GazeDesk(meter, GazeIntake(services, meter, terms), settings, places)
    finally:
        await meter.close()
