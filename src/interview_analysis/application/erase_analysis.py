"""Erase every trace of an analysis, in every store, prove it by reading back, and say what went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from interview_analysis.application.paint_overlay import overlay_of
from interview_analysis.application.ports import (
    AnalysisStore,
    CommentStore,
    DeliveryStore,
    FeedbackStore,
    FrameMetricsStore,
    VideoStore,
)
from interview_analysis.domain.analysis import VideoReference
from interview_analysis.errors import DependencyUnavailable, NotFound


class ErasePorts(Protocol):
    @property
    def videos(self) -> VideoStore: ...

    @property
    def analyses(self) -> AnalysisStore: ...

    @property
    def frames(self) -> FrameMetricsStore: ...

    @property
    def feedback(self) -> FeedbackStore: ...

    @property
    def comments(self) -> CommentStore: ...

    @property
    def deliveries(self) -> DeliveryStore: ...


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was there and is gone: the record, ``frames`` rows of metrics, the feedback, the uploaded video, ``deliveries``
    messages to other services, the ``llm_wish`` for words of a language model, and the annotated video. Reports are made when
    asked for: nothing of them is stored."""

    analysis: bool
    frames: int
    feedback: bool
    video: bool
    deliveries: int
    llm_wish: bool
    overlay: bool = False


async def erase_analysis(analysis_id: str, upload_bucket: str, ports: ErasePorts) -> Erasure:
    """Erase, and read back that nothing is left.

    The record is marked first, which shuts a running attempt out and makes the analysis expired, and goes last. So whatever
    ends this half-way, the sweep of expired analyses finds the record and does the rest. The video goes only if it was uploaded
    through this service (``upload_bucket``): others belong to the web app.

    Raises ``NotFound``, ``DependencyUnavailable`` (``erasure_unverified`` where something is still there), ``Forbidden``.
    """
    request = (await ports.analyses.retire(analysis_id)).request
    uploaded = request.video if request.video.bucket == upload_bucket else None
    overlay = overlay_of(analysis_id, upload_bucket) if request.overlay else None
    deliveries = await ports.deliveries.delete(analysis_id)
    # Before the feedback: whoever writes words for this wish finds it gone and stores nothing.
    llm_wish = await ports.comments.delete(analysis_id)
    frames = await ports.frames.delete(analysis_id)
    feedback = await ports.feedback.delete(analysis_id)
    erased_video = uploaded is not None and await ports.videos.delete(uploaded)
    erased_overlay = overlay is not None and await ports.videos.delete(overlay)
    _refuse_rest(await _left_beside_record(analysis_id, {"video": uploaded, "overlay": overlay}, ports))
    analysis = await ports.analyses.delete(analysis_id)
    _refuse_rest(["record"] if await _has_record(analysis_id, ports) else [])
    return Erasure(
        analysis=analysis,
        frames=frames,
        feedback=feedback,
        video=erased_video,
        deliveries=deliveries,
        llm_wish=llm_wish,
        overlay=erased_overlay,
    )


async def _left_beside_record(analysis_id: str, objects: Mapping[str, VideoReference | None], ports: ErasePorts) -> list[str]:
    """``objects``: what was erased of the video store, by name."""
    found = {
        "deliveries": bool((await ports.deliveries.of_analyses([analysis_id]))[analysis_id]),
        "llm_wish": await ports.comments.get(analysis_id) is not None,
        "frames": await ports.frames.holds(analysis_id),
        "feedback": await ports.feedback.get(analysis_id) is not None,
    } | {name: video is not None and await ports.videos.exists(video) for name, video in objects.items()}
    return [name for name, is_there in found.items() if is_there]


async def _has_record(analysis_id: str, ports: ErasePorts) -> bool:
    try:
        await ports.analyses.get(analysis_id)
    except NotFound:
        return False
    return True


def _refuse_rest(left: list[str]) -> None:
    if left:
        raise DependencyUnavailable(f"still there after erasing: {', '.join(left)}", code="erasure_unverified")
