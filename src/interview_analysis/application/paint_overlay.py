"""The annotated video: painted while the video is at hand, kept in the store of uploads, erased with its analysis."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from interview_analysis.application.ports import OverlayPainter, VideoDecoder, VideoStore
from interview_analysis.application.progress import ProgressTracker
from interview_analysis.domain.analysis import Analysis, VideoReference
from interview_analysis.domain.face import Frame
from interview_analysis.domain.media import VideoProbe
from interview_analysis.domain.overlay import OverlayScene
from interview_analysis.errors import Forbidden, NotFound, VideoError

_log = logging.getLogger(__name__)

OVERLAY_FAILED = "overlay_failed"
"""Warning of an analysis whose video could not be painted."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class OverlayMaker:
    """``decoder`` hands out every frame; painted videos go to ``bucket`` of ``videos``."""

    videos: VideoStore
    bucket: str
    decoder: VideoDecoder
    painter: OverlayPainter

    def paint(self, path: Path, probe: VideoProbe, scene: OverlayScene, progress: ProgressTracker) -> Path | None:
        """The painted video beside ``path``; ``None`` where it cannot be made. Blocking. Raises ``DependencyUnavailable`` and
        what ``progress`` was stopped with."""
        target = path.with_suffix(".webm")
        try:
            with self.decoder.decode(path, probe) as decoded:
                self.painter.paint(_watched(decoded, probe.duration, progress), scene, path, target)
        except VideoError as error:
            _log.warning("no overlay: %s: %s", error.code, error.detail)
            return None
        return target

    async def keep(self, analysis_id: str, painted: Path) -> bool:
        """``False`` where the store does not take it: the bucket is not there or not ours to write, or the video is too large.
        Raises ``StorageFull``, ``DependencyUnavailable``."""
        try:
            with painted.open("rb") as file:
                await self.videos.put(overlay_of(analysis_id, self.bucket), _chunks(file))
        except (NotFound, Forbidden, VideoError) as error:
            _log.warning("the overlay is not kept: %s: %s", error.code, error.detail)
            return False
        return True

    async def discard(self, analysis_id: str) -> None:
        await self.videos.delete(overlay_of(analysis_id, self.bucket))


def overlay_of(analysis_id: str, bucket: str) -> VideoReference:
    """Where the annotated video of an analysis lies."""
    return VideoReference(bucket, f"overlays/{analysis_id}.webm")


def has_overlay(analysis: Analysis) -> bool:
    """Whether an annotated video was asked for and made."""
    result = analysis.result
    return analysis.request.overlay and result is not None and OVERLAY_FAILED not in result.quality.warnings


def _watched(frames: Iterable[Frame], duration: float, progress: ProgressTracker) -> Iterator[Frame]:
    for frame in frames:
        progress.share(frame.timestamp / duration if duration > 0 else 0.0)
        yield frame


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
