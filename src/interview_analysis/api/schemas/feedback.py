"""Words for the candidate."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from interview_analysis.api.schemas.analysis import Number, ProgressPart
from interview_analysis.api.schemas.examples import FEEDBACK
from interview_analysis.domain.analysis import AnalysisStatus
from interview_analysis.domain.comment import CommentState, CommentWish
from interview_analysis.domain.feedback import Feedback, FeedbackSource, Language
from interview_analysis.messages import message


class UsageDocument(BaseModel):
    """Of all requests that these words took."""

    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None = Field(description="가격이 설정되지 않았으면 null / null where no prices are set")


class KeywordsDocument(BaseModel):
    """Keywords of one category, for and against."""

    strengths: list[str] = Field(description="잘된 점의 핵심어. Keywords of what went well.")
    weaknesses: list[str] = Field(description="고칠 점의 핵심어. Keywords of what to work on.")


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
    voice_feedback: str
    strengths: list[str]
    weaknesses: list[str]
    improvement_suggestions: list[str]
    category_scores: dict[str, Number | None]
    keywords: dict[str, list[str]]
    keyword_analysis: dict[str, KeywordsDocument] = Field(
        description="영역별 강점과 약점 핵심어. Which keywords of a category are strengths and which weaknesses."
    )
    llm_model: str | None
    llm_status: CommentState = Field(
        description="언어 모델의 글: off 없음, pending 기다리는 중, written 쓰임, failed 포기 / "
        "The words of a language model: off, pending (tried again later), written, failed (given up)"
    )
    reason: str | None = Field(
        description="언어 모델의 글이 없는 까닭 / why the last attempt at them failed", examples=["llm_timed_out"]
    )
    reason_message: str | None
    prompt_version: str | None = Field(description="언어 모델에 준 지시문의 판 / version of the prompts")
    usage: UsageDocument | None = Field(
        description="언어 모델이 쓴 토큰 / tokens of these words; null where they are not known"
    )
    source: FeedbackSource
    generated_at: datetime


class FeedbackPending(BaseModel):
    """Not written yet."""

    analysis_id: str
    status: AnalysisStatus
    progress: ProgressPart


def feedback_document(analysis_id: str, feedback: Feedback, wish: CommentWish | None = None) -> FeedbackDocument:
    """Domain → contract. ``wish``: for the words of a language model, ``None`` where nobody has it or there is no model."""
    reason = None if wish is None else wish.failure
    usage = feedback.usage
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
        voice_feedback=feedback.voice_feedback,
        strengths=list(feedback.strengths),
        weaknesses=list(feedback.weaknesses),
        improvement_suggestions=list(feedback.improvement_suggestions),
        category_scores=feedback.category_scores,
        keywords={category: list(words) for category, words in feedback.keywords.items()},
        keyword_analysis={
            category: KeywordsDocument(strengths=list(words.strengths), weaknesses=list(words.weaknesses))
            for category, words in feedback.keyword_analysis.items()
        },
        llm_model=feedback.llm_model,
        llm_status=CommentState.OFF if wish is None else wish.state,
        reason=reason,
        reason_message=None if reason is None else message(reason, feedback.language),
        prompt_version=feedback.prompt_version,
        usage=None
        if usage is None
        else UsageDocument(
            prompt_tokens=usage.prompt_tokens, completion_tokens=usage.completion_tokens, cost_usd=usage.cost_usd
        ),
        source=feedback.source,
        generated_at=feedback.generated_at,
    )
