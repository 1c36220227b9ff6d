"""One analysis in this process, without a server: the same line over stores that live as long as the command."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from interview_analysis.adapters.video_store.local import LocalVideoStore
from interview_analysis.api.exports import build_parquet, stream_csv
from interview_analysis.application.paint_overlay import has_overlay, overlay_of
from interview_analysis.application.ports import FrameAnalyzer
from interview_analysis.application.progress import ProgressTracker
from interview_analysis.application.read_analysis import result_of
from interview_analysis.application.run_analysis import Line, run_analysis
from interview_analysis.application.submit_analysis import new_analysis_id
from interview_analysis.bootstrap import open_worker_services
from interview_analysis.domain.analysis import (
    Analysis,
    AnalysisRequest,
    AnalysisStatus,
    Claim,
    Failure,
    Progress,
    Stage,
    VideoReference,
)
from interview_analysis.domain.feedback import Feedback
from interview_analysis.errors import Conflict, InputError, InterviewAnalysisError
from interview_analysis.report.page import Report, render_html
from interview_analysis.report.pdf import PdfPress
from interview_analysis.settings import Settings

OnProgress = Callable[[Progress], None]

_S3_ADDRESS = re.compile(r"s3://([^/]+)/(.+)", re.DOTALL)
_FILE = VideoReference("command-line", "video")
_USER = "cli"
_LEASE_SECONDS = 86400.0
"""Nobody else works on these stores."""
_LOOK_SECONDS = 0.1
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The finished record and its feedback, or the error that ended it."""

    analysis: Analysis
    feedback: Feedback | None
    error: InterviewAnalysisError | None


@dataclass(frozen=True, slots=True)
class Wishes:
    """Files to write: every frame's metrics (.csv or .parquet), the report (.html or .pdf), the annotated video (.webm).
    ``spoken_language``: of the answer, ISO 639-1. ``analyzer`` stands in for the configured one."""

    frames: Path | None = None
    report: Path | None = None
    overlay: Path | None = None
    spoken_language: str | None = None
    analyzer: FrameAnalyzer | None = None


async def analyse_once(source: str, settings: Settings, on_progress: OnProgress, wishes: Wishes = Wishes()) -> Outcome:
    """``source`` is a file or ``s3://bucket/key`` in the configured store.

    Raises ``InputError`` for a file that is not there, ``ModelUnavailable``, ``DependencyUnavailable`` where the models or the
    stores of the command cannot be opened; what is wrong with the video is in the outcome.
    """
    with tempfile.TemporaryDirectory(prefix="interview-analysis-") as folder:
        async with _open_line(source, settings, Path(folder)) as (opened, video):
            line = opened if wishes.analyzer is None else replace(opened, analyzer=wishes.analyzer)
            request = AnalysisRequest(video=video, spoken_language=wishes.spoken_language, overlay=wishes.overlay is not None)
            analysis, claim = await _claim(line, request)
            error = await _run(analysis, claim, line, on_progress)
            if error is not None:
                await line.analyses.fail(claim, Failure(error.code, error.detail))
            else:
                await _write(line, await line.analyses.get(analysis.id), wishes)
            return Outcome(await line.analyses.get(analysis.id), await line.feedback.get(analysis.id), error)


@asynccontextmanager
async def _open_line(source: str, settings: Settings, folder: Path) -> AsyncIterator[tuple[Line, VideoReference]]:
    address = _S3_ADDRESS.fullmatch(source)
    if address is None:
        _check_file(Path(source))
    paths = settings.paths.model_copy(update={"data_dir": folder})
    async with open_worker_services(settings.model_copy(update={"paths": paths})) as opened:
        # What is painted stays with this command, whatever store the video comes from.
        kept = LocalVideoStore(paths.buckets, settings.video.max_bytes)
        line = replace(opened, overlay=None if opened.overlay is None else replace(opened.overlay, videos=kept))
        if address is not None and settings.s3.enabled:
            yield line, VideoReference(*address.groups())
            return
        root = settings.paths.buckets if address is not None else paths.buckets
        videos = LocalVideoStore(root, settings.video.max_bytes)
        video = _FILE if address is None else VideoReference(*address.groups())
        if address is None:
            await videos.put(video, _chunks(Path(source)))
        yield replace(line, videos=videos), video


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise InputError(f"there is no file {path}", code="video_not_found")


async def _claim(line: Line, request: AnalysisRequest) -> tuple[Analysis, Claim]:
    now = datetime.now(UTC)
    line.videos.check(request.video)
    await line.analyses.add(
        Analysis(
            id=new_analysis_id(_USER, now),
            request=request,
            status=AnalysisStatus.QUEUED,
            progress=Progress(Stage.QUEUED, 0.0),
            created_at=now,
        )
    )
    claimed = await line.analyses.claim_next(f"{_USER}-{os.getpid()}", _LEASE_SECONDS)
    if claimed is None:
        raise Conflict("the analysis that was just recorded cannot be claimed")
    return claimed


async def _run(analysis: Analysis, claim: Claim, line: Line, on_progress: OnProgress) -> InterviewAnalysisError | None:
    progress = ProgressTracker()
    work = asyncio.create_task(run_analysis(analysis, claim, line, progress))
    try:
        while not work.done():
            on_progress(progress.current)
            await asyncio.wait({work}, timeout=_LOOK_SECONDS)
        await work
    except InterviewAnalysisError as error:
        return error
    finally:
        work.cancel()
        await asyncio.wait({work})
    on_progress(progress.current)
    return None


async def _write(line: Line, analysis: Analysis, wishes: Wishes) -> None:
    if wishes.frames is not None:
        await _export(line, analysis, wishes.frames)
    if wishes.overlay is not None and line.overlay is not None and has_overlay(analysis):
        await line.overlay.videos.fetch(overlay_of(analysis.id, line.overlay.bucket), wishes.overlay)
    if wishes.report is not None:
        page = render_html(
            Report(
                analysis=analysis,
                result=result_of(analysis),
                language=line.language,
                feedback=await line.feedback.get(analysis.id),
                timeline=await line.frames.read(analysis.id),
            )
        )
        is_pdf = wishes.report.suffix == ".pdf"
        wishes.report.write_bytes(await PdfPress().set(page) if is_pdf else page.encode())


async def _export(line: Line, analysis: Analysis, path: Path) -> None:
    with path.open("wb") as file:
        if path.suffix == ".parquet":
            file.write(await build_parquet(line.frames, analysis))
            return
        async for chunk in stream_csv(line.frames, analysis):
            file.write(chunk)


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
