"""Erase every trace of an analysis, in every store, and say what went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from interview_analysis.application.ports import AnalysisStore, FeedbackStore, FrameMetricsStore, VideoStore


class ErasePorts(Protocol):
    @property
    def videos(self) -> VideoStore: ...

    @property
    def analyses(self) -> AnalysisStore: ...

    @property
    def frames(self) -> FrameMetricsStore: ...

    @property
    def feedback(self) -> FeedbackStore: ...


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was there and is gone: the record, ``frames`` rows of metrics, the feedback, the uploaded video."""

    analysis: bool
    frames: int
    feedback: bool
    video: bool


async def erase_analysis(analysis_id: str, upload_bucket: str, ports: ErasePorts) -> Erasure:
    """Erase; a running attempt loses its claim first, so it cannot write afterwards.

    The video goes only if it was uploaded through this service (``upload_bucket``): others belong to the web app. Raises
    ``NotFound``.
    """
    video = (await ports.analyses.get(analysis_id)).request.video
    analysis = await ports.analyses.delete(analysis_id)
    return Erasure(
        analysis=analysis,
        frames=await ports.frames.delete(analysis_id),
        feedback=await ports.feedback.delete(analysis_id),
        video=video.bucket == upload_bucket and await ports.videos.delete(video),
    )
