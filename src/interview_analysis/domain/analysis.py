"""One analysis of one video: its request, its state and its result."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from interview_analysis.domain.media import VideoSummary
from interview_analysis.domain.scoring.results import InterviewScores
from interview_analysis.domain.skippable import Skippable as Skippable  # noqa: PLC0414 - part of this module's face
from interview_analysis.domain.wording import Transcription
from interview_analysis.errors import InputError

BUCKET_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$"
_ANY, _NO_DOT = r"[^/\\\x00-\x1f\x7f]", r"[^/.\\\x00-\x1f\x7f]"
_SEGMENT = rf"(?:{_NO_DOT}{_ANY}*|\.{_NO_DOT}{_ANY}*|\.\.{_ANY}+)"
KEY_PATTERN = rf"^{_SEGMENT}(?:/+{_SEGMENT})*/*$"
"""Segments that are neither ``.`` nor ``..``, without backslashes and control characters, the first not empty."""
_MAX_KEY_BYTES = 1024
ID_PATTERN = r"^analysis_[a-z0-9_-]{1,119}$"
"""Form of an analysis's id, as ``submit_analysis`` makes them; at most 128 characters."""


@dataclass(frozen=True, slots=True)
class VideoReference:
    """Where the video lies: a bucket and a key in the configured store.

    Raises ``InputError`` (``invalid_bucket``, ``invalid_key``): a key is 1–1024 bytes of UTF-8 without control characters,
    backslashes, a leading slash or ``.``/``..`` segments, so it can neither escape a folder nor split a log line.
    """

    bucket: str
    key: str

    def __post_init__(self) -> None:
        if not re.fullmatch(BUCKET_PATTERN, self.bucket):
            raise InputError("bucket name is malformed", code="invalid_bucket")
        if not re.fullmatch(KEY_PATTERN, self.key) or not _fits(self.key):
            raise InputError("object key is malformed", code="invalid_key")


def _fits(key: str) -> bool:
    try:
        return len(key.encode()) <= _MAX_KEY_BYTES
    except UnicodeEncodeError:
        return False


class AnalysisStatus(StrEnum):
    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self in (AnalysisStatus.COMPLETED, AnalysisStatus.FAILED, AnalysisStatus.CANCELLED)


class Stage(StrEnum):
    """Stages of the line, in order."""

    QUEUED = "queued"
    FETCH = "fetch"
    PROBE = "probe"
    ANALYSE_FRAMES = "analyse_frames"
    ANALYSE_VOICE = "analyse_voice"
    OVERLAY = "overlay"
    STORE = "store"
    SCORE = "score"
    FEEDBACK = "feedback"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """``percent`` 0–100 over the whole analysis."""

    stage: Stage
    percent: float


@dataclass(frozen=True, slots=True)
class Failure:
    """``code`` is stable; ``detail`` is technical English without secrets."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisRequest:
    """``priority`` 0–9, higher first. ``consent``: whether the candidate agreed, ``None`` where nobody said. ``callback_url``
    is told when the analysis ends. ``traceparent`` (W3C Trace Context) is the span in which it was submitted.
    ``spoken_language`` (ISO 639-1) is what the candidate speaks, ``None`` where nobody said. ``overlay``: an annotated video is
    wanted too."""

    video: VideoReference
    user_id: str | None = None
    session_id: str | None = None
    question_num: int | None = None
    question_text: str | None = None
    skip: frozenset[Skippable] = frozenset()
    priority: int = 0
    consent: bool | None = None
    callback_url: str | None = None
    traceparent: str | None = None
    spoken_language: str | None = None
    overlay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What the result stands on. Model names are those of the manifest; ``None`` = that part was off or its model missing.
    Runtimes name program and precision of a network, as ``openvino-bf16``; ``None`` = no network, or not recorded."""

    face_coverage: float
    analysed_seconds: float
    analysed_rate: float
    landmark_model: str
    expression_model: str | None
    gaze_model: str | None
    anxiety_model: str | None = None
    expression_runtime: str | None = None
    gaze_runtime: str | None = None
    skipped: tuple[Skippable, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisResult:
    """``timings`` maps a stage to its wall seconds. ``transcription``: ``None`` in results older than this."""

    scores: InterviewScores
    quality: Quality
    video: VideoSummary
    timings: dict[str, float]
    transcription: Transcription | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisState:
    """How far an analysis is: what is told while somebody waits."""

    id: str
    status: AnalysisStatus
    progress: Progress
    estimated_completion: datetime | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The record. ``attempt`` counts how often a worker has taken it up; times are aware UTC. ``owner``
    names the holder of the API key it came with, empty without keys; after ``expires_at`` it is erased."""

    id: str
    request: AnalysisRequest
    status: AnalysisStatus
    progress: Progress
    created_at: datetime
    owner: str = ""
    expires_at: datetime | None = None
    attempt: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    estimated_completion: datetime | None = None
    failure: Failure | None = None
    result: AnalysisResult | None = None

    @property
    def state(self) -> AnalysisState:
        return AnalysisState(
            id=self.id,
            status=self.status,
            progress=self.progress,
            estimated_completion=self.estimated_completion,
            failure=self.failure,
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one worker to write for one attempt of one analysis (a fence: older attempts are refused)."""

    analysis_id: str
    attempt: int
    worker: str


@dataclass(frozen=True, slots=True)
class DueAnalysis:
    """An analysis that a worker may take up now."""

    id: str
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisFilter:
    """All given fields must match."""

    owner: str | None = None
    user_id: str | None = None
    session_id: str | None = None
    status: AnalysisStatus | None = None


@dataclass(frozen=True, slots=True)
class AnalysisPage:
    """Newest first; ``next_cursor`` asks for the page after, ``None`` at the end."""

    analyses: tuple[Analysis, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class QueueState:
    """What an estimate of completion stands on: ``ahead`` waiting and running analyses, ``seconds_each`` median wall
    seconds of recent ones (``None`` before the first)."""

    ahead: int
    seconds_each: float | None
    workers: int = field(default=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDepth:
    """Unfinished analyses by status, the age of the oldest that waits (0 where none does), and how many workers, on any
    machine, hold a lease."""

    queued: int
    processing: int
    oldest_seconds: float
    busy_workers: int
