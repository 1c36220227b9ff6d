"""The analysis as the interview web app reads it. Field names are the contract; absent is null with a reason beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from interview_analysis.api.schemas.examples import ANALYSIS
from interview_analysis.domain.analysis import AnalysisStatus, Stage
from interview_analysis.domain.emotion import Emotion
from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring.results import ObservationKind, Reason
from interview_analysis.domain.skippable import Skippable

_DECIMALS = 4
_RUNTIME = "Program and precision that the network ran in, such as openvino-bf16; null: no network"
Number = Annotated[float, AfterValidator(lambda value: round(value, _DECIMALS))]


class Accepted(BaseModel):
    """Answer to ``POST /analyze``."""

    analysis_id: str = Field(examples=["analysis_20250127_143022_user123_7f3k9q2m4x8z"])
    status: AnalysisStatus = Field(examples=["processing"])
    message: str = Field(examples=["영상 분석이 시작되었습니다. 약 2-3분 후 결과를 확인하세요."])
    estimated_completion: datetime


class ProgressPart(BaseModel):
    stage: Stage
    percent: Number = Field(ge=0, le=100)


class ErrorPart(BaseModel):
    code: str = Field(examples=["video_unreadable"])
    message: str
    detail: str


class Span(BaseModel):
    """Seconds from the start of the video."""

    start: Number
    end: Number


class ScorePartDocument(BaseModel):
    """``points`` of ``maximum`` for the quantity ``measured`` in ``unit``."""

    name: str
    points: Number | None
    maximum: Number
    measured: Number | None
    unit: str
    reason: Reason | None


class Scored(BaseModel):
    """What every score carries."""

    maximum: Number
    coverage: Number = Field(description="Share 0–1 of the video's duration that the score stands on.")
    parts: list[ScorePartDocument]
    reason: Reason | None
    reason_message: str | None


class EmotionAnalysis(Scored):
    interview_score: Number | None
    grade: str | None
    emotions: dict[Emotion, Number] | None = Field(description="Time-weighted mean probabilities, summing to 1.")
    dominant: Emotion | None
    steadiness: Number | None
    smile_share: Number | None
    smiles: list[Span]


class Angles2(BaseModel):
    pitch: Number
    yaw: Number


class Angles3(BaseModel):
    """Degrees: pitch + up, yaw + toward the picture's left, roll + eye line drops toward the picture's right."""

    pitch: Number
    yaw: Number
    roll: Number


class EyeTracking(Scored):
    attention_score: Number | None
    grade: str | None
    gaze_stability: Number | None
    blink_frequency: Number | None = Field(description="Blinks per minute.")
    blink_frequency_reason: Reason | None
    blink_count: int | None
    blinks: list[Span]
    gaze_directions: dict[Direction, Number] | None = Field(description="Share of valid time relative to the target.")
    on_target: Number | None
    bcea: Number | None = Field(description="Square degrees.")
    target: Angles2 | None
    cone: Number | None
    looked_away_per_minute: Number | None


class HeadPose(BaseModel):
    """Degrees; ``movement`` in degrees per minute."""

    coverage: Number
    mean: Angles3 | None
    spread: Angles3 | None
    range: Angles3 | None
    lowest: Angles3 | None
    highest: Angles3 | None
    movement: Number | None
    nods: int | None
    shakes: int | None
    reason: Reason | None
    reason_message: str | None


class VoiceAnalysis(Scored):
    """``null`` as a whole where the video has no sound or the part was left out."""

    voice_score: Number | None
    grade: str | None
    talk_seconds: Number
    talk_ratio: Number
    response_latency: Number | None
    pause_count: int
    pause_mean: Number | None
    pause_longest: Number | None
    pauses: list[Span]
    speech: list[Span]
    loudness_spread: Number | None


class ObservationDocument(BaseModel):
    """Something that can be seen between two times, without a verdict."""

    kind: ObservationKind
    start: Number
    end: Number
    direction: Direction | None


class QualityDocument(BaseModel):
    face_coverage: Number
    analysed_seconds: Number
    analysed_rate: Number
    landmark_model: str
    expression_model: str | None
    gaze_model: str | None
    anxiety_model: str | None
    expression_runtime: str | None = Field(description=_RUNTIME)
    gaze_runtime: str | None = Field(description=_RUNTIME)
    skipped: list[Skippable]
    warnings: list[str]


class VideoDocument(BaseModel):
    s3_bucket: str
    s3_key: str
    container: str | None = None
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    rotation: int | None = None
    duration: Number | None = None
    frame_rate: Number | None = None
    analysed_frames: int | None = None
    has_audio: bool | None = None
    bytes: int | None = None


class AnalysisDocument(BaseModel):
    """One analysis. Until it is completed the parts are null; afterwards they are there, with null scores where the footage
    cannot support one."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANALYSIS]})

    analysis_id: str
    status: AnalysisStatus
    progress: ProgressPart
    user_id: str | None
    session_id: str | None
    question_num: int | None
    question_text: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    estimated_completion: datetime | None
    attempt: int
    emotion_analysis: EmotionAnalysis | None
    eye_tracking: EyeTracking | None
    head_pose: HeadPose | None
    voice_analysis: VoiceAnalysis | None
    voice_reason: Reason | None
    voice_reason_message: str | None
    observations: list[ObservationDocument]
    overall_score: Number | None
    overall_grade: str | None
    overall_reason: Reason | None
    overall_reason_message: str | None
    quality: QualityDocument | None
    formula_version: str | None
    video: VideoDocument
    timings: dict[str, Number]
    error: ErrorPart | None


class StatusDocument(BaseModel):
    """Small, for polling."""

    analysis_id: str
    status: AnalysisStatus
    progress: ProgressPart
    estimated_completion: datetime | None
    error: ErrorPart | None


class RecentDocument(BaseModel):
    """Newest first; ``next_cursor`` asks for the page after."""

    analyses: list[AnalysisDocument]
    next_cursor: str | None


class ErasureDocument(BaseModel):
    """What was there and is gone."""

    analysis_id: str
    erased: dict[str, bool | int] = Field(examples=[{"analysis": True, "frames": 885, "feedback": True, "video": True}])
