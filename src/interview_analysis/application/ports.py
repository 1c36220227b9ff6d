"""One Protocol per outside thing. Implementations raise only errors of ``interview_analysis.errors``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from interview_analysis.domain.analysis import (
    Analysis,
    AnalysisFilter,
    AnalysisPage,
    AnalysisResult,
    Claim,
    Failure,
    Progress,
    QueueState,
    Skippable,
    VideoReference,
)
from interview_analysis.domain.face import Frame, FrameMetrics
from interview_analysis.domain.feedback import Feedback, FeedbackRequest
from interview_analysis.domain.media import VideoProbe
from interview_analysis.domain.timeline import FrameTimeline
from interview_analysis.domain.voice import VoiceMetrics


class VideoStore(Protocol):
    """Where recorded videos lie: S3, or a local folder with one sub-folder a bucket."""

    def check(self, video: VideoReference) -> None:
        """Policy only, no I/O. Raises ``Forbidden`` (``video_forbidden``) for a bucket that is not allowed."""

    async def fetch(self, video: VideoReference, target: Path) -> int:
        """Stream the object into ``target``, return its bytes; on any error ``target`` does not stay behind.

        Raises ``NotFound`` (``video_not_found``), ``Forbidden`` (``video_forbidden``), ``VideoError`` (``video_too_large``),
        ``StorageFull``, ``DependencyUnavailable``.
        """

    async def put(self, video: VideoReference, chunks: AsyncIterator[bytes]) -> int:
        """Store an upload whole or not at all, return its bytes. Raises ``VideoError`` (``video_too_large``),
        Raises also ``StorageFull``, ``DependencyUnavailable``."""

    async def delete(self, video: VideoReference) -> bool:
        """Erase one object; ``False`` where there was none."""

    async def ping(self) -> None:
        """Raises ``DependencyUnavailable`` when the store does not answer."""


class DecodedVideo(Protocol):
    """Frames of one video, few in memory at a time. ``duration`` and ``warnings`` are final once the iterator is exhausted."""

    def __iter__(self) -> Iterator[Frame]: ...

    @property
    def duration(self) -> float:
        """Seconds from the video's zero to the end of its last decodable frame."""

    @property
    def warnings(self) -> tuple[str, ...]: ...


class VideoDecoder(Protocol):
    """Blocking: call from a worker thread."""

    def probe(self, path: Path) -> VideoProbe:
        """Measure the file. Raises ``VideoError``."""

    def decode(self, path: Path, probe: VideoProbe) -> AbstractContextManager[DecodedVideo]:
        """Sample frames at the configured rate; leaving the context ends the decoder process. Raises ``VideoError`` where
        not one frame can be decoded."""


class AnalyzerInfo(NamedTuple):
    """Manifest names of the models in use; ``None`` = off or missing. ``…_runtime``: program and precision that a network runs
    in, as ``openvino-bf16``; ``None`` = no network."""

    landmark_model: str
    expression_model: str | None
    gaze_model: str | None
    anxiety_model: str | None = None
    expression_runtime: str | None = None
    gaze_runtime: str | None = None


class FrameSession(Protocol):
    """All state of one video: trackers, filters, pending stages. Not thread-safe."""

    def analyse(self, frames: Iterable[Frame]) -> Iterator[FrameMetrics]:
        """One row per frame, in order; a bounded number of frames is taken ahead. Timestamps must rise over the session."""

    def close(self) -> None: ...


class FrameAnalyzer(Protocol):
    """Loaded models, shared by sessions. Blocking."""

    @property
    def info(self) -> AnalyzerInfo: ...

    def new_session(self, skip: frozenset[Skippable] = frozenset()) -> FrameSession: ...

    def close(self) -> None: ...


class VoiceAnalyzer(Protocol):
    """Blocking: call from a worker thread."""

    def analyse(self, path: Path, duration: float) -> VoiceMetrics | None:
        """``None`` where the file has no audio stream."""


class AnalysisStore(Protocol):
    """Records of analyses, and the durable truth about who works on which (claims with leases, fenced by attempt)."""

    async def add(self, analysis: Analysis, idempotency_key: str | None = None, fingerprint: str = "") -> Analysis:
        """Insert; with a key seen before and the same fingerprint, the earlier analysis. Raises ``Conflict``
        (``idempotency_key_reused``) with another fingerprint."""

    async def get(self, analysis_id: str) -> Analysis:
        """Raises ``NotFound``."""

    async def list_recent(self, wanted: AnalysisFilter, limit: int, cursor: str | None = None) -> AnalysisPage:
        """Newest first. Raises ``InputError`` (``invalid_cursor``)."""

    async def claim_next(self, worker: str, lease_seconds: float) -> tuple[Analysis, Claim] | None:
        """Take up the oldest due analysis: queued, or processing with an expired lease. Counts the attempt. One that has used
        up its attempts is failed (``worker_lost``) and passed over."""

    async def heartbeat(self, claim: Claim, progress: Progress, lease_seconds: float) -> None:
        """Renew the lease and record progress. Raises ``AnalysisCancelled`` or ``ClaimLost``."""

    async def finish(self, claim: Claim, result: AnalysisResult) -> None:
        """Completed. Raises ``AnalysisCancelled`` or ``ClaimLost``."""

    async def fail(self, claim: Claim, failure: Failure) -> None:
        """Failed for good. Raises ``AnalysisCancelled`` or ``ClaimLost``."""

    async def requeue(self, claim: Claim, not_before: datetime, *, counted: bool = True) -> None:
        """Give back for another attempt, not before the given time; not ``counted``, as if this attempt had not been taken up.
        Raises ``AnalysisCancelled`` or ``ClaimLost``."""

    async def release(self, worker: str | None = None) -> int:
        """Leases of a dead worker (``None``: of all) are due again at once; returns how many."""

    async def cancel(self, analysis_id: str) -> Analysis:
        """Cancelled from now on, also while a worker is at it. Raises ``NotFound``, ``Conflict`` (``already_finished``)."""

    async def delete(self, analysis_id: str) -> bool:
        """Erase the record; ``False`` where there was none."""

    async def queue_state(self) -> QueueState: ...

    async def ping(self) -> None:
        """Raises ``DependencyUnavailable``."""


class FrameMetricsStore(Protocol):
    """Raw frame metrics, columnar, in chunks."""

    async def save(self, analysis_id: str, attempt: int, timeline: FrameTimeline) -> None:
        """Idempotent; replaces whatever earlier attempts had left."""

    async def read(self, analysis_id: str, start: int = 0, limit: int | None = None) -> FrameTimeline | None:
        """Rows ``start`` … of the newest attempt without loading the others; ``None`` where nothing is stored."""

    async def count(self, analysis_id: str) -> int: ...

    async def delete(self, analysis_id: str) -> int:
        """Erase; returns how many rows (frames) went."""

    async def ping(self) -> None: ...


class FeedbackStore(Protocol):
    async def save(self, analysis_id: str, feedback: Feedback) -> None:
        """Insert or replace."""

    async def get(self, analysis_id: str) -> Feedback | None: ...

    async def delete(self, analysis_id: str) -> bool: ...


class FeedbackWriter(Protocol):
    async def write(self, request: FeedbackRequest) -> Feedback: ...


class JobQueue(Protocol):
    """Tells workers that an analysis is due. The record in ``AnalysisStore`` is the durable truth; this only wakes."""

    async def enqueue(self, analysis_id: str) -> None: ...
