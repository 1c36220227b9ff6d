"""Domain → documents of the contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from interview_analysis.api.estimates import accepted_message
from interview_analysis.api.schemas.analysis import (
    Accepted,
    AnalysisDocument,
    Angles2,
    Angles3,
    CallbackDocument,
    EmotionAnalysis,
    ErrorPart,
    EyeTracking,
    HeadPose,
    ObservationDocument,
    ProgressPart,
    QualityDocument,
    ScorePartDocument,
    Span,
    StatusDocument,
    VideoDocument,
    VoiceAnalysis,
)
from interview_analysis.api.schemas.transcript import transcript_analysis
from interview_analysis.domain.analysis import Analysis, AnalysisRequest, AnalysisResult, AnalysisState, AnalysisStatus
from interview_analysis.domain.delivery import Delivery, DeliveryKind
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.feedback import Language
from interview_analysis.domain.pose import HeadAngles
from interview_analysis.domain.scoring.results import (
    ExpressionSummary,
    EyeSummary,
    HeadSummary,
    InterviewScores,
    Observation,
    Score,
    VoiceSummary,
)
from interview_analysis.domain.wording import Transcription
from interview_analysis.messages import message
from interview_analysis.words import code_sentence, expression_grade, reason_sentence, steadiness_grade


def accepted_document(analysis: Analysis, now: datetime, language: Language) -> Accepted:
    """Answer to a submission; one that was replayed after its analysis had ended says so."""
    if analysis.status.is_final:
        done = analysis.finished_at or now
        status, sentence = analysis.status, message("already_finished", language)
    else:
        done = max(now, analysis.estimated_completion or now)
        status, sentence = AnalysisStatus.PROCESSING, accepted_message(now, done, language)
    whole_seconds = done.replace(microsecond=0)
    return Accepted(analysis_id=analysis.id, status=status, message=sentence, estimated_completion=whole_seconds)


def analysis_document(analysis: Analysis, language: Language, deliveries: Sequence[Delivery] = ()) -> AnalysisDocument:
    """The whole analysis, finished or not, with its ``deliveries`` to other services."""
    request, result = analysis.request, analysis.result
    return AnalysisDocument(
        analysis_id=analysis.id,
        status=analysis.status,
        progress=_progress(analysis.state),
        user_id=request.user_id,
        session_id=request.session_id,
        question_num=request.question_num,
        question_text=request.question_text,
        created_at=analysis.created_at,
        started_at=analysis.started_at,
        finished_at=analysis.finished_at,
        estimated_completion=analysis.estimated_completion,
        expires_at=analysis.expires_at,
        consent=request.consent,
        priority=request.priority,
        spoken_language=request.spoken_language,
        callback=_callback(request, deliveries),
        attempt=analysis.attempt,
        overlay=request.overlay,
        video=_video(analysis),
        error=_error(analysis.state, language),
        **_result_parts(result, language),
    )


def status_document(state: AnalysisState, language: Language) -> StatusDocument:
    """Status and progress alone."""
    return StatusDocument(
        analysis_id=state.id,
        status=state.status,
        progress=_progress(state),
        estimated_completion=state.estimated_completion,
        error=_error(state, language),
    )


def observation_documents(observations: Sequence[Observation]) -> list[ObservationDocument]:
    """In their order."""
    return [ObservationDocument(kind=o.kind, start=o.start, end=o.end, direction=o.direction) for o in observations]


_RESULT_FIELDS = (
    "emotion_analysis",
    "eye_tracking",
    "head_pose",
    "voice_analysis",
    "voice_reason",
    "voice_reason_message",
    "transcript_analysis",
    "transcript_reason",
    "transcript_reason_message",
    "quality",
    "formula_version",
    "overall_score",
    "overall_grade",
    "overall_reason",
    "overall_reason_message",
)


def _result_parts(result: AnalysisResult | None, language: Language) -> dict[str, Any]:
    """Fields of a finished analysis; all absent before."""
    if result is None:
        return dict.fromkeys(_RESULT_FIELDS) | {"observations": [], "timings": {}}
    scores = result.scores
    return {
        "emotion_analysis": _emotion(scores.expression, language),
        "eye_tracking": _eye(scores.eye, language),
        "head_pose": _head(scores.head, language),
        "voice_analysis": _voice(scores.voice, language),
        "voice_reason": scores.voice.score.reason,
        "voice_reason_message": reason_sentence(scores.voice.score.reason, language),
        **_transcript(result.transcription or Transcription(), language),
        "observations": observation_documents(scores.observations),
        "quality": _quality(result),
        "formula_version": scores.formula_version,
        "timings": result.timings,
        **_overall(scores, language),
    }


def _transcript(found: Transcription, language: Language) -> dict[str, Any]:
    return {
        "transcript_analysis": transcript_analysis(found),
        "transcript_reason": found.reason,
        "transcript_reason_message": code_sentence(found.reason, language),
    }


def _overall(scores: InterviewScores, language: Language) -> dict[str, Any]:
    return {
        "overall_score": scores.overall.value,
        "overall_grade": expression_grade(scores.overall.grade, language),
        "overall_reason": scores.overall.reason,
        "overall_reason_message": reason_sentence(scores.overall.reason, language),
    }


def _scored(score: Score, language: Language) -> dict[str, Any]:
    parts = [
        ScorePartDocument(
            name=part.name,
            points=part.points,
            maximum=part.maximum,
            measured=part.measured,
            unit=part.unit,
            reason=part.reason,
        )
        for part in score.parts
    ]
    return {
        "maximum": score.maximum,
        "coverage": score.coverage,
        "parts": parts,
        "reason": score.reason,
        "reason_message": reason_sentence(score.reason, language),
    }


def _emotion(summary: ExpressionSummary, language: Language) -> EmotionAnalysis:
    return EmotionAnalysis(
        **_scored(summary.score, language),
        interview_score=summary.score.value,
        grade=expression_grade(summary.score.grade, language),
        emotions=summary.emotions,
        dominant=summary.dominant,
        steadiness=summary.steadiness,
        smile_share=summary.smile_share,
        smiles=_spans(summary.smiles),
    )


def _eye(summary: EyeSummary, language: Language) -> EyeTracking:
    blink = next((part for part in summary.score.parts if part.name == "blink"), None)
    return EyeTracking(
        **_scored(summary.score, language),
        attention_score=summary.score.value,
        grade=steadiness_grade(summary.score.grade, language),
        gaze_stability=summary.stability,
        blink_frequency=summary.blink_rate,
        blink_frequency_reason=blink.reason if blink is not None and summary.blink_rate is None else None,
        blink_count=summary.blink_count,
        blinks=_spans(summary.blinks),
        gaze_directions=summary.directions,
        on_target=summary.on_target,
        bcea=summary.bcea,
        target=None if summary.target is None else Angles2(pitch=summary.target.pitch, yaw=summary.target.yaw),
        cone=summary.cone,
        looked_away_per_minute=summary.looked_away_per_minute,
    )


def _head(summary: HeadSummary, language: Language) -> HeadPose:
    return HeadPose(
        coverage=summary.coverage,
        mean=_angles(summary.mean),
        spread=_angles(summary.spread),
        range=_angles(summary.range),
        lowest=_angles(summary.lowest),
        highest=_angles(summary.highest),
        movement=summary.movement,
        nods=summary.nods,
        shakes=summary.shakes,
        reason=summary.reason,
        reason_message=reason_sentence(summary.reason, language),
    )


def _voice(summary: VoiceSummary, language: Language) -> VoiceAnalysis | None:
    metrics = summary.metrics
    if metrics is None:
        return None
    pauses = [pause.seconds for pause in metrics.pauses]
    return VoiceAnalysis(
        **_scored(summary.score, language),
        voice_score=summary.score.value,
        grade=steadiness_grade(summary.score.grade, language),
        talk_seconds=metrics.talk_seconds,
        talk_ratio=metrics.talk_ratio,
        response_latency=metrics.response_latency,
        pause_count=len(pauses),
        pause_mean=sum(pauses) / len(pauses) if pauses else None,
        pause_longest=max(pauses, default=None),
        pauses=_spans(metrics.pauses),
        speech=_spans(metrics.speech),
        loudness_spread=metrics.loudness_spread,
        syllables=metrics.syllables,
        syllables_per_minute=metrics.syllable_rate,
        pace=summary.pace,
        pace_language=summary.pace_language,
        pitch_median_hz=metrics.pitch_median,
        pitch_range_semitones=metrics.pitch_range,
    )


def _quality(result: AnalysisResult) -> QualityDocument:
    quality = result.quality
    return QualityDocument(
        face_coverage=quality.face_coverage,
        analysed_seconds=quality.analysed_seconds,
        analysed_rate=quality.analysed_rate,
        landmark_model=quality.landmark_model,
        expression_model=quality.expression_model,
        gaze_model=quality.gaze_model,
        anxiety_model=quality.anxiety_model,
        expression_runtime=quality.expression_runtime,
        gaze_runtime=quality.gaze_runtime,
        skipped=list(quality.skipped),
        warnings=list(quality.warnings),
    )


def _video(analysis: Analysis) -> VideoDocument:
    reference = analysis.request.video
    if analysis.result is None:
        return VideoDocument(s3_bucket=reference.bucket, s3_key=reference.key)
    video = analysis.result.video
    return VideoDocument(
        s3_bucket=reference.bucket,
        s3_key=reference.key,
        container=video.container,
        codec=video.codec,
        width=video.width,
        height=video.height,
        rotation=video.rotation,
        duration=video.duration,
        frame_rate=video.frame_rate,
        analysed_frames=video.analysed_frames,
        has_audio=video.has_audio,
        bytes=video.bytes,
    )


def _callback(request: AnalysisRequest, deliveries: Sequence[Delivery]) -> CallbackDocument | None:
    sent = next((delivery for delivery in deliveries if delivery.kind is DeliveryKind.CALLBACK), None)
    if sent is not None:
        return CallbackDocument(state=sent.state, attempts=sent.attempt, last_error=sent.failure)
    return None if request.callback_url is None else CallbackDocument(state="waiting", attempts=0, last_error=None)


def _progress(state: AnalysisState) -> ProgressPart:
    return ProgressPart(stage=state.progress.stage, percent=state.progress.percent)


def _error(state: AnalysisState, language: Language) -> ErrorPart | None:
    if state.failure is None:
        return None
    code = state.failure.code
    return ErrorPart(code=code, message=message(code, language), detail=state.failure.detail)


def _spans(episodes: Sequence[Episode]) -> list[Span]:
    return [Span(start=episode.start, end=episode.end) for episode in episodes]


def _angles(angles: HeadAngles | None) -> Angles3 | None:
    return None if angles is None else Angles3(pitch=angles.pitch, yaw=angles.yaw, roll=angles.roll)
