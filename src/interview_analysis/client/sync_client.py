"""The service over blocking connections."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx

from interview_analysis.client import operations
from interview_analysis.client.errors import NoAnswer
from interview_analysis.client.models import (
    Erasure,
    Feedback,
    Frames,
    Recent,
    Result,
    SaliencyMaps,
    SaliencyScore,
    State,
    Submitted,
    Timeline,
    Transcript,
    Upload,
)
from interview_analysis.client.steps import (
    CHUNK_BYTES,
    Answer,
    Course,
    Listen,
    NextLine,
    Operation,
    Pause,
    Request,
    Step,
    answered,
    connection_options,
    options_of,
    partial_name,
    stream_options,
)
from interview_analysis.client.waiting import OnProgress, wait

T = TypeVar("T")


class Client:
    """A context manager. Each method may raise ``ServiceError`` (the service refuses; ``code`` says why) and ``NoAnswer``.

    What can safely be sent twice is, up to four times with growing pauses or those that the service asks for.
    """

    def __init__(self, url: str, api_key: str | None = None, timeout: float = 30.0) -> None:
        """``timeout``: seconds for the connection and between two pieces of an answer."""
        self._http = httpx.Client(**connection_options(url, api_key, timeout))
        self._timeout = timeout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def wait_until_ready(self, seconds: float = 60.0) -> None:
        """Until the service takes requests. Raises ``NoAnswer`` after ``seconds``."""
        self._run(operations.wait_until_ready(seconds))

    def upload(self, video: Path | str) -> Upload:
        """Send a video file; the answer goes into ``analyze``. Raises ``OSError`` where it cannot be read."""
        return self._run(operations.upload(Path(video)))

    def analyze(
        self, s3_bucket: str, s3_key: str, user_id: str | None = None, *, idempotency_key: str | None = None, **more: object
    ) -> Submitted:
        """Start an analysis. ``more``: other fields of ``POST /analyze``, such as ``session_id``, ``options``, ``consent``,
        ``callback_url``. A key is made where none is given, so that a repeat starts no second one."""
        return self._run(operations.analyze(operations.Wish(s3_bucket, s3_key, user_id, more, idempotency_key)))

    def wait(self, analysis_id: str, on_progress: OnProgress | None = None, *, patience: float | None = None) -> State:
        """Until it has ended, by server-sent events, over broken connections; by polling where none come through. The state
        says how: a failed analysis raises nothing. ``on_progress`` is told each change. Raises ``NoAnswer`` after ``patience``
        seconds without one, or a minute without any answer."""
        return self._run(wait(analysis_id, on_progress, patience))

    def status(self, analysis_id: str) -> State:
        """How far it is."""
        return self._run(operations.status(analysis_id))

    def result(self, analysis_id: str) -> Result:
        """The analysis as it stands."""
        return self._run(operations.result(analysis_id))

    def feedback(self, analysis_id: str) -> Feedback | None:
        """Words for the candidate; ``None`` while the analysis runs."""
        return self._run(operations.feedback(analysis_id))

    def frames(self, analysis_id: str) -> Frames:
        """The metrics of every analysed frame."""
        return self._run(operations.frames(analysis_id))

    def timeline(self, analysis_id: str, points: int = 300) -> Timeline:
        """Means over ``points`` equal stretches of time, 1–2000."""
        return self._run(operations.timeline(analysis_id, points))

    def cancel(self, analysis_id: str) -> State:
        """Stop a waiting or running analysis."""
        return self._run(operations.cancel(analysis_id))

    def erase(self, analysis_id: str) -> Erasure:
        """Erase every trace of an analysis."""
        return self._run(operations.erase(analysis_id))

    def erase_user(self, user_id: str) -> Erasure:
        """Erase every analysis of a user."""
        return self._run(operations.erase_user(user_id))

    def export(self, user_id: str, target: Path | str, *, videos: bool = False) -> Path:
        """Everything that is stored about a user as a ZIP at ``target``, which appears once it is whole. Raises ``OSError``."""
        return self._run(operations.export(user_id, Path(target), videos=videos))

    def recent(self, limit: int = 10, *, cursor: str | None = None, **only: str) -> Recent:
        """The newest analyses. ``only``: ``user_id``, ``session_id``, ``status``; ``cursor``: of the page before."""
        return self._run(operations.recent(limit, cursor, only))

    def transcript(self, analysis_id: str) -> Transcript:
        """What was said. Raises ``ServiceError`` (``transcript_not_found``) where nothing was written down."""
        return self._run(operations.transcript(analysis_id))

    def overlay(self, analysis_id: str, target: Path | str) -> Path:
        """The annotated video (WebM) at ``target``, which appears once it is whole. Raises ``ServiceError``
        (``overlay_not_found``), ``OSError``."""
        return self._run(operations.overlay(analysis_id, Path(target)))

    def put_saliency(self, video_id: str, archive: Path | str, rate: float) -> SaliencyMaps:
        """Store the maps of a shown video, ``rate`` a second: an NPZ file, or a ZIP of PNG pictures. Raises ``OSError``."""
        return self._run(operations.put_saliency(video_id, Path(archive), rate))

    def score_saliency(self, video_id: str, gaze: Iterable[tuple[float, float, float]]) -> SaliencyScore:
        """How well the maps tell where somebody looked. ``gaze``: seconds, then x and y as shares of the picture."""
        return self._run(operations.score_saliency(video_id, gaze))

    def erase_saliency(self, video_id: str) -> int:
        """Erase the maps of a video; how many went."""
        return self._run(operations.erase_saliency(video_id))

    def _run(self, operation: Operation[T]) -> T:
        with ExitStack() as opened:
            steps = _Steps(self._http, self._timeout, opened)
            course = Course(operation)
            while course.step is not None:
                try:
                    came = steps.take(course.step)
                except NoAnswer as error:
                    course.tell(error)
                else:
                    course.tell(came)
            return course.result()


class _Steps:
    """Carries steps out. ``opened`` closes the last stream."""

    def __init__(self, http: httpx.Client, timeout: float, opened: ExitStack) -> None:
        self._http = http
        self._timeout = timeout
        self._opened = opened
        self._lines: Iterator[str] = iter(())

    def take(self, step: Step) -> Answer | str | None:
        """Raises ``NoAnswer``."""
        match step:
            case Pause(seconds):
                time.sleep(seconds)
                return None
            case NextLine():
                return self._next_line()
            case Listen(path):
                with answered("GET", path):
                    return self._listen(path)
            case Request():
                with answered(step.method, step.path):
                    return self._exchange(step)

    def _exchange(self, request: Request) -> Answer:
        content = None if request.upload is None else _chunks(request.upload)
        with self._http.stream(request.method, request.path, content=content, **options_of(request)) as response:
            if request.download is not None and response.is_success:
                _save(response, request.download)
                return Answer(request, response.status_code, response.headers)
            return Answer(request, response.status_code, response.headers, response.read())

    def _listen(self, path: str) -> Answer:
        self._opened.close()
        response = self._opened.enter_context(self._http.stream("GET", path, **stream_options(self._timeout)))
        self._lines = response.iter_lines() if response.is_success else iter(())
        content = b"" if response.is_success else response.read()
        return Answer(Request("GET", path), response.status_code, response.headers, content)

    def _next_line(self) -> str | None:
        try:
            return next(self._lines, None)
        except httpx.RequestError:
            return None


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _save(response: httpx.Response, target: Path) -> None:
    partial = partial_name(target)
    try:
        with partial.open("wb") as file:
            for chunk in response.iter_bytes(CHUNK_BYTES):
                file.write(chunk)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
