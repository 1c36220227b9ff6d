"""``./run_tests.sh audit``: findings fail, a list that is out of reach does not, and neither looks like the other."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from conftest import ROOT
from s3_servers import free_port

pytestmark = pytest.mark.slow

FINDING = {
    "id": "PYSEC-0000-1",
    "summary": "made up for a test",
    "affected": [
        {
            "package": {"name": "example", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.9"}]}],
        }
    ],
}


@contextmanager
def vulnerability_list(status: int, document: dict[str, object]) -> Iterator[str]:
    """A server that speaks as OSV does."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
        server.shutdown()
        thread.join()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Set up already, with one package."""
    shutil.copy(ROOT / "run_tests.sh", tmp_path)
    (tmp_path / "run_server.sh").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "run_server.sh").chmod(0o755)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "constraints.txt").write_text("example==1.0\n")
    return tmp_path


def audit(checkout: Path, url: str) -> subprocess.CompletedProcess[str]:
    options = ["--vulnerability-service", "osv", "--osv-url", url, "--cache-dir", str(checkout / "cache")]
    variables = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    command = ["bash", "run_tests.sh", "audit", *options]
    return subprocess.run(command, cwd=checkout, env=variables, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize(
    ("status", "document", "code", "said"),
    [
        (200, {}, 0, "ok      audit of 1 packages"),
        (200, {"vulns": [FINDING]}, 1, "PYSEC-0000-1"),
        (500, {}, 1, "could not be carried out"),
    ],
    ids=["clean", "finding", "broken"],
)
def test_what_the_list_says_decides(checkout: Path, status: int, document: dict[str, object], code: int, said: str) -> None:
    with vulnerability_list(status, document) as url:
        done = audit(checkout, url)
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout + done.stderr


def test_without_a_network_it_is_skipped_and_says_so(checkout: Path) -> None:
    done = audit(checkout, f"http://127.0.0.1:{free_port()}/")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("skipped audit: ")
