"""The client against a small real server that answers as the service does, and as it does when something is wrong."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from interview_analysis.demo.client import ServiceClient
from interview_analysis.domain.analysis import AnalysisStatus, Progress, Stage
from interview_analysis.errors import DependencyUnavailable, InterviewAnalysisError


def event(status: str, stage: str, percent: float) -> bytes:
    data = json.dumps({"status": status, "progress": {"stage": stage, "percent": percent}})
    return f"event: progress\nid: 1\ndata: {data}\n\n".encode()


class Service(ThreadingHTTPServer):
    """``streams`` holds what each connection to the events is sent; ``received`` what was uploaded."""

    def __init__(self, streams: list[bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.streams = streams
        self.received = b""
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Answers(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        if self.path.endswith("/events"):
            self.answer(200, self.server.streams.pop(0), "text/event-stream")
        elif self.path == "/health/ready":
            self.answer(200, b"{}")
        else:
            problem = {"code": "analysis_not_found", "detail": "no analysis x", "status": 404}
            self.answer(404, json.dumps(problem).encode(), "application/problem+json")

    def do_POST(self) -> None:
        if self.path == "/uploads":
            self.server.received = self.read_chunked()
            self.answer(201, b'{"s3_bucket": "uploads", "s3_key": "a/b.webm"}')
        else:
            self.answer(502, b"<html>", "text/html")

    def read_chunked(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""


@pytest.fixture
def service() -> Iterator[Service]:
    with Service([]) as service:
        thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield service
        service.shutdown()
        thread.join()


@pytest.fixture
def client(service: Service) -> Iterator[ServiceClient]:
    with ServiceClient(service.url) as client:
        yield client


def test_upload_streams_the_whole_file(service: Service, client: ServiceClient, tmp_path: Path) -> None:
    clip = tmp_path / "clip.webm"
    clip.write_bytes(bytes(range(256)) * 4096)
    assert client.upload(clip) == ("uploads", "a/b.webm")
    assert service.received == clip.read_bytes()


def test_following_reports_progress_and_survives_a_broken_stream(service: Service, client: ServiceClient) -> None:
    service.streams += [
        event("processing", "fetch", 1.0) + b": heartbeat\n\n",
        event("processing", "analyse_frames", 50.0) + event("completed", "done", 100.0),
    ]
    seen: list[Progress] = []
    assert client.follow("x", seen.append) is AnalysisStatus.COMPLETED
    assert seen == [Progress(Stage.FETCH, 1.0), Progress(Stage.ANALYSE_FRAMES, 50.0), Progress(Stage.DONE, 100.0)]


def test_a_problem_document_is_raised_with_its_code(client: ServiceClient) -> None:
    with pytest.raises(InterviewAnalysisError, match="no analysis x") as caught:
        client.result("x")
    assert caught.value.code == "analysis_not_found"


def test_an_answer_that_is_no_problem_document_is_told_by_its_status(client: ServiceClient) -> None:
    with pytest.raises(DependencyUnavailable, match="502"):
        client.submit("uploads", "a/b.webm")


def test_no_server_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with ServiceClient(f"http://127.0.0.1:{port}") as client, pytest.raises(DependencyUnavailable, match=str(port)):
        client.wait_until_ready(0.1)
