"""Words for the candidate."""

from __future__ import annotations

from fastapi import APIRouter, Response

from interview_analysis.api.dependencies import AnalysisDep, LanguageDep, ServicesDep
from interview_analysis.api.documents import status_document
from interview_analysis.api.errors import problems
from interview_analysis.api.schemas.feedback import FeedbackDocument, FeedbackPending, feedback_document
from interview_analysis.application.rewrite_feedback import rewrite_feedback
from interview_analysis.domain.analysis import Analysis, AnalysisStatus
from interview_analysis.errors import Conflict, NotFound

router = APIRouter(tags=["feedback"])


@router.get(
    "/analysis/{analysis_id}/llm-comment",
    responses=problems(404, 409, 422) | {202: {"model": FeedbackPending, "description": "Not written yet."}},
)
async def read_feedback(
    analysis: AnalysisDep, services: ServicesDep, language: LanguageDep, response: Response
) -> FeedbackDocument | FeedbackPending:
    """The feedback; 202 with the status while it is not there yet; 409 with the reason when the analysis failed."""
    if not analysis.status.is_final:
        response.status_code = 202
        pending = status_document(analysis, language)
        return FeedbackPending(analysis_id=analysis.id, status=analysis.status, progress=pending.progress)
    _refuse_unfinished(analysis)
    feedback = await services.feedback.get(analysis.id)
    if feedback is None:
        raise NotFound("no feedback is stored", code="feedback_not_found")
    return feedback_document(analysis.id, feedback)


@router.post("/analysis/{analysis_id}/llm-comment", responses=problems(404, 409, 422))
async def write_feedback(analysis: AnalysisDep, services: ServicesDep, language: LanguageDep) -> FeedbackDocument:
    """Write it again, in the language of the service, and answer with it."""
    _refuse_unfinished(analysis)
    return feedback_document(analysis.id, await rewrite_feedback(analysis.id, language, services))


def _refuse_unfinished(analysis: Analysis) -> None:
    if analysis.status is AnalysisStatus.COMPLETED:
        return
    if analysis.failure is not None:
        raise Conflict(analysis.failure.detail, code=analysis.failure.code)
    if analysis.status is AnalysisStatus.CANCELLED:
        raise Conflict("the analysis was cancelled", code="analysis_cancelled")
    raise Conflict(f"the analysis is {analysis.status}", code="not_finished")
