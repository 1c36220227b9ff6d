"""THE LINE: frames and voice side by side, and what an error in one of them means for the other."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from interview_analysis.application.ports import AnalyzerInfo
from interview_analysis.application.progress import ProgressTracker
from interview_analysis.application.run_analysis import Line, run_analysis
from interview_analysis.domain.analysis import AnalysisResult, AnalysisStatus, Claim
from interview_analysis.domain.feedback import Language
from interview_analysis.domain.media import VideoProbe
from interview_analysis.errors import AnalysisCancelled, InterviewAnalysisError, VideoError
from store_builders import build_analysis

SECONDS = 5.0
"""No wait of these tests comes near it unless the line is wrong."""
PROBE = VideoProbe(
    container="matroska", codec="vp8", width=320, height=240, rotation=0, pixel_aspect=1.0, start=0.0, duration=1.0,
    packets=15, frame_rate=15.0, has_audio=True, bytes=1000, warnings=(),
)  # fmt: skip

Step = Callable[[Path], object]


def nothing(path: Path) -> None:
    """A step that finds nothing."""


def left_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class FakeLine:
    """Ports that do next to nothing; ``frames`` and ``voice`` are called in their threads with the video's path."""

    def __init__(self, work: Path, frames: Step = nothing, voice: Step = nothing) -> None:
        self.finished: list[AnalysisResult] = []
        self._frames = frames
        line = SimpleNamespace(
            videos=SimpleNamespace(fetch=self._fetch),
            decoder=SimpleNamespace(probe=lambda path: PROBE, decode=self._decode),
            analyzer=SimpleNamespace(new_session=self._session, info=AnalyzerInfo("landmarks", None, None)),
            voice=SimpleNamespace(analyse=lambda path, duration: voice(path)),
            frames=SimpleNamespace(save=self._keep),
            analyses=SimpleNamespace(finish=self._finish),
            feedback=SimpleNamespace(save=self._keep),
            writer=SimpleNamespace(write=self._keep),
            work=work,
            language=Language.ENGLISH,
            transcriber=None,
            comments=None,
            overlay=None,
        )
        self.line = cast("Line", line)

    async def run(self, progress: ProgressTracker | None = None) -> None:
        known = build_analysis()
        analysis = replace(known, request=replace(known.request, skip=frozenset()))
        await run_analysis(analysis, Claim(analysis.id, 1, "w"), self.line, progress or ProgressTracker())

    async def _fetch(self, reference: object, path: Path) -> None:
        await asyncio.to_thread(path.write_bytes, b"video")

    @contextmanager
    def _decode(self, path: Path, probe: VideoProbe) -> Iterator[Any]:
        self._frames(path)
        yield SimpleNamespace(duration=1.0, warnings=())

    def _session(self, skip: object) -> Any:
        return SimpleNamespace(analyse=lambda decoded: iter(()), close=lambda: None)

    async def _keep(self, *_: object) -> None:
        return None

    async def _finish(self, claim: Claim, result: AnalysisResult) -> None:
        self.finished.append(result)


async def test_voice_is_heard_while_frames_are_analysed(tmp_path: Path) -> None:
    heard = threading.Event()
    line = FakeLine(tmp_path, frames=lambda path: heard.wait(SECONDS), voice=lambda path: heard.set())
    await asyncio.wait_for(line.run(), SECONDS)
    assert heard.is_set()
    assert len(line.finished) == 1


async def test_an_error_of_the_frames_waits_until_nobody_reads_the_video(tmp_path: Path) -> None:
    listening, failed, there = threading.Event(), threading.Event(), list[bool]()

    def break_off(path: Path) -> None:
        listening.wait(SECONDS)
        failed.set()
        raise VideoError("not one frame")

    def listen(path: Path) -> None:
        listening.set()
        failed.wait(SECONDS)
        there.append(path.is_file())

    line = FakeLine(tmp_path, frames=break_off, voice=listen)
    with pytest.raises(VideoError):
        await line.run()
    assert there == [True]
    assert not left_in(tmp_path)


async def test_an_error_of_the_voice_ends_the_analysis(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        raise VideoError("the sound takes too long", code="video_too_long")

    line = FakeLine(tmp_path, voice=fail)
    with pytest.raises(VideoError) as error:
        await line.run()
    assert error.value.code == "video_too_long"
    assert line.finished == []


async def test_stopped_it_ends_with_the_reason(tmp_path: Path) -> None:
    progress = ProgressTracker()
    line = FakeLine(tmp_path, frames=lambda path: progress.stop(AnalysisCancelled("by the user")))
    with pytest.raises(InterviewAnalysisError, match="by the user"):
        await line.run(progress)
    assert line.finished == []


@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_language_model_is_wished_for_before_the_end_and_never_waited_for(tmp_path: Path, cancelled: bool) -> None:
    """What is wished for outlives a process that dies right after the end; a cancelled analysis leaves no wish."""
    line, wishes = FakeLine(tmp_path), list[str]()

    async def wish(analysis_id: str) -> None:
        assert line.finished == []
        wishes.append(analysis_id)

    async def finish(*_: object) -> None:
        raise AnalysisCancelled("meanwhile")

    async def get(_: str) -> Any:
        return SimpleNamespace(status=AnalysisStatus.CANCELLED)

    async def delete(analysis_id: str) -> None:
        with contextlib.suppress(ValueError):
            wishes.remove(analysis_id)

    changing = cast("Any", line.line)
    changing.comments = SimpleNamespace(wish=wish, delete=delete)
    if not cancelled:
        await line.run()
        assert wishes == [build_analysis().id]
        return
    changing.analyses = SimpleNamespace(finish=finish, get=get)
    changing.frames.delete = changing.feedback.delete = delete
    with pytest.raises(AnalysisCancelled):
        await line.run()
    assert wishes == []
