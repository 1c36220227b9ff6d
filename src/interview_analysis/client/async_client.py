"""The service over connections that leave the event loop free."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
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


class AsyncClient:
    """``Client`` with coroutines: same methods, same errors. An asynchronous context manager."""

    def __init__(self, url: str, api_key: str | None = None, timeout: float = 30.0) -> None:
        self._http = httpx.AsyncClient(**connection_options(url, api_key, timeout))
        self._timeout = timeout

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._http.aclose()

    async def wait_until_ready(self, seconds: float = 60.0) -> None:
        await self._run(operations.wait_until_ready(seconds))

    async def upload(self, video: Path | str) -> Upload:
        return await self._run(operations.upload(Path(video)))

    async def analyze(
        self, s3_bucket: str, s3_key: str, user_id: str | None = None, *, idempotency_key: str | None = None, **more: object
    ) -> Submitted:
        return await self._run(operations.analyze(operations.Wish(s3_bucket, s3_key, user_id, more, idempotency_key)))

    async def wait(self, analysis_id: str, on_progress: OnProgress | None = None, *, patience: float | None = None) -> State:
        return await self._run(wait(analysis_id, on_progress, patience))

    async def status(self, analysis_id: str) -> State:
        return await self._run(operations.status(analysis_id))

    async def result(self, analysis_id: str) -> Result:
        return await self._run(operations.result(analysis_id))

    async def feedback(self, analysis_id: str) -> Feedback | None:
        return await self._run(operations.feedback(analysis_id))

    async def frames(self, analysis_id: str) -> Frames:
        return await self._run(operations.frames(analysis_id))

    async def timeline(self, analysis_id: str, points: int = 300) -> Timeline:
        return await self._run(operations.timeline(analysis_id, points))

    async def cancel(self, analysis_id: str) -> State:
        return await self._run(operations.cancel(analysis_id))

    async def erase(self, analysis_id: str) -> Erasure:
        return await self._run(operations.erase(analysis_id))

    async def erase_user(self, user_id: str) -> Erasure:
        return await self._run(operations.erase_user(user_id))

    async def export(self, user_id: str, target: Path | str, *, videos: bool = False) -> Path:
        return await self._run(operations.export(user_id, Path(target), videos=videos))

    async def recent(self, limit: int = 10, *, cursor: str | None = None, **only: str) -> Recent:
        return await self._run(operations.recent(limit, cursor, only))

    async def transcript(self, analysis_id: str) -> Transcript:
        return await self._run(operations.transcript(analysis_id))

    async def overlay(self, analysis_id: str, target: Path | str) -> Path:
        return await self._run(operations.overlay(analysis_id, Path(target)))

    async def put_saliency(self, video_id: str, archive: Path | str, rate: float) -> SaliencyMaps:
        return await self._run(operations.put_saliency(video_id, Path(archive), rate))

    async def score_saliency(self, video_id: str, gaze: Iterable[tuple[float, float, float]]) -> SaliencyScore:
        return await self._run(operations.score_saliency(video_id, gaze))

    async def erase_saliency(self, video_id: str) -> int:
        return await self._run(operations.erase_saliency(video_id))

    async def _run(self, operation: Operation[T]) -> T:
        async with AsyncExitStack() as opened:
            steps = _Steps(self._http, self._timeout, opened)
            course = Course(operation)
            while course.step is not None:
                try:
                    came = await steps.take(course.step)
                except NoAnswer as error:
                    course.tell(error)
                else:
                    course.tell(came)
            return course.result()


class _Steps:
    """Carries steps out. ``opened`` closes the last stream."""

    def __init__(self, http: httpx.AsyncClient, timeout: float, opened: AsyncExitStack) -> None:
        self._http = http
        self._timeout = timeout
        self._opened = opened
        self._lines: AsyncIterator[str] = _nothing()

    async def take(self, step: Step) -> Answer | str | None:
        """Raises ``NoAnswer``."""
        match step:
            case Pause(seconds):
                await asyncio.sleep(seconds)
                return None
            case NextLine():
                return await self._next_line()
            case Listen(path):
                with answered("GET", path):
                    return await self._listen(path)
            case Request():
                with answered(step.method, step.path):
                    return await self._exchange(step)

    async def _exchange(self, request: Request) -> Answer:
        content = None if request.upload is None else _chunks(request.upload)
        async with self._http.stream(request.method, request.path, content=content, **options_of(request)) as response:
            if request.download is not None and response.is_success:
                await _save(response, request.download)
                return Answer(request, response.status_code, response.headers)
            return Answer(request, response.status_code, response.headers, await response.aread())

    async def _listen(self, path: str) -> Answer:
        await self._opened.aclose()
        response = await self._opened.enter_async_context(self._http.stream("GET", path, **stream_options(self._timeout)))
        self._lines = aiter(response.aiter_lines()) if response.is_success else _nothing()
        content = b"" if response.is_success else await response.aread()
        return Answer(Request("GET", path), response.status_code, response.headers, content)

    async def _next_line(self) -> str | None:
        try:
            return await anext(self._lines, None)
        except httpx.RequestError:
            return None


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            yield chunk


async def _save(response: httpx.Response, target: Path) -> None:
    partial = partial_name(target)
    try:
        with partial.open("wb") as file:
            async for chunk in response.aiter_bytes(CHUNK_BYTES):
                await asyncio.to_thread(file.write, chunk)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


async def _nothing() -> AsyncIterator[str]:
    return
    yield
