"""Words for the candidate, and what they were written from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from interview_analysis.domain.media import VideoSummary
from interview_analysis.domain.scoring.results import InterviewScores


class Language(StrEnum):
    KOREAN = "ko"
    ENGLISH = "en"


class FeedbackSource(StrEnum):
    OPENAI = "openai"
    RULES = "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackRequest:
    scores: InterviewScores
    video: VideoSummary
    language: Language
    question_text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """Scores are ours, never the writer's; ``keywords`` maps a category (expression, gaze, blink, voice, posture) to words."""

    language: Language
    overall_score: float | None
    emotion_score: float | None
    attention_score: float | None
    stability_score: float | None
    overall_feedback: str
    emotion_feedback: str
    attention_feedback: str
    strengths: tuple[str, ...]
    weaknesses: tuple[str, ...]
    improvement_suggestions: tuple[str, ...]
    category_scores: dict[str, float | None]
    source: FeedbackSource
    generated_at: datetime
    keywords: dict[str, tuple[str, ...]] = field(default_factory=dict)
    llm_model: str | None = None
