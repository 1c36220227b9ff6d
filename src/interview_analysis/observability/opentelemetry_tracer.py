"""The one file that knows OpenTelemetry."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from importlib.metadata import version

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from interview_analysis.domain.analysis import Analysis, Claim, Stage
from interview_analysis.errors import InterviewAnalysisError
from interview_analysis.observability.tracing import AttemptSpan

_log = logging.getLogger(__name__)

_EXPORT_SECONDS = 5.0
_BATCH_MILLISECONDS = 1000
_QUEUE_SPANS = 2048
_CLOSE_SECONDS = 1.5
"""A process that ends waits so long for its last spans to be taken."""
_SERVER_ERROR = 500


class OpenTelemetryTracer:
    """Not installed globally: libraries that speak OpenTelemetry by themselves stay silent."""

    def __init__(self, endpoint: str, service: str) -> None:
        resource = Resource.create({"service.name": service, "service.version": version("interview-analysis")})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        exporter = _Telling(OTLPSpanExporter(endpoint=endpoint, timeout=_EXPORT_SECONDS))
        self._provider.add_span_processor(
            BatchSpanProcessor(exporter, max_queue_size=_QUEUE_SPANS, schedule_delay_millis=_BATCH_MILLISECONDS)
        )
        self._tracer = self._provider.get_tracer("interview_analysis")
        self._propagator = TraceContextTextMapPropagator()
        # It says each lost batch, with the address; ``_Telling`` says it once, without.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)

    @contextlib.contextmanager
    def request(self, method: str, headers: Mapping[str, str]) -> Iterator[_Request]:
        parent = self._propagator.extract(headers, context=Context())
        with self._span(method, parent, SpanKind.SERVER) as span:
            span.set_attribute("http.request.method", method)
            with _named_in_the_log(span):
                yield _Request(span, method)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        with self._span(name):
            yield

    @contextlib.contextmanager
    def attempt(self, analysis: Analysis, claim: Claim, now: datetime) -> Iterator[AttemptSpan]:
        submitted = self._propagator.extract({"traceparent": analysis.request.traceparent or ""}, context=Context())
        about: dict[str, str | int] = {
            "analysis.id": analysis.id,
            "analysis.attempt": claim.attempt,
            "worker.name": claim.worker,
        }
        if claim.attempt == 1:
            waiting = self._tracer.start_span(
                "queue", submitted, start_time=_nanoseconds(analysis.created_at), attributes=about
            )
            waiting.end(_nanoseconds(now))
        with self._span("attempt", submitted, SpanKind.CONSUMER, about) as span:
            attempt = _Attempt(self._tracer, span)
            try:
                with _named_in_the_log(span):
                    yield attempt
            finally:
                attempt.close()

    def _span(
        self,
        name: str,
        parent: Context | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        about: Mapping[str, str | int] | None = None,
    ) -> AbstractContextManager[Span]:
        """Without the texts of exceptions: they may hold what must not leave the machine."""
        return self._tracer.start_as_current_span(
            name, parent, kind, about, record_exception=False, set_status_on_exception=False
        )

    def traceparent(self) -> str | None:
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        return carrier.get("traceparent")

    def close(self) -> None:
        """Give the collector a moment to take what is left."""
        closing = threading.Thread(target=self._provider.shutdown, name="traces-close", daemon=True)
        closing.start()
        closing.join(_CLOSE_SECONDS)


class _Telling(SpanExporter):
    """Says when spans begin to be lost and when they are taken again, not each time."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._well = True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        well = result is SpanExportResult.SUCCESS
        if well is not self._well:
            _log.warning(
                "the collector of traces takes spans again" if well else "spans are lost: their collector does not take them"
            )
        self._well = well
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()


class _Request:
    def __init__(self, span: Span, method: str) -> None:
        self._span = span
        self._method = method

    def ended(self, route: str, status: int) -> None:
        self._span.update_name(f"{self._method} {route}")
        self._span.set_attributes({"http.route": route, "http.response.status_code": status})
        if status >= _SERVER_ERROR:
            self._span.set_status(StatusCode.ERROR)


class _Attempt:
    """One stage after another below the attempt. Stages are entered from threads too, so the parent is given, not found."""

    def __init__(self, tracer: trace.Tracer, attempt: Span) -> None:
        self._tracer = tracer
        self._span = attempt
        self._below = trace.set_span_in_context(attempt, Context())
        self._open: Span | None = None

    def enter(self, stage: Stage) -> None:
        self.close()
        if stage is not Stage.DONE:
            self._open = self._tracer.start_span(stage.value, self._below)

    def ended(self, error: BaseException | None) -> None:
        if error is not None:
            self._span.set_status(StatusCode.ERROR)
            self._span.set_attribute(
                "error.type", error.code if isinstance(error, InterviewAnalysisError) else type(error).__name__
            )

    def close(self) -> None:
        if self._open is not None:
            self._open.end()
            self._open = None


def _named_in_the_log(span: Span) -> AbstractContextManager[None]:
    return structlog.contextvars.bound_contextvars(trace_id=f"{span.get_span_context().trace_id:032x}")


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1e6) * 1000
