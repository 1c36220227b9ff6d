"""Whether the service and what it depends on are well."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from importlib.metadata import version

from fastapi import APIRouter, Response

from interview_analysis.api.dependencies import ServicesDep
from interview_analysis.api.schemas.operations import Alive, DependencyHealth, Health, HealthDocument
from interview_analysis.bootstrap import Services, running_workers
from interview_analysis.errors import InterviewAnalysisError

router = APIRouter(tags=["operations"])

_TIMEOUT_SECONDS = 2.0


@router.get("/health")
async def health(services: ServicesDep) -> HealthDocument:
    """Overall status and each dependency's."""
    stores = await _stores(services)
    workers = await asyncio.to_thread(running_workers, services.settings)
    detail = f"{workers} running"
    dependencies = stores | {"workers": DependencyHealth(status=Health.OK if workers else Health.DEGRADED, detail=detail)}
    return HealthDocument(status=_worst(dependencies), version=version("interview-analysis"), dependencies=dependencies)


@router.get("/health/live")
async def live() -> Alive:
    """The process answers."""
    return Alive()


@router.get("/health/ready", responses={503: {"model": HealthDocument, "description": "A store does not answer."}})
async def ready(services: ServicesDep, response: Response) -> HealthDocument:
    """Whether requests can be taken: every store answers."""
    stores = await _stores(services)
    overall = _worst(stores)
    if overall is not Health.OK:
        response.status_code = 503
    return HealthDocument(status=overall, version=version("interview-analysis"), dependencies=stores)


async def _stores(services: Services) -> dict[str, DependencyHealth]:
    pings = {
        "database": services.analyses.ping(),
        "frame_metrics": services.frames.ping(),
        "video_store": services.videos.ping(),
    }
    found = await asyncio.gather(*(_ask(ping) for ping in pings.values()))
    return dict(zip(pings, found, strict=True))


async def _ask(ping: Awaitable[None]) -> DependencyHealth:
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            await ping
    except InterviewAnalysisError as error:
        return DependencyHealth(status=Health.DOWN, detail=error.code)
    except TimeoutError:
        return DependencyHealth(status=Health.DOWN, detail=f"no answer within {_TIMEOUT_SECONDS:g} s")
    return DependencyHealth(status=Health.OK)


def _worst(dependencies: dict[str, DependencyHealth]) -> Health:
    states = {dependency.status for dependency in dependencies.values()}
    return next((state for state in (Health.DOWN, Health.DEGRADED) if state in states), Health.OK)
