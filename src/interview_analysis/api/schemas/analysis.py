"""The analysis as the interview web app reads it. Field names are the contract; absent is null with a reason beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from interview_analysis.api.schemas.examples import ANALYSIS
from interview_analysis.domain.analysis import AnalysisStatus, Stage
from interview_analysis.domain.delivery import DeliveryState
from interview_analysis.domain.emotion import Emotion
from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring.results import ObservationKind, PaceBand, Reason
from interview_analysis.domain.skippable import Skippable

_DECIMALS = 4
_SYLLABLE_RATE = "분당 음절 수(0.5초 이상 쉼 제외). Syllables a minute of speech; pauses of 0.5 s and more are left out."
_PITCH_RANGE = "목소리 높낮이의 폭(반음). From the 5th to the 95th percentile of the fundamental frequency."
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
    loudness_spread: Number | None = Field(description="목소리 크기의 흔들림. Standard deviation of the speech level, dB.")
    syllables: int | None = Field(description="말한 음절 수. Syllable nuclei counted in the sound.")
    syllables_per_minute: Number | None = Field(description=_SYLLABLE_RATE)
    pace: PaceBand | None = Field(description="말의 빠르기. Band of the rate, by pace_language; null without it.")
    pace_language: str | None = Field(description="기준으로 삼은 언어. Language of the bands, ISO 639-1; null = not told.")
    pitch_median_hz: Number | None = Field(description="목소리 높이의 중앙값. Median of the fundamental frequency.")
    pitch_range_semitones: Number | None = Field(description=_PITCH_RANGE)


class TranscriptAnalysis(BaseModel):
    """How it was worded (docs/transcript.md); null as a whole where there is no transcript. A minute is one of speech, without
    breaks of 0.5 s and more. Null: too little speech for a rate, or neither Korean nor English."""

    language: str = Field(description="말한 언어 / ISO 639-1 code as recognised.")
    model: str = Field(description="받아쓴 모델 / Recogniser that wrote it down.")
    words: int = Field(description="단어(어절) 수 / Words, fillers included.")
    words_per_minute: Number | None = Field(description="분당 단어 수 / Words a minute of speech.")
    filler_count: int | None = Field(description="군말 수 / Filler words; recognisers leave some out, so at least so many.")
    fillers_per_minute: Number | None = Field(description="분당 군말 수 / Filler words a minute of speech.")
    fillers: dict[str, int] | None = Field(description="군말별 횟수 / How often each was said.")
    repeated: int | None = Field(description="바로 되풀이한 단어 수 / Words said twice in a row.")


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


class CallbackDocument(BaseModel):
    """How far the message to ``callback_url`` has come: ``waiting`` for the analysis to end, ``pending`` its delivery,
    ``delivered``, or ``dead`` (given up). ``last_error`` is a code."""

    state: Literal["waiting"] | DeliveryState
    attempts: int
    last_error: str | None


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
    expires_at: datetime | None = Field(description="When it is erased in every store; null = kept until it is asked for.")
    consent: bool | None = Field(description="As the request said; null where it did not.")
    priority: int
    spoken_language: str | None = Field(description="답변 언어. Of the answer, as the request said; null where it did not.")
    callback: CallbackDocument | None
    attempt: int
    overlay: bool = Field(
        description="Whether an annotated video was asked for, and `GET /analysis/{id}/overlay` will have one."
    )
    emotion_analysis: EmotionAnalysis | None
    eye_tracking: EyeTracking | None
    head_pose: HeadPose | None
    voice_analysis: VoiceAnalysis | None
    voice_reason: Reason | None
    voice_reason_message: str | None
    transcript_analysis: TranscriptAnalysis | None
    transcript_reason: str | None = Field(description="A reason or an error code: why there is no transcript.")
    transcript_reason_message: str | None
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
    """What was there and is gone; ``verified``: each store was read again afterwards and holds nothing of it."""

    analysis_id: str
    erased: dict[str, bool | int] = Field(
        examples=[
            {
                "analysis": True,
                "frames": 885,
                "feedback": True,
                "video": True,
                "deliveries": 1,
                "llm_wish": False,
                "overlay": False,
            }
        ]
    )
    verified: Literal[True] = True
