"""Several analyses together. Descriptions in Korean and English."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from interview_analysis.api.schemas.analysis import Number
from interview_analysis.api.schemas.session_examples import PROGRESS, SUMMARY
from interview_analysis.domain.analysis import AnalysisStatus
from interview_analysis.domain.feedback import Language
from interview_analysis.domain.scoring.results import Reason

_BY_MEASURE = "overall, expression, gaze, blink, voice, posture (0–100)"
_MEANS = f"점수를 알 수 있는 질문의 평균. Means over the questions that have one: {_BY_MEASURE}."
_VERSIONS = "점수 공식의 버전; 둘 이상이면 비교에 주의. Versions of the formulas; with more than one, compare with care."
_CUT = "분석이 너무 많아 오래된 것을 뺐는지 여부. Whether older analyses were left out because there are too many."
_TREND = "셋 미만이면 null. Theil–Sen slope, points {each}: " + _BY_MEASURE + "; null with fewer than three."


class AttemptDocument(BaseModel):
    """같은 질문의 다른 답변. Another attempt at the same question."""

    analysis_id: str
    status: AnalysisStatus
    created_at: datetime
    overall_score: Number | None
    overall_reason: Reason | None
    difference: Number | None = Field(
        description="집계된 답변의 종합 점수 − 이 답변의 종합 점수. Overall of the attempt that counts minus this one's."
    )


class QuestionDocument(BaseModel):
    """한 질문의 결과: 가장 최근에 완료된 답변을 센다. One question: its newest completed attempt counts, else the newest."""

    question_num: int | None
    question_text: str | None
    analysis_id: str
    status: AnalysisStatus
    created_at: datetime
    overall_score: Number | None
    overall_reason: Reason | None = Field(description="종합 점수가 없는 까닭. Why there is no overall score.")
    overall_reason_message: str | None
    emotion_score: Number | None = Field(description="60점 만점. Of 60.")
    attention_score: Number | None = Field(description="100점 만점. Of 100.")
    voice_score: Number | None = Field(description="100점 만점. Of 100.")
    category_scores: dict[str, Number | None] = Field(description="영역별 0–100점. By category, 0–100.")
    error_code: str | None = Field(description="분석이 실패한 까닭. Why the analysis failed.")
    error_message: str | None
    other_attempts: list[AttemptDocument] = Field(description="최근 것부터. Newest first.")


class QuestionReference(BaseModel):
    """질문을 가리킨다. Names a question."""

    question_num: int | None
    question_text: str | None
    analysis_id: str
    overall_score: Number | None


class MissingQuestion(BaseModel):
    """종합 점수가 없는 질문. A question without an overall score."""

    question_num: int | None
    analysis_id: str
    status: AnalysisStatus
    reason: str | None = Field(description="사유 또는 오류 코드. The reason, or the code of the error.")


class CoverageDocument(BaseModel):
    """요약이 무엇에 근거하는지. What the summary stands on."""

    analyses: int
    questions: int
    scored: int = Field(description="종합 점수가 있는 질문의 수. Questions with an overall score.")
    missing: list[MissingQuestion]
    truncated: bool = Field(description=_CUT)


class RecurringDocument(BaseModel):
    """질문의 반 넘게에서 가장 낮은 영역. The category that is lowest in more than half of the questions."""

    category: str
    questions: int


class SessionSummaryDocument(BaseModel):
    """한 세션의 여러 질문. All questions of one session."""

    model_config = ConfigDict(json_schema_extra={"examples": [SUMMARY]})

    session_id: str
    questions: list[QuestionDocument] = Field(description="질문 번호 순서. In order of their numbers.")
    means: dict[str, Number | None] = Field(description=_MEANS)
    trend: dict[str, Number | None] = Field(description=_TREND.format(each="per question"))
    strongest_question: QuestionReference | None = Field(
        description="종합 점수가 둘 이상일 때. By overall score; null with fewer than two, or where all are equal."
    )
    weakest_question: QuestionReference | None
    recurring_weakness: RecurringDocument | None
    coverage: CoverageDocument
    formula_versions: list[str] = Field(description=_VERSIONS)
    language: Language
    summary_feedback: str = Field(description="세션 전체에 대한 글. Words on the whole session.")


class SessionPoint(BaseModel):
    """흐름 속의 한 세션. One session in the course of practice."""

    session_id: str | None = Field(description="세션 없이 보낸 분석은 null. Null for an analysis sent without a session.")
    started_at: datetime
    questions: int
    scored: int
    means: dict[str, Number | None] = Field(description=_MEANS)


class UserProgressDocument(BaseModel):
    """한 사용자의 세션들. A user's sessions in order of time."""

    model_config = ConfigDict(json_schema_extra={"examples": [PROGRESS]})

    user_id: str
    sessions: list[SessionPoint]
    change_since_first: dict[str, Number | None] = Field(
        description=f"마지막 세션 − 첫 세션. Last session minus the first, of those that have one: {_BY_MEASURE}."
    )
    trend: dict[str, Number | None] = Field(description=_TREND.format(each="per session"))
    best_category: str | None = Field(description="세션 평균이 가장 높은 영역. Highest mean over the sessions.")
    worst_category: str | None = Field(description="세션 평균이 가장 낮은 영역. Lowest mean over the sessions.")
    formula_versions: list[str] = Field(description=_VERSIONS)
    truncated: bool = Field(description=_CUT)
