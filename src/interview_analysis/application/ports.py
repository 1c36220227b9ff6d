"""One Protocol per outside thing. Implementations raise only errors of ``interview_analysis.errors``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from interview_analysis.domain.analysis import (
    Analysis,
    AnalysisFilter,
    AnalysisPage,
    AnalysisResult,
    AnalysisState,
    Claim,
    DueAnalysis,
    Failure,
    Progress,
    QueueDepth,
    QueueState,
    Skippable,
    VideoReference,
)
from interview_analysis.domain.comment import CommentWish, Reservation, TokenCaps, TokenMeter
from interview_analysis.domain.delivery import Delivery
from interview_analysis.domain.face import Frame, FrameMetrics
from interview_analysis.domain.feedback import Feedback, FeedbackRequest
from interview_analysis.domain.media import VideoProbe
from interview_analysis.domain.overlay import OverlayScene
from interview_analysis.domain.saliency_maps import Maps, MapsInfo, MapsKey
from interview_analysis.domain.timeline import FrameTimeline
from interview_analysis.domain.transcript import Transcript
from interview_analysis.domain.voice import VoiceMetrics


class KeyPage(NamedTuple):
    """``after``: where the next page begins, empty after the last. Keys as they are, well-formed or not."""

    keys: tuple[str, ...]
    after: str


class StoredVideo(NamedTuple):
    """``tag`` names the object's present content: another after every change. ASCII without quotes."""

    size: int
    tag: str


class VideoStore(Protocol):
    """Where recorded videos lie: S3, or a local folder with one sub-folder a bucket."""

    def check(self, video: VideoReference) -> None:
        """Policy only, no I/O. Raises ``Forbidden`` (``video_forbidden``) for a bucket that is not allowed."""

    async def fetch(self, video: VideoReference, target: Path) -> int:
        """Stream the object into ``target``, return its bytes; on any error ``target`` does not stay behind.

        Raises ``NotFound`` (``video_not_found``), ``Forbidden`` (``video_forbidden``), ``VideoError`` (``video_too_large``),
        ``StorageFull``, ``DependencyUnavailable``.
        """

    async def look_up(self, video: VideoReference) -> StoredVideo:
        """Bytes and tag, unread. Raises ``NotFound`` (``video_not_found``), ``Forbidden``, ``DependencyUnavailable``."""

    def read(self, video: VideoReference, start: int, stop: int, tag: str) -> AsyncIterator[bytes]:
        """Bytes ``start`` up to ``stop`` (excluded, at most the size), piece by piece; nothing else is moved. Raises as
        ``look_up``, and ``DependencyUnavailable`` where the object is no longer that of ``tag`` or the connection is cut."""

    async def put(self, video: VideoReference, chunks: AsyncIterator[bytes]) -> int:
        """Store an upload whole or not at all, return its bytes. Raises ``VideoError`` (``video_too_large``),
        Raises also ``StorageFull``, ``DependencyUnavailable``."""

    async def list_older(self, bucket: str, prefix: str, before: datetime, after: str, limit: int) -> KeyPage:
        """Of the next ``limit`` objects below ``prefix`` (a folder, with its slash) those last written before that time; pages
        together see every object that lies there all the time. Raises ``NotFound`` where there is no such bucket."""

    async def delete(self, video: VideoReference) -> bool:
        """Erase one object; ``False`` where there was none."""

    async def exists(self, video: VideoReference) -> bool:
        """Whether the object is there. Raises ``Forbidden``, ``DependencyUnavailable``."""

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


class Transcriber(Protocol):
    """Writes down what is said. Ends within its time-out, also where what it asks is silent; cancelled, it no longer reads the
    file once it has ended."""

    async def transcribe(self, path: Path, duration: float) -> Transcript | None:
        """Of a media file of ``duration`` seconds; times are those of the video. ``None`` where no word was recognised.

        Raises ``DependencyUnavailable`` (``transcriber_timed_out``, ``transcriber_unreachable``, ``transcriber_limited``,
        ``transcriber_failed``, ``transcriber_invalid_answer``), ``DependencyRefused`` (``transcriber_refused``),
        ``ModelUnavailable``, ``VideoError``.
        """


class OverlayPainter(Protocol):
    """Blocking: call from a worker thread."""

    def paint(self, frames: Iterable[Frame], scene: OverlayScene, source: Path, target: Path) -> None:
        """Write an annotated video of ``frames``, each at its own time, with the sound of ``source`` to ``target``.

        Raises ``VideoError``, ``DependencyUnavailable``.
        """


class AnalysisStore(Protocol):
    """Records of analyses, and the durable truth about who works on which (claims with leases, fenced by attempt)."""

    async def add(self, analysis: Analysis, idempotency_key: str | None = None, fingerprint: str = "") -> Analysis:
        """Insert; with a key that this owner used before and the same fingerprint, the earlier analysis. Raises ``Conflict``
        (``idempotency_key_reused``) with another fingerprint."""

    async def get(self, analysis_id: str) -> Analysis:
        """Raises ``NotFound``."""

    async def states(self, analysis_ids: Collection[str]) -> dict[str, AnalysisState]:
        """How far these are, by id; those that are not there are left out. Many are asked for at once."""

    async def list_recent(self, wanted: AnalysisFilter, limit: int, cursor: str | None = None) -> AnalysisPage:
        """Newest first. Raises ``InputError`` (``invalid_cursor``)."""

    async def claim_next(
        self, worker: str, lease_seconds: float, preferred: str | None = None
    ) -> tuple[Analysis, Claim] | None:
        """Take up the preferred analysis if it is due, else the most urgent due one, the oldest of those: queued, or processing
        with an expired lease. Counts the attempt. One that has used up its attempts is failed (``worker_lost``) and passed
        over."""

    async def count_due(self) -> int:
        """How many analyses could be claimed now."""

    async def list_due(self, limit: int) -> list[DueAnalysis]:
        """Those that could be claimed now, in the order of ``claim_next``."""

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

    async def retire(self, analysis_id: str) -> Analysis:
        """Mark for erasure: expired from now on, and cancelled if unfinished, so that no worker can write any more. Nobody is
        told. Raises ``NotFound``."""

    async def list_expired(self, limit: int, after: str = "") -> list[str]:
        """Ids of analyses whose time of keeping is over, in order of the id, those behind ``after``."""

    async def analysed(self, videos: Sequence[VideoReference]) -> frozenset[VideoReference]:
        """Those of the videos that some analysis names, whatever became of it."""

    async def delete(self, analysis_id: str) -> bool:
        """Erase the record; ``False`` where there was none."""

    async def queue_state(self) -> QueueState: ...

    async def queue_depth(self) -> QueueDepth:
        """What waits and what is worked on now."""

    async def ping(self) -> None:
        """Raises ``DependencyUnavailable``."""


class FrameMetricsStore(Protocol):
    """Raw frame metrics, columnar, in chunks."""

    async def save(self, analysis_id: str, attempt: int, timeline: FrameTimeline, expires_at: datetime | None = None) -> None:
        """Idempotent; replaces whatever earlier attempts had left. ``expires_at``: when the analysis is to be erased, for
        stores that can forget by themselves."""

    async def read(self, analysis_id: str, start: int = 0, limit: int | None = None) -> FrameTimeline | None:
        """Rows ``start`` … of the newest attempt without loading the others; ``None`` where nothing is stored."""

    async def count(self, analysis_id: str) -> int: ...

    async def delete(self, analysis_id: str) -> int:
        """Erase; returns how many rows (frames) went."""

    async def holds(self, analysis_id: str) -> bool:
        """Whether anything of it is stored, what dead attempts have left included."""

    async def ping(self) -> None: ...


class SaliencyStore(Protocol):
    """Saliency maps of videos that people are shown. They hold nothing of a person."""

    async def save(self, key: MapsKey, info: MapsInfo, maps: AsyncIterator[Maps]) -> None:
        """All ``info.frames`` maps in order, in batches. They replace those that were there, all at once or not at all."""

    async def info(self, key: MapsKey) -> MapsInfo | None: ...

    async def read(self, key: MapsKey, start: int, stop: int) -> Maps | None:
        """Maps ``start`` to ``stop`` (exclusive), as many of them as there are, without reading the others; ``None`` where
        nothing is stored."""

    async def delete(self, key: MapsKey) -> int:
        """Erase; returns how many maps went."""


class FeedbackStore(Protocol):
    async def save(self, analysis_id: str, feedback: Feedback) -> None:
        """Insert or replace."""

    async def get(self, analysis_id: str) -> Feedback | None: ...

    async def delete(self, analysis_id: str) -> bool: ...


class DeliveryStore(Protocol):
    """Messages to other services, kept until they are delivered or given up."""

    async def add(self, delivery: Delivery) -> None:
        """Insert; due at its creation."""

    async def claim_due(self, lease_seconds: float) -> Delivery | None:
        """Take up the delivery that is due longest and count the attempt; nobody else gets it before the lease ends."""

    async def succeed(self, delivery: Delivery) -> None:
        """Delivered. Nothing happens once another attempt has begun or the delivery was erased."""

    async def postpone(self, delivery: Delivery, failure: str, due_at: datetime) -> None:
        """Another attempt at that time. As ``succeed``."""

    async def give_up(self, delivery: Delivery, failure: str) -> None:
        """Dead. As ``succeed``."""

    async def of_analyses(self, analysis_ids: Sequence[str]) -> dict[str, list[Delivery]]:
        """All that there is, by analysis, oldest first."""

    async def of_gaze_session(self, digest: str) -> list[Delivery]:
        """All that there is, oldest first."""

    async def delete(self, analysis_id: str) -> int:
        """Erase those of one analysis; returns how many."""

    async def delete_of_gaze_session(self, digest: str) -> int:
        """As ``delete``."""


class Notifier(Protocol):
    """Sends deliveries out."""

    def check(self, url: str, owner: str) -> None:
        """Policy only, no I/O. Raises ``InputError``: ``callback_refused`` for an address that is not allowed,
        ``callback_not_configured`` where nothing could be signed for this owner."""

    async def send(self, delivery: Delivery) -> None:
        """One attempt. Raises ``DependencyUnavailable`` with a code that says what went wrong; ``DependencyRefused`` where
        another attempt would be useless."""


class FeedbackWriter(Protocol):
    async def write(self, request: FeedbackRequest) -> Feedback: ...


class CommentWriter(Protocol):
    """Writes feedback with a language model."""

    def tokens_at_most(self, request: FeedbackRequest) -> int:
        """What ``write`` is expected to cost at most, prompts included."""

    async def write(self, request: FeedbackRequest, meter: TokenMeter) -> Feedback:
        """One attempt, bounded in time; ``meter`` counts also where it fails. Raises ``DependencyUnavailable`` with a code that
        says what went wrong; ``DependencyRefused`` where another attempt would be useless."""


class CommentStore(Protocol):
    """Wishes for the words of a language model, kept until they are written or given up, and what they cost."""

    async def wish(self, analysis_id: str) -> None:
        """Due once the analysis is completed. Nothing happens where there is a wish, or no analysis that is to be kept."""

    async def get(self, analysis_id: str) -> CommentWish | None: ...

    async def claim_due(self, lease_seconds: float) -> CommentWish | None:
        """Take up the wish that is due longest and count the attempt; nobody else gets it before the lease ends."""

    async def claim(self, analysis_id: str, lease_seconds: float) -> CommentWish | None:
        """Wish anew and take it up at once, as the first attempt. ``None`` where somebody is at it, or as ``wish``."""

    async def succeed(self, wish: CommentWish, feedback: Feedback) -> bool:
        """The words replace those that are stored. Nothing happens, ``False``, once another turn has begun or the wish was
        erased: so nothing is written behind an erasure."""

    async def postpone(self, wish: CommentWish, failure: str, due_at: datetime) -> None:
        """Another attempt at that time. As ``succeed``."""

    async def give_up(self, wish: CommentWish, failure: str) -> None:
        """No further attempt. As ``succeed``."""

    async def reserve(self, wish: CommentWish, tokens: int, caps: TokenCaps) -> Reservation:
        """Count tokens as spent. Raises ``DependencyUnavailable`` (``llm_daily_cap``), ``DependencyRefused``
        (``llm_analysis_cap``) where that would be too many; then nothing is counted."""

    async def settle(self, wish: CommentWish, reserved: Reservation, spent: int) -> None:
        """Count what was spent in place of what was reserved."""

    async def delete(self, analysis_id: str) -> bool:
        """Erase; ``False`` where there was none. The day's count stays: it names nobody."""


class JobQueue(Protocol):
    """Tells workers that an analysis is due. The record in ``AnalysisStore`` is the durable truth; this only wakes."""

    async def enqueue(self, analysis_id: str, priority: int = 0) -> None:
        """Raises ``DependencyUnavailable``; the analysis is taken up all the same, if later."""

    async def workers(self) -> int:
        """Worker processes that wait for analyses or carry them out. Raises ``DependencyUnavailable``."""

    async def ping(self) -> None:
        """Raises ``DependencyUnavailable``."""
