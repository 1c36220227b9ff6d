"""The whole line on one clip, timed from the first step to the last; loading models is left out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from interview_analysis.bench.usage import Usage, peak_rss_mib
from interview_analysis.domain.analysis import Progress
from interview_analysis.domain.media import VideoSummary
from interview_analysis.one_off import Wishes, analyse_once
from interview_analysis.settings import Settings


@dataclass(frozen=True, slots=True)
class LineRun:
    """``peak_rss_mib`` of this process up to the end of the run, models included, ffmpeg not."""

    video: VideoSummary
    used: Usage
    peak_rss_mib: float

    @property
    def real_time_factor(self) -> float:
        """Seconds of video a second."""
        return self.video.duration / self.used.wall


def run_line(clip: Path, settings: Settings, wishes: Wishes) -> LineRun:
    """Raises what ended the analysis."""
    started: list[Usage] = []

    def on_progress(progress: Progress) -> None:
        if not started:
            started.append(Usage.now())

    outcome = asyncio.run(analyse_once(str(clip), settings, on_progress, wishes))
    used = Usage.now().since(started[0])
    if outcome.error is not None or outcome.analysis.result is None:
        raise outcome.error or RuntimeError("the analysis ended without a result")
    return LineRun(outcome.analysis.result.video, used, peak_rss_mib())
