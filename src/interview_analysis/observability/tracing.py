"""Traces over OpenTelemetry: one from the request over the queue to the stages of the line, across processes.

Off, no tracer of OpenTelemetry is imported and each call here is one look at a variable. On, spans are sent in batches by a
thread of their own; a collector that is slow, broken or gone costs spans, never time or an error.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from interview_analysis.domain.analysis import Analysis, Claim, Stage


class RequestSpan(Protocol):
    """The span of one HTTP request."""

    def ended(self, route: str, status: int) -> None: ...


class AttemptSpan(Protocol):
    """The span of one attempt; stages are spans below it."""

    def enter(self, stage: Stage) -> None:
        """A stage begins, the one before ends. Called from any thread."""

    def ended(self, error: BaseException | None) -> None: ...


class Tracer(Protocol):
    """What is traced. Implemented by ``opentelemetry_tracer``; its methods do not raise."""

    def request(self, method: str, headers: Mapping[str, str]) -> AbstractContextManager[RequestSpan]: ...

    def step(self, name: str) -> AbstractContextManager[None]: ...

    def attempt(self, analysis: Analysis, claim: Claim, now: datetime) -> AbstractContextManager[AttemptSpan]: ...

    def traceparent(self) -> str | None: ...

    def close(self) -> None: ...


_tracer: Tracer | None = None


@contextlib.contextmanager
def tracing(endpoint: str | None, service: str) -> Iterator[None]:
    """Traces go to ``endpoint`` (OTLP over HTTP) while this is entered; ``None`` = none. One a process, like the log."""
    global _tracer  # noqa: PLW0603 - one a process
    if endpoint is None:
        yield
        return
    from interview_analysis.observability.opentelemetry_tracer import OpenTelemetryTracer  # noqa: PLC0415 - only where on

    tracer = _tracer = OpenTelemetryTracer(endpoint, service)
    try:
        yield
    finally:
        _tracer = None
        tracer.close()


def current_tracer() -> Tracer | None:
    """``None`` = off."""
    return _tracer


def current_traceparent() -> str | None:
    """The present span for another process, by W3C Trace Context; ``None`` = off."""
    return None if _tracer is None else _tracer.traceparent()


def traced_step(name: str) -> AbstractContextManager[None]:
    """A span below the present one."""
    return contextlib.nullcontext() if _tracer is None else _tracer.step(name)


def traced_attempt(analysis: Analysis, claim: Claim, now: datetime) -> AbstractContextManager[AttemptSpan]:
    """The spans of one attempt, in the trace of the request that submitted the analysis: the wait in the queue, the attempt,
    and below it each stage."""
    return contextlib.nullcontext(_Untraced()) if _tracer is None else _tracer.attempt(analysis, claim, now)


class _Untraced:
    def enter(self, stage: Stage) -> None:
        """Off."""

    def ended(self, error: BaseException | None) -> None:
        """Off."""
