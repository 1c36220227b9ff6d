"""Whether the service and what it depends on are well."""

from __future__ import annotations

import asyncio
import time
from importlib.metadata import version

from fastapi import APIRouter, Response

from interview_analysis.api.dependencies import ProbesDep
from interview_analysis.api.probes import Probe, Probes
from interview_analysis.api.schemas.operations import Alive, DependencyHealth, Health, HealthDocument
from interview_analysis.errors import InterviewAnalysisError

router = APIRouter(tags=["operations"])

_SLOW_SECONDS = 1.0


@router.get("/health")
async def health(probes: ProbesDep) -> HealthDocument:
    """Overall status and each dependency's."""
    stores, workers = await asyncio.gather(_stores(probes), probes.worker_count())
    detail = "unknown" if workers is None else f"{workers} running"
    dependencies = stores | {"workers": DependencyHealth(status=Health.OK if workers else Health.DEGRADED, detail=detail)}
    return HealthDocument(status=_worst(dependencies), version=version("interview-analysis"), dependencies=dependencies)


@router.get("/health/live")
async def live() -> Alive:
    """The process answers."""
    return Alive()


@router.get("/health/ready", responses={503: {"model": HealthDocument, "description": "A store does not answer."}})
async def ready(probes: ProbesDep, response: Response) -> HealthDocument:
    """Whether requests can be taken: every store answers, be it slowly. A queue that does not is named but no hindrance: what
    is submitted meanwhile waits in the database."""
    stores = await _stores(probes)
    overall = _worst(stores)
    if overall is Health.DOWN:
        response.status_code = 503
    return HealthDocument(status=overall, version=version("interview-analysis"), dependencies=stores)


async def _stores(probes: Probes) -> dict[str, DependencyHealth]:
    asked = probes.stores if probes.queue is None else probes.stores | {"queue": probes.queue}
    states = dict(zip(asked, await asyncio.gather(*map(_ask, asked.values())), strict=True))
    if "queue" in states and states["queue"].status is Health.DOWN:
        states["queue"] = DependencyHealth(status=Health.DEGRADED, detail=states["queue"].detail)
    return states


async def _ask(probe: Probe[None]) -> DependencyHealth:
    began = time.monotonic()
    try:
        await probe.answer()
    except InterviewAnalysisError as error:
        return DependencyHealth(status=Health.DOWN, detail=error.code)
    except TimeoutError:
        return DependencyHealth(status=Health.DOWN, detail=f"no answer within {probe.seconds:g} s")
    if (seconds := time.monotonic() - began) > _SLOW_SECONDS:
        return DependencyHealth(status=Health.DEGRADED, detail=f"answered after {seconds:.1f} s")
    return DependencyHealth(status=Health.OK)


def _worst(dependencies: dict[str, DependencyHealth]) -> Health:
    states = {dependency.status for dependency in dependencies.values()}
    return next((state for state in (Health.DOWN, Health.DEGRADED) if state in states), Health.OK)
