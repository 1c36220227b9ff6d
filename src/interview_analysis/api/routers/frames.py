"""Raw frame metrics and series for charts."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Query, Response
from fastapi.responses import StreamingResponse

from interview_analysis.api.dependencies import AnalysisDep, ServicesDep
from interview_analysis.api.documents import observation_documents
from interview_analysis.api.errors import problems
from interview_analysis.api.exports import (
    CSV,
    JSON,
    MEDIA_TYPES,
    NDJSON,
    PARQUET,
    build_parquet,
    choose_media_type,
    columns_of,
    rows,
    stream_csv,
    stream_ndjson,
    values_or_none,
)
from interview_analysis.api.schemas.frames import FramesPage, TimelineDocument
from interview_analysis.application.read_analysis import downsample
from interview_analysis.bootstrap import Services
from interview_analysis.domain.analysis import Analysis
from interview_analysis.errors import Conflict, NotFound

router = APIRouter(tags=["frames"])

_EXAMPLE_BYTES = {"schema": {"type": "string", "format": "binary"}}
_FORMATS: dict[int | str, dict[str, Any]] = {
    200: {
        "model": FramesPage,
        "content": {CSV: {"schema": {"type": "string"}}, NDJSON: _EXAMPLE_BYTES, PARQUET: _EXAMPLE_BYTES},
    }
}
_LAST_OFFSET = 10_000_000


@router.get("/analysis/{analysis_id}/frames", response_model=FramesPage, responses=problems(404, 406, 409, 422) | _FORMATS)
async def frames(
    analysis: AnalysisDep,
    services: ServicesDep,
    accept: Annotated[str, Header(max_length=1000, include_in_schema=False)] = "*/*",
    offset: Annotated[int, Query(ge=0, le=_LAST_OFFSET)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 300,
) -> FramesPage | Response:
    """Raw metrics: pages of JSON, or everything as CSV, NDJSON or Parquet by `Accept`."""
    media_type = choose_media_type(accept)
    if media_type is None:
        raise HTTPException(406, f"one of {', '.join(MEDIA_TYPES)}")
    total = await _count(analysis, services)
    if media_type == JSON:
        return await _page(analysis, services, offset=offset, limit=limit, total=total)
    name = f'attachment; filename="{analysis.id}.{_EXTENSIONS[media_type]}"'
    headers = {"Content-Disposition": name}
    if media_type == PARQUET:
        return Response(await build_parquet(services.frames, analysis), media_type=PARQUET, headers=headers)
    stream = stream_csv if media_type == CSV else stream_ndjson
    return StreamingResponse(stream(services.frames, analysis), media_type=media_type, headers=headers)


_EXTENSIONS = {CSV: "csv", NDJSON: "ndjson", PARQUET: "parquet"}


async def _page(analysis: Analysis, services: Services, *, offset: int, limit: int, total: int) -> FramesPage:
    names = columns_of(analysis)
    timeline = await services.frames.read(analysis.id, offset, limit) if offset < total else None
    found = [] if timeline is None else await asyncio.to_thread(rows, timeline, names)
    end = offset + len(found)
    return FramesPage(
        analysis_id=analysis.id,
        total=total,
        offset=offset,
        columns=list(names),
        frames=found,
        next_offset=end if found and end < total else None,
    )


@router.get("/analysis/{analysis_id}/timeline", responses=problems(404, 409, 422))
async def timeline(
    analysis: AnalysisDep, services: ServicesDep, points: Annotated[int, Query(ge=1, le=2000)] = 300
) -> TimelineDocument:
    """Means over equal stretches of time, for charts, with the observations."""
    await _count(analysis, services)
    stored = await services.frames.read(analysis.id)
    if stored is None or analysis.result is None:
        raise NotFound("no frame metrics are stored", code="frames_not_found")
    reduced = await asyncio.to_thread(downsample, stored, points)
    columns = reduced.columns()
    series = {name: values_or_none(columns[name]) for name in columns_of(analysis)}
    observations = observation_documents(analysis.result.scores.observations)
    return TimelineDocument(analysis_id=analysis.id, duration=stored.duration, series=series, observations=observations)


async def _count(analysis: Analysis, services: Services) -> int:
    if not analysis.status.is_final:
        raise Conflict(f"the analysis is {analysis.status}", code="not_finished")
    total = await services.frames.count(analysis.id)
    if total == 0:
        raise NotFound("no frame metrics are stored", code="frames_not_found")
    return total
