"""THE LINE: what happens to a video, from its store to finished scores and words."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from interview_analysis.application.paint_overlay import OVERLAY_FAILED, OverlayMaker
from interview_analysis.application.ports import (
    AnalysisStore,
    AnalyzerInfo,
    CommentStore,
    FeedbackStore,
    FeedbackWriter,
    FrameAnalyzer,
    FrameMetricsStore,
    Transcriber,
    VideoDecoder,
    VideoStore,
    VoiceAnalyzer,
)
from interview_analysis.application.progress import ProgressTracker
from interview_analysis.application.transcribe import transcribe_speech, transcript_warnings
from interview_analysis.domain.analysis import (
    Analysis,
    AnalysisResult,
    AnalysisStatus,
    Claim,
    Quality,
    Skippable,
    Stage,
)
from interview_analysis.domain.feedback import FeedbackRequest, Language
from interview_analysis.domain.media import VideoProbe, VideoSummary
from interview_analysis.domain.overlay import LandmarkTrack, OverlayScene, running_scores
from interview_analysis.domain.scoring import score_interview
from interview_analysis.domain.scoring.results import InterviewScores
from interview_analysis.domain.timeline import FrameTimeline, TimelineBuilder
from interview_analysis.domain.voice import VoiceMetrics
from interview_analysis.domain.wording import Transcription
from interview_analysis.errors import AnalysisCancelled, ClaimLost, NotFound, StorageFull

_recalibrations = logging.getLogger("interview_analysis.recalibration")
_T = TypeVar("_T")
_Seen = tuple[FrameTimeline, VoiceMetrics | None, LandmarkTrack]


@dataclass(frozen=True, slots=True)
class Line:
    """Everything the line runs over. ``work`` holds one temporary folder an attempt. ``transcriber``: ``None`` = off.
    ``comments`` is asked for the words of a language model, which come later; ``None`` without one. ``overlay`` paints
    annotated videos for those who ask for one."""

    videos: VideoStore
    decoder: VideoDecoder
    analyzer: FrameAnalyzer
    voice: VoiceAnalyzer
    frames: FrameMetricsStore
    analyses: AnalysisStore
    feedback: FeedbackStore
    writer: FeedbackWriter
    work: Path
    language: Language
    transcriber: Transcriber | None = None
    comments: CommentStore | None = None
    overlay: OverlayMaker | None = None


async def run_analysis(analysis: Analysis, claim: Claim, line: Line, progress: ProgressTracker) -> None:
    """Carry one claimed analysis to its end.

    Every store is written idempotently, the record last, so an attempt that dies anywhere can be repeated whole. Raises the
    errors of the ports; ``AnalysisCancelled`` or ``ClaimLost`` when this attempt may no longer write.
    """
    request = analysis.request
    track = LandmarkTrack() if request.overlay and line.overlay is not None else None
    with _work_folder(line.work, claim) as folder:
        path = folder / "video"
        progress.enter(Stage.FETCH)
        await line.videos.fetch(request.video, path)
        progress.enter(Stage.PROBE)
        probe = await _in_thread(progress, lambda: line.decoder.probe(path))
        progress.enter(Stage.ANALYSE_FRAMES)
        async with _beside(_listen(path, probe, line, request.skip, progress)) as hearing:
            timeline, video = await _in_thread(
                progress, lambda: analyse_frames(path, probe, line, request.skip, progress, track)
            )
            progress.enter(Stage.ANALYSE_VOICE)
            voice, spoken = await hearing
        painted = None if track is None else await _paint(path, probe, analysis, line, (timeline, voice, track), progress)
    try:
        progress.enter(Stage.STORE)
        await line.frames.save(analysis.id, claim.attempt, timeline, analysis.expires_at)
        progress.enter(Stage.SCORE)
        language = request.spoken_language or spoken.language
        scores = score_interview(timeline, voice, request.skip, line.analyzer.info.gaze_model, language)
        _log_recalibration(analysis.id, scores)
        progress.enter(Stage.FEEDBACK)
        wish = FeedbackRequest(
            scores=scores,
            video=video,
            language=line.language,
            question_text=request.question_text,
            transcription=spoken,
        )
        await line.feedback.save(analysis.id, await line.writer.write(wish))
        if line.comments is not None:
            await line.comments.wish(analysis.id)
        progress.enter(Stage.DONE)
        unpainted = (OVERLAY_FAILED,) if painted is False else ()
        warnings = (*video.warnings, *transcript_warnings(spoken), *unpainted)
        quality = _quality(scores, video, line.analyzer.info, request.skip, warnings)
        result = AnalysisResult(scores=scores, quality=quality, video=video, timings=progress.timings, transcription=spoken)
        await line.analyses.finish(claim, result)
    except (AnalysisCancelled, ClaimLost, asyncio.CancelledError):
        await asyncio.shield(_discard_unowned(analysis.id, line))
        raise


def analyse_frames(
    path: Path,
    probe: VideoProbe,
    line: Line,
    skip: frozenset[Skippable],
    progress: ProgressTracker,
    track: LandmarkTrack | None = None,
) -> tuple[FrameTimeline, VideoSummary]:
    """Decode and measure all frames as they come. Blocking. Raises ``VideoError`` and what ``progress`` was stopped with."""
    columns = TimelineBuilder()
    with contextlib.closing(line.analyzer.new_session(skip)) as session, line.decoder.decode(path, probe) as decoded:
        for row in session.analyse(decoded):
            columns.add(row)
            if track is not None:
                track.add(row)
            progress.share(row.timestamp / probe.duration if probe.duration > 0 else 0.0)
        duration, warnings = decoded.duration, decoded.warnings
    timeline = columns.build(duration)
    return timeline, _summarise(probe, timeline, warnings)


async def _paint(path: Path, probe: VideoProbe, analysis: Analysis, line: Line, seen: _Seen, progress: ProgressTracker) -> bool:
    """Whether the annotated video is stored. The line goes on without it."""
    maker, skip, model = line.overlay, analysis.request.skip, line.analyzer.info.gaze_model
    if maker is None:
        return False
    progress.enter(Stage.OVERLAY)

    def paint() -> Path | None:
        timeline, voice, track = seen
        scores = score_interview(timeline, voice, skip, model)
        running = running_scores(timeline, skip, model)
        return maker.paint(path, probe, OverlayScene(track, timeline, scores, running, line.language), progress)

    painted = await _in_thread(progress, paint)
    return painted is not None and await maker.keep(analysis.id, painted)


async def _listen(
    path: Path, probe: VideoProbe, line: Line, skip: frozenset[Skippable], progress: ProgressTracker
) -> tuple[VoiceMetrics | None, Transcription]:
    voice = await _in_thread(progress, lambda: _analyse_voice(path, probe, line, skip))
    return voice, await transcribe_speech(path, voice, line.transcriber, skip)


def _analyse_voice(path: Path, probe: VideoProbe, line: Line, skip: frozenset[Skippable]) -> VoiceMetrics | None:
    """Blocking. Short beside the frames, and done on what processor time they leave."""
    if not probe.has_audio or Skippable.VOICE in skip:
        return None
    return line.voice.analyse(path, probe.duration)


def _summarise(probe: VideoProbe, timeline: FrameTimeline, warnings: tuple[str, ...]) -> VideoSummary:
    return VideoSummary(
        container=probe.container,
        codec=probe.codec,
        width=probe.width,
        height=probe.height,
        rotation=probe.rotation,
        duration=timeline.duration,
        frame_rate=probe.frame_rate,
        analysed_frames=len(timeline),
        analysed_rate=_rate(timeline),
        has_audio=probe.has_audio,
        bytes=probe.bytes,
        warnings=tuple(dict.fromkeys((*probe.warnings, *warnings))),
    )


def _rate(timeline: FrameTimeline) -> float:
    """Analysed frames per second of recorded time (gaps left out); 0 where there is too little to tell."""
    seconds = float(timeline.weights().sum())
    return len(timeline) / seconds if seconds > 0 else 0.0


def _quality(
    scores: InterviewScores,
    video: VideoSummary,
    models: AnalyzerInfo,
    skip: frozenset[Skippable],
    warnings: tuple[str, ...],
) -> Quality:
    return Quality(
        face_coverage=scores.face_coverage,
        analysed_seconds=scores.analysed_seconds,
        analysed_rate=video.analysed_rate,
        landmark_model=models.landmark_model,
        expression_model=None if Skippable.EXPRESSION in skip else models.expression_model,
        gaze_model=None if Skippable.GAZE in skip else models.gaze_model,
        anxiety_model=None if Skippable.EXPRESSION in skip else models.anxiety_model,
        expression_runtime=None if Skippable.EXPRESSION in skip else models.expression_runtime,
        gaze_runtime=None if Skippable.GAZE in skip else models.gaze_runtime,
        skipped=tuple(sorted(skip)),
        warnings=warnings,
    )


def _log_recalibration(analysis_id: str, scores: InterviewScores) -> None:
    """One JSON line a session: where the candidate's own target lies, relative to which gaze is scored."""
    target, cone = scores.eye.target, scores.eye.cone
    if target is None:
        return
    entry = {
        "time": datetime.now(UTC).isoformat(),
        "analysis_id": analysis_id,
        "target_pitch": round(target.pitch, 3),
        "target_yaw": round(target.yaw, 3),
        "cone": cone,
        "formula_version": scores.formula_version,
    }
    _recalibrations.info(json.dumps(entry))


async def _discard_unowned(analysis_id: str, line: Line) -> None:
    """Erase what this attempt has stored if its analysis was erased or cancelled meanwhile; a newer attempt's data stay."""
    try:
        status = (await line.analyses.get(analysis_id)).status
    except NotFound:
        status = AnalysisStatus.CANCELLED
    if status is AnalysisStatus.CANCELLED:
        await line.frames.delete(analysis_id)
        if line.comments is not None:
            await line.comments.delete(analysis_id)
        if line.overlay is not None:
            await line.overlay.discard(analysis_id)
        await line.feedback.delete(analysis_id)


@contextlib.contextmanager
def _work_folder(root: Path, claim: Claim) -> Iterator[Path]:
    folder = root / claim.worker / f"{claim.analysis_id}-{claim.attempt}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise StorageFull(f"no work folder: {error.strerror}") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def _beside(work: Coroutine[Any, Any, _T]) -> AsyncIterator[asyncio.Task[_T]]:
    """``work`` runs while the context is entered; it never outlives it, and its own error waits to be asked for."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])
        _ = task.cancelled() or task.exception()


async def _in_thread(progress: ProgressTracker, work: Callable[[], _T]) -> _T:
    """Run blocking ``work`` in a thread. Cancelled, it stops the thread at its next progress step and waits for it, so that
    no thread uses a work folder that is already gone."""
    future = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        progress.stop(AnalysisCancelled("the task was cancelled"))
        await asyncio.wait([future])
        _ = future.cancelled() or future.exception()  # asked for, asyncio does not log it
        raise
