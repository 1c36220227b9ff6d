"""Submit, read, follow, cancel and erase analyses."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from interview_analysis.api.dependencies import AnalysisDep, LanguageDep, ServicesDep
from interview_analysis.api.documents import accepted_document, analysis_document, status_document
from interview_analysis.api.errors import problems
from interview_analysis.api.schemas.analysis import (
    Accepted,
    AnalysisDocument,
    ErasureDocument,
    RecentDocument,
    StatusDocument,
)
from interview_analysis.api.schemas.requests import AnalyzeBody, RecentQuery
from interview_analysis.application.erase_analysis import erase_analysis
from interview_analysis.application.submit_analysis import Idempotency, submit_analysis
from interview_analysis.bootstrap import Services
from interview_analysis.domain.analysis import Analysis, AnalysisFilter
from interview_analysis.errors import DependencyUnavailable, NotFound

router = APIRouter(tags=["analyses"])

_RETRY_SECONDS = 2
_POLL_SECONDS = 0.4
IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]


@router.post("/analyze", status_code=202, responses=problems(400, 403, 409, 413, 422))
async def analyze(
    body: AnalyzeBody, services: ServicesDep, language: LanguageDep, idempotency_key: IdempotencyKey = None
) -> Accepted:
    """Start the analysis of a recorded video. The bucket's policy is checked now, the object is read by a worker.

    The same `Idempotency-Key` with the same body answers with the same analysis; with another body it is refused (409).
    """
    fingerprint = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    idempotency = None if idempotency_key is None else Idempotency(idempotency_key, fingerprint)
    analysis = await submit_analysis(body.to_domain(), services, idempotency)
    return accepted_document(analysis, datetime.now(UTC), language)


@router.get("/analysis/recent", responses=problems(404, 422))
async def recent(services: ServicesDep, language: LanguageDep, wanted: Annotated[RecentQuery, Query()]) -> RecentDocument:
    """The newest analyses first."""
    matching = AnalysisFilter(user_id=wanted.user_id, session_id=wanted.session_id, status=wanted.status)
    page = await services.analyses.list_recent(matching, wanted.limit, wanted.cursor)
    return RecentDocument(analyses=[analysis_document(a, language) for a in page.analyses], next_cursor=page.next_cursor)


@router.get(
    "/analysis/{analysis_id}",
    response_model=AnalysisDocument,
    responses=problems(404, 422) | {304: {"description": "Not modified since the ETag that was sent."}},
)
async def read(analysis: AnalysisDep, request: Request, language: LanguageDep) -> Response:
    """The analysis as it stands. While it runs, `Retry-After` says when to ask again."""
    body = analysis_document(analysis, language).model_dump_json().encode()
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "Cache-Control": "no-cache"}
    if not analysis.status.is_final:
        headers["Retry-After"] = str(_RETRY_SECONDS)
    if _holds(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _holds(known: str, tag: str) -> bool:
    """Whether ``If-None-Match`` names this tag; the comparison is weak (RFC 9110 §13.1.2)."""
    return any(entry.strip().removeprefix("W/") in (tag, "*") for entry in known.split(","))


@router.get("/analysis/{analysis_id}/status", responses=problems(404, 422))
async def read_status(analysis: AnalysisDep, language: LanguageDep) -> StatusDocument:
    """Status and progress only."""
    return status_document(analysis, language)


@router.get("/analysis/{analysis_id}/events", response_class=EventSourceResponse, responses=problems(404, 422))
async def events(analysis: AnalysisDep, services: ServicesDep, language: LanguageDep) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress` at every change of status, stage or percent, then `end`. Data as of `/status`."""
    shown: StatusDocument | None = None
    number = 0
    current: Analysis | None = analysis
    while current is not None:
        document = status_document(current, language)
        if document != shown:
            number += 1
            yield ServerSentEvent(data=document, event="end" if current.status.is_final else "progress", id=str(number))
            shown = document
        if current.status.is_final:
            return
        await asyncio.sleep(_POLL_SECONDS)
        current = await _again(services, current)


async def _again(services: Services, known: Analysis) -> Analysis | None:
    """``None`` once it was erased; what is known already while the store does not answer."""
    try:
        return await services.analyses.get(known.id)
    except NotFound:
        return None
    except DependencyUnavailable:
        return known


@router.post("/analysis/{analysis_id}/cancel", responses=problems(404, 409, 422))
async def cancel(analysis: AnalysisDep, services: ServicesDep, language: LanguageDep) -> StatusDocument:
    """Cancel a waiting or running analysis; the worker stops within two seconds."""
    return status_document(await services.analyses.cancel(analysis.id), language)


@router.delete("/analysis/{analysis_id}", responses=problems(404, 422))
async def erase(analysis: AnalysisDep, services: ServicesDep) -> ErasureDocument:
    """Erase every trace in every store: record, frame metrics, feedback, and the video if it was uploaded here."""
    erasure = await erase_analysis(analysis.id, services.settings.video.upload_bucket, services)
    return ErasureDocument(
        analysis_id=analysis.id,
        erased={
            "analysis": erasure.analysis,
            "frames": erasure.frames,
            "feedback": erasure.feedback,
            "video": erasure.video,
        },
    )
