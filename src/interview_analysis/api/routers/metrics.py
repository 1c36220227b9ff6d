"""Numbers for Prometheus."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response

from interview_analysis.api.dependencies import ProbesDep, ServicesDep
from interview_analysis.api.errors import problems
from interview_analysis.errors import DependencyUnavailable
from interview_analysis.observability.exposition import exposition, queue_families

router = APIRouter(tags=["operations"])


@router.get(
    "/metrics",
    response_class=Response,
    responses=problems()
    | {200: {"content": {"text/plain": {}, "application/openmetrics-text": {}}, "description": "Prometheus text."}},
)
async def metrics(request: Request, services: ServicesDep, probes: ProbesDep) -> Response:
    """Requests, queue and analyses in Prometheus' text format, or OpenMetrics by `Accept`; the same from every process.

    A silent database is told by `interview_analysis_database_up 0` and the absence of the queue's numbers.
    """
    depth, workers = await asyncio.gather(probes.queue_depth(), probes.worker_count())
    families = queue_families(depth, workers)
    accept = request.headers.get("accept", "")
    try:
        shown = await asyncio.to_thread(exposition, accept, services.settings.paths.metrics, *families)
    except OSError as error:
        raise DependencyUnavailable(f"the folder of metrics: {error.strerror}") from error
    return Response(shown.body, media_type=shown.media_type)
