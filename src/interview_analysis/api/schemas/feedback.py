"""Words for the candidate."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from interview_analysis.api.schemas.analysis import Number, ProgressPart
from interview_analysis.api.schemas.examples import FEEDBACK
from interview_analysis.domain.analysis import AnalysisStatus
from interview_analysis.domain.feedback import Feedback, FeedbackSource, Language


class FeedbackDocument(BaseModel):
    """``source`` says who wrote it; the scores are the analysis's own."""

    model_config = ConfigDict(json_schema_extra={"examples": [FEEDBACK]})

    analysis_id: str
    language: Language
    overall_score: Number | None
    emotion_score: Number | None
    attention_score: Number | None
    stability_score: Number | None
    overall_feedback: str
    emotion_feedback: str
    attention_feedback: str
    strengths: list[str]
    weaknesses: list[str]
    improvement_suggestions: list[str]
    category_scores: dict[str, Number | None]
    keywords: dict[str, list[str]]
    llm_model: str | None
    source: FeedbackSource
    generated_at: datetime


class FeedbackPending(BaseModel):
    """Not written yet."""

    analysis_id: str
    status: AnalysisStatus
    progress: ProgressPart


def feedback_document(analysis_id: str, feedback: Feedback) -> FeedbackDocument:
    """Domain → contract."""
    return FeedbackDocument(
        analysis_id=analysis_id,
        language=feedback.language,
        overall_score=feedback.overall_score,
        emotion_score=feedback.emotion_score,
        attention_score=feedback.attention_score,
        stability_score=feedback.stability_score,
        overall_feedback=feedback.overall_feedback,
        emotion_feedback=feedback.emotion_feedback,
        attention_feedback=feedback.attention_feedback,
        strengths=list(feedback.strengths),
        weaknesses=list(feedback.weaknesses),
        improvement_suggestions=list(feedback.improvement_suggestions),
        category_scores=feedback.category_scores,
        keywords={category: list(words) for category, words in feedback.keywords.items()},
        llm_model=feedback.llm_model,
        source=feedback.source,
        generated_at=feedback.generated_at,
    )
