"""A real MariaDB server in a process and a folder of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pymysql
import pytest

from interview_analysis.adapters.relational.engine import MariaDbServer
from processes import wait_until
from s3_servers import free_port

_START_SECONDS = 60.0
_USER, _PASSWORD = "practice", "correct horse"


class MariaDb:
    """``mariadbd`` on a fixed port: what it had committed is there again after ``kill`` and ``start``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        install = [
            "mariadb-install-db",
            "--no-defaults",
            f"--datadir={folder / 'data'}",
            "--auth-root-authentication-method=normal",
        ]
        subprocess.run([*install, *_account()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=True)

    def start(self) -> None:
        options = [f"--datadir={self._folder / 'data'}", f"--port={self._port}", f"--socket={self._folder / 'socket'}"]
        lean = [
            "--bind-address=127.0.0.1",
            "--innodb-buffer-pool-size=32M",
            "--innodb-log-file-size=16M",
            "--skip-name-resolve",
        ]
        silent = subprocess.DEVNULL
        command = [_program(), "--no-defaults", *options, *lean, *_account()]
        self._process = subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent)
        wait_until(self._answers, _START_SECONDS)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)
            self._process = None

    def create(self, database: str) -> MariaDbServer:
        """An empty database with a user who may do anything in it, and nothing elsewhere."""
        self.execute(
            f"CREATE DATABASE {database} CHARACTER SET utf8mb4",
            f"CREATE USER IF NOT EXISTS {_USER}@'127.0.0.1' IDENTIFIED BY '{_PASSWORD}'",
            f"GRANT ALL ON {database}.* TO {_USER}@'127.0.0.1'",
        )
        return MariaDbServer("127.0.0.1", self._port, _USER, _PASSWORD, database)

    def execute(self, *statements: str) -> None:
        """As root."""
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def kill_connections(self) -> int:
        """Every connection of the user is ended by the server; returns how many."""
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT id FROM information_schema.processlist WHERE user = %s", (_USER,))
            numbers = [row[0] for row in cursor.fetchall()]
            for number in numbers:
                cursor.execute(f"KILL {number}")
        return len(numbers)

    def _connect(self) -> pymysql.Connection:
        return pymysql.connect(unix_socket=str(self._folder / "socket"), user="root")

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "the MariaDB server ended at its start"
        with contextlib.suppress(OSError, pymysql.OperationalError), socket.create_connection(("127.0.0.1", self._port), 1.0):
            self.execute("SELECT 1")  # its port is open before it has started
            return True
        return False


@contextmanager
def mariadb_server(folder: Path) -> Iterator[MariaDb]:
    """Skips where the server is not installed, but never in continuous integration."""
    if shutil.which("mariadb-install-db") is None and "CI" not in os.environ:
        pytest.skip("MariaDB is not installed (Debian: mariadb-server)")
    server = MariaDb(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()  # nobody needs its files any more


def _program() -> str:
    """Debian keeps servers where only root looks."""
    return shutil.which("mariadbd") or "/usr/sbin/mariadbd"


def _account() -> list[str]:
    """As root it refuses to run unless it is told that this is meant."""
    return ["--user=root"] if os.geteuid() == 0 else []
