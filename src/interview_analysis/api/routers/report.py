"""For people: a finished analysis on one page."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from interview_analysis.api.dependencies import AnalysisDep, LanguageDep, PressDep, ServicesDep
from interview_analysis.api.errors import problems
from interview_analysis.application.read_analysis import result_of
from interview_analysis.bootstrap import Services
from interview_analysis.domain.analysis import Analysis
from interview_analysis.domain.feedback import Language
from interview_analysis.errors import Forbidden, NotFound, StorageFull
from interview_analysis.report.thumbnails import take_pictures

router = APIRouter(tags=["report"])

_FOLDER = "sending"
PDF = "application/pdf"
_LANGUAGE = "보고서의 언어; 없으면 LANGUAGE. Language of the report; LANGUAGE where it is not given."
_THUMBNAILS = "순간마다 화면을 함께 싣습니다. With a picture of each moment, as long as the video can be read."
_HTML_ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}
_PDF_ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}}


async def build_page(
    analysis: AnalysisDep,
    services: ServicesDep,
    default: LanguageDep,
    language: Annotated[Language | None, Query(description=_LANGUAGE)] = None,
    thumbnails: Annotated[bool, Query(description=_THUMBNAILS)] = False,
) -> str:
    """The report as HTML, made anew from what is stored. Raises ``Conflict``."""
    # Matplotlib takes half a second to load and is not needed to start.
    from interview_analysis.report.page import Report, moment_times, render_html  # noqa: PLC0415

    result, timeline = result_of(analysis), await services.frames.read(analysis.id)
    times = moment_times(timeline, result) if thumbnails and timeline is not None else []
    report = Report(
        analysis=analysis,
        result=result,
        language=language or default,
        feedback=await services.feedback.get(analysis.id),
        timeline=timeline,
        pictures=await _pictures(analysis, services, times) if times else None,
    )
    return await asyncio.to_thread(render_html, report)


async def _pictures(analysis: Analysis, services: Services, times: list[float]) -> dict[float, bytes]:
    """None where the video is no longer there."""
    path = _new_file(services.settings.paths.data_dir / _FOLDER)
    try:
        await services.videos.fetch(analysis.request.video, path)
        return await asyncio.to_thread(take_pictures, path, times)
    except (Forbidden, NotFound):
        return {}
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)


PageDep = Annotated[str, Depends(build_page)]


@router.get("/analysis/{analysis_id}/report", response_class=Response, responses=problems(404, 409, 422) | _HTML_ANSWER)
async def read_html(page: PageDep) -> Response:
    """HTML in one file, without scripts and without addresses of others: summary, scores with formulas, charts, the strongest
    and the weakest moments, feedback, method and limits."""
    from interview_analysis.report.page import content_policy  # noqa: PLC0415

    policy = f"{content_policy()}; frame-ancestors 'none'; sandbox"
    return Response(page, media_type="text/html", headers={"Content-Security-Policy": policy})


@router.get("/analysis/{analysis_id}/report.pdf", response_class=Response, responses=problems(404, 409, 422) | _PDF_ANSWER)
async def read_pdf(page: PageDep, analysis: AnalysisDep, press: PressDep) -> Response:
    """The same as PDF, its font embedded. Where the server lacks a library for it the answer is 503 (`pdf_unavailable`)."""
    headers = {"Content-Disposition": f'attachment; filename="{analysis.id}.pdf"'}
    return Response(await press.set(page), media_type=PDF, headers=headers)


def _new_file(folder: Path) -> Path:
    """A path that nobody uses. Raises ``StorageFull``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageFull(f"no folder for the video: {error.strerror}") from error
    return folder / f"{secrets.token_hex(16)}.webm"
