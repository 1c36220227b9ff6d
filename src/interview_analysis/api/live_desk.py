"""Live analysis in this process: the models for it and the places for cameras."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from interview_analysis.api.sockets import Places
from interview_analysis.application.live_ports import LiveAnalyzer
from interview_analysis.live_service import open_live
from interview_analysis.settings import Settings


@dataclass(frozen=True, slots=True)
class LiveDesk:
    """What ``WS /live`` needs."""

    analyzer: LiveAnalyzer
    settings: Settings
    places: Places


@asynccontextmanager
async def live_desk(settings: Settings) -> AsyncIterator[LiveDesk]:
    """Nothing is loaded before the first camera."""
    analyzer = open_live()
    places = Places("live", settings.live.live_connections, settings.live.live_connections_each)
    try:
        yield LiveDesk(analyzer, settings, places)
    finally:
        await analyzer.close()
