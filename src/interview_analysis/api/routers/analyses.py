"""Submit, read, follow, cancel and erase analyses."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import structlog
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from interview_analysis.api.conditions import holds
from interview_analysis.api.dependencies import AnalysisDep, FeedDep, LanguageDep, OwnerDep, ServicesDep
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
from interview_analysis.application.submit_analysis import Idempotency, Terms, submit_analysis
from interview_analysis.application.uploads import refuse_foreign_upload
from interview_analysis.bootstrap import Services
from interview_analysis.domain.analysis import Analysis, AnalysisFilter, VideoReference
from interview_analysis.domain.delivery import Delivery
from interview_analysis.observability.tracing import current_traceparent, traced_step

router = APIRouter(tags=["analyses"])

_RETRY_SECONDS = 2
IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]


@router.post("/analyze", status_code=202, responses=problems(400, 403, 409, 413, 422))
async def analyze(
    body: AnalyzeBody,
    request: Request,
    services: ServicesDep,
    owner: OwnerDep,
    language: LanguageDep,
    idempotency_key: IdempotencyKey = None,
) -> Accepted:
    """Start the analysis of a recorded video. The bucket's policy is checked now, the object is read by a worker.

    The same `Idempotency-Key` with the same body answers with the same analysis; with another body it is refused (409).
    """
    fingerprint = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    idempotency = None if idempotency_key is None else Idempotency(idempotency_key, fingerprint)
    wanted = body.to_domain()
    refuse_foreign_upload(wanted.video, owner, services.settings.video.upload_bucket)
    if wanted.overlay:
        services.videos.check(VideoReference(services.settings.video.upload_bucket, "overlays"))
    keep_days = services.settings.privacy.rules.keep_days(body.consent, body.retention_days)
    terms = Terms(owner=owner, keep_days=keep_days, idempotency=idempotency)
    with traced_step("submit"):
        analysis = await submit_analysis(replace(wanted, traceparent=current_traceparent()), services, terms)
    structlog.contextvars.bind_contextvars(analysis_id=analysis.id)
    request.state.analysis = analysis
    return accepted_document(analysis, datetime.now(UTC), language)


async def _deliveries(services: Services, analyses: Sequence[Analysis]) -> Mapping[str, list[Delivery]]:
    """To the callbacks of these analyses; the store is only asked where there is one."""
    told = await services.deliveries.of_analyses([one.id for one in analyses if one.request.callback_url is not None])
    return {one.id: told.get(one.id, []) for one in analyses}


@router.get("/analysis/recent", responses=problems(404, 422))
async def recent(
    services: ServicesDep, owner: OwnerDep, language: LanguageDep, wanted: Annotated[RecentQuery, Query()]
) -> RecentDocument:
    """The newest analyses first."""
    matching = AnalysisFilter(owner=owner or None, user_id=wanted.user_id, session_id=wanted.session_id, status=wanted.status)
    page = await services.analyses.list_recent(matching, wanted.limit, wanted.cursor)
    deliveries = await _deliveries(services, page.analyses)
    documents = [analysis_document(a, language, deliveries[a.id]) for a in page.analyses]
    return RecentDocument(analyses=documents, next_cursor=page.next_cursor)


@router.get(
    "/analysis/{analysis_id}",
    response_model=AnalysisDocument,
    responses=problems(404, 422) | {304: {"description": "Not modified since the ETag that was sent."}},
)
async def read(analysis: AnalysisDep, services: ServicesDep, request: Request, language: LanguageDep) -> Response:
    """The analysis as it stands. While it runs, `Retry-After` says when to ask again."""
    deliveries = await _deliveries(services, (analysis,))
    body = analysis_document(analysis, language, deliveries[analysis.id]).model_dump_json().encode()
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "Cache-Control": "private, no-cache"}
    if not analysis.status.is_final:
        headers["Retry-After"] = str(_RETRY_SECONDS)
    if holds(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


@router.get("/analysis/{analysis_id}/status", responses=problems(404, 422))
async def read_status(analysis: AnalysisDep, language: LanguageDep) -> StatusDocument:
    """Status and progress only."""
    return status_document(analysis.state, language)


@router.get("/analysis/{analysis_id}/events", response_class=EventSourceResponse, responses=problems(404, 422))
async def events(analysis: AnalysisDep, feed: FeedDep, language: LanguageDep) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress` at every change of status, stage or percent, then `end`. Data as of `/status`."""
    number = 0
    async with contextlib.aclosing(feed.follow(analysis.state)) as states:
        async for state in states:
            number += 1
            document = status_document(state, language)
            yield ServerSentEvent(data=document, event="end" if state.status.is_final else "progress", id=str(number))


@router.post("/analysis/{analysis_id}/cancel", responses=problems(404, 409, 422))
async def cancel(analysis: AnalysisDep, services: ServicesDep, language: LanguageDep) -> StatusDocument:
    """Cancel a waiting or running analysis; the worker stops within two seconds."""
    return status_document((await services.analyses.cancel(analysis.id)).state, language)


@router.delete("/analysis/{analysis_id}", responses=problems(404, 422))
async def erase(analysis: AnalysisDep, services: ServicesDep) -> ErasureDocument:
    """Erase every trace in every store: record, frame metrics, feedback, messages to `callback_url`, annotated video, and the
    video if it was uploaded here. Every store is read again afterwards; where something is left the answer is 503
    (`erasure_unverified`), and the service goes on erasing by itself.
    """
    erasure = await erase_analysis(analysis.id, services.settings.video.upload_bucket, services)
    return ErasureDocument(
        analysis_id=analysis.id,
        erased={
            "analysis": erasure.analysis,
            "frames": erasure.frames,
            "feedback": erasure.feedback,
            "video": erasure.video,
            "deliveries": erasure.deliveries,
            "llm_wish": erasure.llm_wish,
            "overlay": erasure.overlay,
        },
    )
