"""The commands that judge a container's health, run as they stand there against a server that is well, ill, or not there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from deploy_files import compose, dockerfile

HTTP_OK, HTTP_ILL = 200, 503


def python_checks() -> dict[str, str]:
    """The Python source of each check, by its container."""
    (image,) = [rest.partition("CMD ")[2] for word, rest in dockerfile() if word == "HEALTHCHECK"]
    commands = {"image": json.loads(image)}
    commands |= {name: service["healthcheck"]["test"][1:] for name, service in compose()["services"].items()}
    return {name: command[2] for name, command in commands.items() if command[:2] == ["python", "-c"]}


@contextmanager
def server(status: int) -> Iterator[int]:
    """Answers everything with ``status``; yields its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as listener:
        thread = Thread(target=listener.serve_forever)
        thread.start()
        try:
            yield listener.server_port
        finally:
            listener.shutdown()
            thread.join()


def check(source: str, port: int) -> int:
    moved, count = re.subn(r"127\.0\.0\.1:\d+", f"127.0.0.1:{port}", source)
    assert count == 1, source
    return subprocess.run([sys.executable, "-c", moved], check=False, capture_output=True, timeout=60).returncode


def test_image_api_worker_and_flower_are_checked_by_python() -> None:
    assert set(python_checks()) == {"image", "api", "worker", "flower"}


@pytest.mark.parametrize("name", sorted(python_checks()))
def test_a_check_passes_on_a_healthy_server_only(name: str) -> None:
    source = python_checks()[name]
    with server(HTTP_OK) as port:
        assert check(source, port) == 0
    assert check(source, port) != 0, "nobody listens there any more"
    with server(HTTP_ILL) as port:
        assert check(source, port) != 0
