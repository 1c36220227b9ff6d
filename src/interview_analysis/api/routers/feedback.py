"""Words for the candidate."""

from __future__ import annotations

from fastapi import APIRouter, Response

from interview_analysis.api.dependencies import AnalysisDep, LanguageDep, ServicesDep
from interview_analysis.api.documents import status_document
from interview_analysis.api.errors import problems
from interview_analysis.api.schemas.feedback import FeedbackDocument, FeedbackPending, feedback_document
from interview_analysis.application.read_analysis import result_of
from interview_analysis.application.rewrite_feedback import rewrite_feedback
from interview_analysis.errors import NotFound

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
        pending = status_document(analysis.state, language)
        return FeedbackPending(analysis_id=analysis.id, status=analysis.status, progress=pending.progress)
    result_of(analysis)
    feedback = await services.feedback.get(analysis.id)
    if feedback is None:
        raise NotFound("no feedback is stored", code="feedback_not_found")
    return feedback_document(analysis.id, feedback, await services.comments.get(analysis.id))


@router.post("/analysis/{analysis_id}/llm-comment", responses=problems(404, 409, 422))
async def write_feedback(analysis: AnalysisDep, services: ServicesDep, language: LanguageDep) -> FeedbackDocument:
    """Write it again, in the language of the service, and answer with it: by the language model where one is configured and
    answers now (`OPENAI_TIMEOUT_SECONDS` for each of two requests at most); else `reason` says why not, and it is tried again
    later."""
    result_of(analysis)
    feedback = await rewrite_feedback(analysis.id, language, services)
    return feedback_document(analysis.id, feedback, await services.comments.get(analysis.id))
