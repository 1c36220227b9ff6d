"""Records for the tests of stores: requests, analyses, results, feedback and timelines with something in every field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from interview_analysis.domain.analysis import (
    Analysis,
    AnalysisRequest,
    AnalysisResult,
    AnalysisStatus,
    Progress,
    Quality,
    Skippable,
    Stage,
    VideoReference,
)
from interview_analysis.domain.emotion import EMOTIONS, Emotion
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.feedback import CategoryKeywords, Feedback, FeedbackSource, Language
from interview_analysis.domain.media import VideoSummary
from interview_analysis.domain.pose import Direction, GazeAngles, HeadAngles
from interview_analysis.domain.scoring.results import (
    ExpressionSummary,
    EyeSummary,
    Grade,
    HeadSummary,
    InterviewScores,
    Observation,
    ObservationKind,
    PaceBand,
    Reason,
    Score,
    ScorePart,
    VoiceSummary,
)
from interview_analysis.domain.timeline import COLUMNS, FrameTimeline
from interview_analysis.domain.voice import VoiceMetrics

START = datetime(2026, 1, 27, 14, 30, 22, 123456, tzinfo=UTC)


class FakeClock:
    """A clock that only moves when told to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def build_analysis(number: int = 1, *, user: str | None = "user123", session: str | None = None) -> Analysis:
    """A queued analysis, created ``number`` seconds after ``START``."""
    return Analysis(
        id=f"analysis_20260127_143022_user123_{number:012d}",
        request=AnalysisRequest(
            video=VideoReference("practice", f"interviews/면접 {number}.webm"),
            user_id=user,
            session_id=session,
            question_num=3,
            question_text="자기소개를 해 주세요.",
            skip=frozenset({Skippable.GAZE, Skippable.VOICE}),
            consent=True,
            spoken_language="ko",
            callback_url="https://practice.example/done",
            traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ),
        owner="web-app",
        expires_at=START + timedelta(days=30),
        status=AnalysisStatus.QUEUED,
        progress=Progress(Stage.QUEUED, 0.0),
        created_at=START + timedelta(seconds=number),
        estimated_completion=START + timedelta(seconds=number, minutes=2),
    )


def build_scores() -> InterviewScores:
    """Every kind of value: numbers, absent ones with their reason, nested tuples and dictionaries."""
    away = Observation(ObservationKind.LOOKED_AWAY, 12.4, 14.1, Direction.LEFT)
    part = ScorePart(name="composure", points=21.3, maximum=25.0, measured=0.1 + 0.2, unit="share")
    expression = Score(value=45.2, maximum=60.0, coverage=0.97, parts=(part,), grade=Grade.GOOD)
    nothing = Score(value=None, maximum=100.0, coverage=0.0, reason=Reason.TOO_LITTLE_GAZE)
    voice = VoiceMetrics(
        duration=60.0,
        talk_seconds=41.5,
        talk_ratio=0.69,
        speech=(Episode(1.2, 30.0), Episode(31.0, 43.7)),
        pauses=(Episode(30.0, 31.0),),
        response_latency=1.2,
        loudness_spread=None,
        syllables=214,
        syllable_rate=309.4,
        pitch_median=118.2,
        pitch_range=None,
    )
    return InterviewScores(
        formula_version="1",
        face_coverage=0.97,
        analysed_seconds=58.9,
        overall=Score(value=None, maximum=100.0, coverage=0.0, reason=Reason.PART_MISSING),
        expression=ExpressionSummary(
            score=expression,
            emotions={emotion: (i + 1) / 28 for i, emotion in enumerate(EMOTIONS)},
            dominant=Emotion.NEUTRAL,
            smile_share=0.18,
            steadiness=None,
            smiles=(Episode(3.0, 4.5),),
        ),
        eye=EyeSummary(
            score=nothing,
            on_target=None,
            stability=0.82,
            bcea=12.5,
            target=GazeAngles(-11.3, 0.4),
            cone=8.0,
            directions={Direction.CENTER: 0.9, Direction.LEFT: 0.1},
            looked_away_per_minute=1.0,
            blink_count=15,
            blink_rate=15.3,
            blinks=(Episode(2.0, 2.15),),
        ),
        head=HeadSummary(
            coverage=0.97,
            mean=HeadAngles(-4.0, 1.5, 0.25),
            spread=HeadAngles(2.0, 3.0, 1.0),
            range=None,
            lowest=None,
            highest=None,
            movement=88.0,
            nods=4,
            shakes=0,
        ),
        voice=VoiceSummary(score=nothing, metrics=voice, pace=PaceBand.PREFERRED, pace_language="ko"),
        observations=(away,),
    )


def build_video() -> VideoSummary:
    return VideoSummary(
        container="matroska,webm",
        codec="vp8",
        width=1280,
        height=720,
        rotation=0,
        duration=60.04,
        frame_rate=29.97,
        analysed_frames=900,
        analysed_rate=14.99,
        has_audio=True,
        bytes=4_200_000,
        warnings=("truncated",),
    )


def build_result(**changes: object) -> AnalysisResult:
    """A whole result; ``changes`` replace fields of its scores."""
    return AnalysisResult(
        scores=replace(build_scores(), **changes),  # type: ignore[arg-type]
        quality=Quality(
            face_coverage=0.97,
            analysed_seconds=58.9,
            analysed_rate=14.99,
            landmark_model="face-landmarker",
            expression_model="expression",
            gaze_model=None,
            skipped=(Skippable.GAZE,),
            warnings=("truncated",),
        ),
        video=build_video(),
        timings={"fetch": 0.25, "analyse_frames": 9.125},
    )


def build_feedback(text: str = "시선이 안정적입니다.") -> Feedback:
    return Feedback(
        language=Language.KOREAN,
        overall_score=None,
        emotion_score=45.2,
        attention_score=78.5,
        stability_score=82.0,
        overall_feedback=text,
        emotion_feedback="미소가 18 % 보입니다.",
        attention_feedback="0:12에 왼쪽을 보았습니다.",
        strengths=("안정적인 시선",),
        weaknesses=(),
        improvement_suggestions=("카메라를 눈높이에 두세요.",),
        category_scores={"expression": 75.3, "voice": None},
        source=FeedbackSource.RULES,
        generated_at=START,
        keywords={"gaze": ("안정", "왼쪽")},
        keyword_analysis={"gaze": CategoryKeywords(strengths=("안정",), weaknesses=("왼쪽",))},
    )


def build_timeline(rows: int, *, seed: int = 0, duration: float | None = None) -> FrameTimeline:
    """Random metrics at about 15 rows a second, every fifth value absent."""
    random = np.random.default_rng(seed)
    columns = {name: random.normal(size=rows).astype(np.float32) for name in COLUMNS}
    for values in columns.values():
        values[random.random(rows) < 0.2] = np.nan
    timestamps = np.cumsum(random.uniform(1 / 16, 1 / 14, size=rows))
    end = float(timestamps[-1]) if rows else 0.0
    return FrameTimeline.from_columns({**columns, "timestamp": timestamps}, end + 1 / 15 if duration is None else duration)
