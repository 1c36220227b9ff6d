"""The service as the web app sees it: over HTTP and nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import httpx

from interview_analysis.domain.analysis import AnalysisStatus, Progress, Stage
from interview_analysis.errors import DependencyUnavailable, InterviewAnalysisError

_ANSWER_SECONDS = 30.0
_RETRY_SECONDS = 0.2
_PATIENCE_SECONDS = 300.0
"""Without any progress for so long, nobody works on it."""
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Event:
    """One event of ``GET /analysis/{id}/events``."""

    status: AnalysisStatus
    progress: Progress


class ServiceClient:
    """A context manager. Methods raise ``DependencyUnavailable`` where the server does not answer, and
    ``InterviewAnalysisError`` with the problem's code where it refuses."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=_ANSWER_SECONDS)

    def __enter__(self) -> ServiceClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.close()

    def wait_until_ready(self, seconds: float) -> None:
        """Ask ``/health/ready`` until it agrees."""
        deadline = time.monotonic() + seconds
        while not self._is_ready():
            if time.monotonic() > deadline:
                raise DependencyUnavailable(f"no ready server at {self._http.base_url}")
            time.sleep(_RETRY_SECONDS)

    def upload(self, clip: Path) -> tuple[str, str]:
        """Send the file; returns its bucket and key."""
        answer = self._send("POST", "/uploads", content=_chunks(clip), headers={"Content-Type": "video/webm"}).json()
        return answer["s3_bucket"], answer["s3_key"]

    def submit(self, bucket: str, key: str) -> str:
        """Ask for the analysis; returns its id."""
        body = {"s3_bucket": bucket, "s3_key": key, "user_id": "demo"}
        return str(self._send("POST", "/analyze", json=body).json()["analysis_id"])

    def follow(self, analysis_id: str, on_progress: Callable[[Progress], None]) -> AnalysisStatus:
        """Listen to its events until the end, reconnecting where the stream breaks off; returns the final status.

        Raises ``DependencyUnavailable`` also where nothing moves for five minutes.
        """
        latest: Event | None = None
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            for event in self._events(analysis_id):
                if event is not None and event != latest:
                    latest, deadline = event, time.monotonic() + _PATIENCE_SECONDS
                    on_progress(event.progress)
                    if event.status.is_final:
                        return event.status
                elif time.monotonic() > deadline:
                    raise DependencyUnavailable(f"no progress for {_PATIENCE_SECONDS:.0f} s; the server's log may say why")
            self.wait_until_ready(_ANSWER_SECONDS)

    def result(self, analysis_id: str) -> bytes:
        """``GET /analysis/{id}``: the JSON document."""
        return self._send("GET", f"/analysis/{analysis_id}").content

    def comment(self, analysis_id: str) -> bytes:
        """``GET /analysis/{id}/llm-comment``: the JSON document."""
        return self._send("GET", f"/analysis/{analysis_id}/llm-comment").content

    def _is_ready(self) -> bool:
        try:
            return self._http.get("/health/ready").is_success
        except httpx.TransportError:
            return False

    def _events(self, analysis_id: str) -> Iterator[Event | None]:
        """``None`` for each sign of life without news. Ends where the connection does."""
        try:
            with self._http.stream("GET", f"/analysis/{analysis_id}/events") as answer:
                if answer.is_error:
                    answer.read()
                _raise_for(answer)
                for line in answer.iter_lines():
                    yield _event(line) if line.startswith("data:") else None
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.ReadTimeout):
            return
        except httpx.TransportError as error:
            raise DependencyUnavailable(f"{self._http.base_url}: {error}") from error

    def _send(self, method: str, path: str, **options: object) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **options)  # type: ignore[arg-type]
        except httpx.TransportError as error:
            raise DependencyUnavailable(f"{self._http.base_url}: {error}") from error
        _raise_for(answer)
        return answer


def _event(line: str) -> Event:
    data = json.loads(line.removeprefix("data:"))
    progress = data["progress"]
    return Event(AnalysisStatus(data["status"]), Progress(Stage(progress["stage"]), float(progress["percent"])))


def _raise_for(answer: httpx.Response) -> None:
    """An error of the service is a problem document with ``code`` and ``detail``."""
    if answer.is_success:
        return
    try:
        problem = answer.json()
        raise InterviewAnalysisError(str(problem.get("detail", "")), code=str(problem["code"]))
    except (json.JSONDecodeError, KeyError):
        raise DependencyUnavailable(f"{answer.request.url} answered {answer.status_code}") from None


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
