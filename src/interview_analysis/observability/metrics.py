"""What is counted: every metric by name, and ``Recorder``, which counts.

Label values never come from users: methods and routes are those of the program, codes those of its errors.
"""

from __future__ import annotations

import contextlib
import json
import logging
import math
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from interview_analysis.domain.analysis import AnalysisResult, AnalysisStatus
from interview_analysis.observability.values import LIVE, ValueFile, ValueFolder

_log = logging.getLogger(__name__)

SUM = -1
"""In place of a bucket's number: the sum of all observed values."""
_SECONDS = (0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)


@dataclass(frozen=True, slots=True)
class Metric:
    """``name`` without the prefix; ``buckets`` are upper bounds and make it a histogram; ``live`` makes it a gauge."""

    name: str
    text: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    live: bool = False


REQUESTS = Metric(
    "http_request_duration_seconds",
    "Seconds until a request was answered; of an event stream, until it began.",
    ("method", "route", "status"),
    (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0),
)
IN_FLIGHT = Metric("http_requests_in_flight", "Requests that are being answered, event streams left out.", live=True)
LISTENERS = Metric("sse_listeners", "Open streams of progress events.", live=True)
FINISHED = Metric("analyses_finished", "Analyses that came to their end, by status and failure code.", ("status", "code"))
STAGES = Metric("stage_duration_seconds", "Wall seconds of each stage of completed analyses.", ("stage",), _SECONDS)
REAL_TIME = Metric(
    "real_time_factor",
    "Seconds of video that were analysed in a second, of completed analyses.",
    buckets=(0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 20.0),
)
FRAMES = Metric("analysed_frames", "Frames of completed analyses.")
VIDEO_SECONDS = Metric("analysed_video_seconds", "Seconds of video of completed analyses.")
COVERAGE = Metric(
    "face_coverage_ratio",
    "Share of a video's analysed time in which a face was seen, of completed analyses.",
    buckets=(0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0),
)
CAMERAS = Metric("live_connections", "Cameras that are connected.", live=True)
PICTURES = Metric(
    "live_pictures",
    "Pictures that cameras sent: answered, dropped for a newer one, or refused with the code of the error.",
    ("outcome",),
)
PICTURE_SECONDS = Metric(
    "live_picture_seconds",
    "Seconds from a camera's picture received to its answer.",
    buckets=(0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5),
)
GAZE_FRAMES = Metric(
    "gaze_frame_duration_seconds",
    "Seconds until a picture of a gaze session was measured and stored, by what it yielded.",
    ("outcome",),
    (0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.0),
)
GAZE_SESSIONS = Metric("gaze_sessions_finished", "Gaze sessions that were finished: scored, or why not.", ("end",))
METRICS = (
    REQUESTS,
    IN_FLIGHT,
    LISTENERS,
    FINISHED,
    STAGES,
    REAL_TIME,
    FRAMES,
    VIDEO_SECONDS,
    COVERAGE,
    CAMERAS,
    PICTURES,
    PICTURE_SECONDS,
    GAZE_FRAMES,
    GAZE_SESSIONS,
)


class Recorder:
    """Counts, and never fails: where its file cannot be written, it says so once and goes on without."""

    def __init__(self, file: ValueFile | None) -> None:
        self._file = file
        self._names: dict[tuple[str | int, ...], str] = {}

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """One answered request. ``route`` is a template, not a path."""
        self._observe(REQUESTS, (method, route, str(status)), seconds)

    def in_flight(self, change: int) -> None:
        self._add(IN_FLIGHT, (), change)

    def listening(self, change: int) -> None:
        self._add(LISTENERS, (), change)

    def camera(self, change: int) -> None:
        """A camera has come (1) or gone (-1)."""
        self._add(CAMERAS, (), change)

    def picture_answered(self, seconds: float, refused: str = "") -> None:
        """A camera's picture has its answer, or was ``refused`` with this code."""
        self._add(PICTURES, (refused or "answered",), 1)
        self._observe(PICTURE_SECONDS, (), seconds)

    def picture_dropped(self) -> None:
        """A newer one has come before its turn."""
        self._add(PICTURES, ("dropped",), 1)

    def analysis_ended(self, status: AnalysisStatus, code: str = "", result: AnalysisResult | None = None) -> None:
        """An analysis was recorded as completed, failed (with its code) or cancelled."""
        self._add(FINISHED, (status.value, code), 1)
        if result is None:
            return
        for stage, seconds in result.timings.items():
            self._observe(STAGES, (stage,), seconds)
        wall = sum(result.timings.values())
        if wall > 0:
            self._observe(REAL_TIME, (), result.video.duration / wall)
        self._observe(COVERAGE, (), result.quality.face_coverage)
        self._add(FRAMES, (), result.video.analysed_frames)
        self._add(VIDEO_SECONDS, (), result.video.duration)

    def gaze_frame(self, outcome: str, seconds: float) -> None:
        """A picture of a gaze session was stored; ``outcome``: gaze, or its problem's code."""
        self._observe(GAZE_FRAMES, (outcome,), seconds)

    def gaze_session_ended(self, end: str) -> None:
        """``scored``, or the code of the reason why not."""
        self._add(GAZE_SESSIONS, (end,), 1)

    def _observe(self, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        if math.isfinite(value):
            self._add(metric, (*labels, bisect_left(metric.buckets, value)), 1)
            self._add(metric, (*labels, SUM), value)

    def _add(self, metric: Metric, labels: tuple[str | int, ...], amount: float) -> None:
        if self._file is None:
            return
        key = (metric.name, *labels)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = (LIVE if metric.live else "") + json.dumps(key)
        try:
            self._file.add(name, amount)
        except OSError as error:
            self._file = None
            _log.error("metrics are no longer counted: %s", error.strerror)


@contextlib.contextmanager
def open_recorder(folder: Path) -> Iterator[Recorder]:
    """This process's part of the metrics in ``folder``."""
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(ValueFolder(folder).open())
        except OSError as error:
            _log.error("metrics are not counted: %s", error.strerror)
            file = None
        yield Recorder(file)
