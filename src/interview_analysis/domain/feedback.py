"""Words for the candidate, and what they were written from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from interview_analysis.domain.media import VideoSummary
from interview_analysis.domain.scoring.results import InterviewScores
from interview_analysis.domain.wording import Transcription


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
    transcription: Transcription | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmUsage:
    """What a language model was given and wrote, in its own tokens; ``cost_usd`` is ``None`` where prices are not known."""

    prompt_tokens: int
    completion_tokens: int
    cost_usd: float | None = None

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryKeywords:
    """Keywords of one category; what is neither strong nor weak stands in ``Feedback.keywords`` alone."""

    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """Scores are ours, never the writer's; ``keywords`` maps a category (expression, gaze, blink, voice, posture) to words, and
    ``keyword_analysis`` says which of them are strengths and which weaknesses. ``llm_model``, ``prompt_version`` and ``usage``
    are of a language model's words; ``usage`` is ``None`` where the service did not tell."""

    language: Language
    overall_score: float | None
    emotion_score: float | None
    attention_score: float | None
    stability_score: float | None
    overall_feedback: str
    emotion_feedback: str
    attention_feedback: str
    voice_feedback: str = ""
    strengths: tuple[str, ...]
    weaknesses: tuple[str, ...]
    improvement_suggestions: tuple[str, ...]
    category_scores: dict[str, float | None]
    source: FeedbackSource
    generated_at: datetime
    keywords: dict[str, tuple[str, ...]] = field(default_factory=dict)
    keyword_analysis: dict[str, CategoryKeywords] = field(default_factory=dict)
    llm_model: str | None = None
    prompt_version: str | None = None
    usage: LlmUsage | None = None
