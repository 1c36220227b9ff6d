"""Write the words of a finished analysis once more."""

from __future__ import annotations

from typing import Protocol

from interview_analysis.application.ports import AnalysisStore, FeedbackStore, FeedbackWriter
from interview_analysis.domain.feedback import Feedback, FeedbackRequest, Language
from interview_analysis.errors import Conflict


class RewritePorts(Protocol):
    @property
    def analyses(self) -> AnalysisStore: ...

    @property
    def feedback(self) -> FeedbackStore: ...

    @property
    def writer(self) -> FeedbackWriter: ...


async def rewrite_feedback(analysis_id: str, language: Language, ports: RewritePorts) -> Feedback:
    """Raises ``NotFound``, and ``Conflict`` (``not_finished``) for an analysis without a result."""
    analysis = await ports.analyses.get(analysis_id)
    if analysis.result is None:
        raise Conflict(f"analysis is {analysis.status}", code="not_finished")
    result = analysis.result
    request = FeedbackRequest(
        scores=result.scores, video=result.video, language=language, question_text=analysis.request.question_text
    )
    feedback = await ports.writer.write(request)
    await ports.feedback.save(analysis_id, feedback)
    return feedback
