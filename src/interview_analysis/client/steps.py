"""What the client does, apart from how: operations are generators that ask for steps and are sent what came of them.

So the order of requests, repeats and pauses is written once; ``sync_client`` and ``async_client`` only carry the steps out.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import httpx

from interview_analysis.client.errors import NoAnswer

T = TypeVar("T")
CHUNK_BYTES = 256 * 1024
EVENTS = "text/event-stream"
_SILENCE_SECONDS = 45.0
"""Of a stream of events before it counts as broken: three of the service's signs of life."""


@dataclass(frozen=True, slots=True)
class Request:
    """``upload`` is a file to send as the body, ``download`` one to write a successful answer's body to. ``repeatable``: sent
    twice it does what it does once."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str | int] = field(default_factory=dict)
    json: Mapping[str, object] | None = None
    upload: Path | None = None
    download: Path | None = None
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """``content`` is empty where it went to a file, or is still to come as lines."""

    request: Request
    status: int
    headers: Mapping[str, str]
    content: bytes = b""

    @property
    def succeeded(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Listen:
    """Open the stream of events at ``path``. Sent: the ``Answer``."""

    path: str


@dataclass(frozen=True, slots=True)
class NextLine:
    """Of the stream that is open. Sent: the line, or ``None`` where the stream has ended or broken off."""


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


Step = Request | Listen | NextLine | Pause
Operation = Generator[Step, Any, T]
"""Ends with a ``T``. At a ``Request`` or ``Listen`` it is thrown ``NoAnswer`` where none came."""


class Course(Generic[T]):
    """An operation on its way: carry out ``step``, tell what came, until it is ``None``; then ``result`` may be taken."""

    def __init__(self, operation: Operation[T]) -> None:
        self._operation = operation
        self._result: list[T] = []
        self.step: Step | None = None
        self.tell(None)

    def tell(self, came: Answer | str | NoAnswer | None) -> None:
        """Raises what the operation raises."""
        try:
            self.step = self._operation.throw(came) if isinstance(came, NoAnswer) else self._operation.send(came)
        except StopIteration as done:
            self.step = None
            self._result.append(done.value)

    def result(self) -> T:
        return self._result[0]


def connection_options(url: str, api_key: str | None, timeout: float) -> dict[str, Any]:
    """Of an httpx client."""
    return {"base_url": url, "timeout": timeout, "headers": {} if api_key is None else {"X-API-Key": api_key}}


def options_of(request: Request) -> dict[str, Any]:
    """As httpx takes them, but for a body from a file."""
    options = {"headers": dict(request.headers), "params": dict(request.params)}
    return options if request.json is None else {**options, "json": request.json}


def stream_options(timeout: float) -> dict[str, Any]:
    """Of the request for events. ``timeout``: of ordinary requests, seconds."""
    return {"headers": {"Accept": EVENTS}, "timeout": httpx.Timeout(timeout, read=max(timeout, _SILENCE_SECONDS))}


@contextmanager
def answered(method: str, path: str) -> Iterator[None]:
    """httpx's errors as ``NoAnswer``."""
    try:
        yield
    except httpx.RequestError as error:
        unsent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol)
        raise NoAnswer(f"{method} {path}: {error or type(error).__name__}", sent=not unsent) from error


def partial_name(target: Path) -> Path:
    """Where a download lies until it is whole."""
    return target.with_name(f"{target.name}.part")
