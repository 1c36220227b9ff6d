"""Worker processes that are the product's but for their models, and stop dead where their analysis asks for: at the beginning
of the stage that its question names (of the frames: after the first one, FFmpeg running), or ``after`` the record was finished.

    python jobs_stages.py WORKERS               settings from the environment; nobody is seen in any frame
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Never

from interview_analysis.adapters.jobs.folders import own_folder
from interview_analysis.application.ports import AnalyzerInfo
from interview_analysis.application.progress import ProgressTracker
from interview_analysis.application.run_analysis import Line, run_analysis
from interview_analysis.bootstrap import Services, open_services
from interview_analysis.bootstrap.line import build_decoder, overlay_maker
from interview_analysis.domain.analysis import Analysis, Claim, Skippable, Stage
from interview_analysis.domain.face import Frame, FrameMetrics
from interview_analysis.settings import Settings, load_settings
from interview_analysis.worker.attempt import AttemptPolicy
from interview_analysis.worker.loop import WorkerLoop

AFTER = "after"
_LEASE_SECONDS = 600.0
"""Longer than any test: who takes the work up again has learnt of the death."""


def reached(data: Path, analysis_id: str) -> Path:
    """Exists once the worker of this analysis has stopped where it was told to."""
    return data / f"{analysis_id}.reached"


class HeldProgress(ProgressTracker):
    """Never returns from ``stage``."""

    def __init__(self, stage: str, mark: Path) -> None:
        super().__init__()
        self._held, self._mark = stage, mark

    def enter(self, stage: Stage) -> None:
        super().enter(stage)
        if stage == self._held != Stage.ANALYSE_FRAMES:
            hold(self._mark)

    def share(self, done: float) -> None:
        super().share(done)
        if self._held == Stage.ANALYSE_FRAMES:
            hold(self._mark)


def hold(mark: Path) -> Never:
    mark.touch()
    while True:
        time.sleep(600)


class NobodySeen:
    """``FrameAnalyzer`` and its session: each frame is read, and no face is in it."""

    info = AnalyzerInfo("none", None, None)

    def new_session(self, skip: frozenset[Skippable] = frozenset()) -> NobodySeen:
        return self

    def analyse(self, frames: Iterable[Frame]) -> Iterator[FrameMetrics]:
        return (FrameMetrics(frame.timestamp, None) for frame in frames)

    def close(self) -> None:
        """Nothing is open."""


def line_of(services: Services, settings: Settings) -> Line:
    # After the fork: OpenVINO starts a thread.
    from interview_analysis.audio.analyzer import SpeechVoiceAnalyzer

    return Line(
        videos=services.videos,
        decoder=build_decoder(settings),
        analyzer=NobodySeen(),
        voice=SpeechVoiceAnalyzer(seconds_factor=settings.video.decode_seconds_factor),
        frames=services.frames,
        analyses=services.analyses,
        feedback=services.feedback,
        writer=services.writer,
        work=settings.paths.work,
        language=settings.server.language,
        overlay=overlay_maker(settings, services.videos),
    )


async def _work(settings: Settings, worker: str) -> None:
    async with open_services(settings) as services:
        line = line_of(services, settings)

        async def run(analysis: Analysis, claim: Claim, progress: ProgressTracker) -> None:
            mark = reached(settings.paths.data_dir, analysis.id)
            await run_analysis(analysis, claim, line, HeldProgress(analysis.request.question_text or "", mark))
            hold(mark)

        policy = AttemptPolicy(max_attempts=3, retry_seconds=0.1, lease_seconds=_LEASE_SECONDS)
        await WorkerLoop(worker, services.analyses, policy, asyncio.Event()).run(run)


def _be_worker(settings: Settings, name: str) -> None:
    with own_folder(settings.paths.work, name):
        asyncio.run(_work(settings, name))


if __name__ == "__main__":
    configured = load_settings()
    # A lock that another thread holds at that moment would stay held in the child for ever.
    assert len(list(Path("/proc/self/task").iterdir())) == 1
    for number in range(int(sys.argv[1])):  # forked, since importing costs more than all else
        if os.fork() == 0:
            _be_worker(configured, f"held-{number}")
    os.wait()
