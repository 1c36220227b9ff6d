"""A real MongoDB wire server in a process of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from processes import wait_until
from s3_servers import free_port

_START_SECONDS = 60.0


class MongoServer:
    """``secantusd-py`` on a fixed port and folder: what it had committed is there again after ``kill`` and ``start``."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/?directConnection=true"

    def start(self) -> None:
        program = Path(sys.executable).with_name("secantusd-py")
        options = ["--port", str(self.port), "--storage-path", str(self._folder), "--sync-on-commit", "--standalone"]
        silent = subprocess.DEVNULL
        self._process = subprocess.Popen([program, *options], stdin=silent, stdout=silent, stderr=silent)
        wait_until(self._answers, _START_SECONDS)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, number: int) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(20)
            self._process = None

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1.0).close()
        except OSError:
            assert self._process is not None
            assert self._process.poll() is None, "the MongoDB server ended at its start"
            return False
        return True


@contextmanager
def mongo_server(folder: Path) -> Iterator[MongoServer]:
    server = MongoServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
