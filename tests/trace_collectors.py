"""A collector of traces: a real HTTP server that decodes what an exporter sends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Collector:
    """``status`` is what it answers; while ``held`` it takes the request and says nothing."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.status = 200
        self.requests = 0
        self.url = ""
        self._free = threading.Event()
        self._free.set()

    def hold(self) -> None:
        self._free.clear()

    def release(self) -> None:
        self._free.set()

    def named(self, name: str) -> list[Span]:
        return [span for span in list(self.spans) if span.name == name]

    def take(self, body: bytes) -> None:
        self.requests += 1
        self._free.wait()
        if self.status != 200:
            return
        sent = ExportTraceServiceRequest.FromString(body)
        self.spans += [span for group in sent.resource_spans for scope in group.scope_spans for span in scope.spans]


@contextmanager
def collector() -> Iterator[Collector]:
    collecting = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collecting.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(collecting.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    collecting.url = f"http://127.0.0.1:{server.server_address[1]}/v1/traces"
    try:
        yield collecting
    finally:
        collecting.release()
        server.shutdown()
        thread.join(10)
        server.server_close()


def attributes(span: Span) -> dict[str, str | int]:
    return {pair.key: pair.value.string_value or pair.value.int_value for pair in span.attributes}
