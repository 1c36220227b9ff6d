"""A real RabbitMQ broker in processes and a folder of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import amqp
import psutil
import pytest

from interview_analysis.adapters.jobs.celery_app import Broker
from processes import wait_until
from s3_servers import free_port

_START_SECONDS = 240.0
_PROGRAM = "/usr/lib/rabbitmq/bin/rabbitmq-server"
"""Debian's command beside it changes to another user's folder; this one needs neither root nor that user."""


class RabbitMq:
    """One node on fixed loopback ports: durable queues and messages are there again after ``kill`` and ``start``.

    Unacknowledged messages are taken back from a worker after ``consumer_timeout`` seconds.
    """

    def __init__(self, folder: Path, consumer_timeout: float = 1800.0) -> None:
        self._folder = folder
        self.port, self._tls_port, distribution, self._epmd_port = (free_port() for _ in range(4))
        self.certificate = make_certificate(folder)
        for name in ("home", "mnesia", "log"):
            (folder / name).mkdir()
        (folder / "plugins").write_text("[].\n")
        settings = {
            "listeners.tcp.1": f"127.0.0.1:{self.port}",
            "listeners.ssl.1": f"127.0.0.1:{self._tls_port}",
            "ssl_options.certfile": self.certificate,
            "ssl_options.keyfile": folder / "key.pem",
            "consumer_timeout": int(consumer_timeout * 1000),
            "vm_memory_high_watermark.absolute": "1GB",
            "disk_free_limit.absolute": "1MB",
        }
        (folder / "rabbitmq.conf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
        # How often it looks for such messages; it has no name in the other file.
        (folder / "advanced.config").write_text("[{rabbit, [{channel_tick_interval, 1000}]}].\n")
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "RABBITMQ_NODENAME": f"test{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def broker(self, queue: str, port: int | None = None) -> Broker:
        """The broker's address with a queue of this name; ``port`` of a way round."""
        return Broker(f"amqp://guest:guest@127.0.0.1:{port or self.port}//", queue)

    def tls_broker(self, queue: str, host: str = "127.0.0.1") -> Broker:
        """The same over TLS; ``certificate`` is for this address and signed by itself."""
        return Broker(f"amqps://guest:guest@{host}:{self._tls_port}//", queue)

    def start(self) -> None:
        """Until it takes connections."""
        silent = subprocess.DEVNULL
        command = [_PROGRAM]
        self._process = subprocess.Popen(
            command, env=self._environment, cwd=self._folder, stdin=silent, stdout=silent, stderr=silent, start_new_session=True
        )
        wait_until(self._answers, _START_SECONDS)

    def kill(self) -> None:
        """``kill -9``: of the shell that started it and of the Erlang machine."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """The broker, and the port mapper that Erlang leaves behind."""
        self._end(signal.SIGKILL)
        wait_until(self._end_port_mapper)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Its sockets stay open, and nobody is there."""
        assert self._process is not None
        machines = [child for child in psutil.Process(self._process.pid).children(recursive=True) if "beam" in child.name()]
        for machine in machines or [psutil.Process(self._process.pid)]:
            machine.suspend()
        try:
            yield
        finally:
            for machine in machines or [psutil.Process(self._process.pid)]:
                machine.resume()

    def connect(self) -> closing[amqp.Connection]:
        """A plain connection, as an operator would look into the broker."""
        connection = amqp.Connection(host=f"127.0.0.1:{self.port}", userid="guest", password="guest", connect_timeout=5)
        connection.connect()
        return closing(connection)

    def count(self, queue: str) -> tuple[int, int]:
        """Messages that wait in this queue, and its consumers."""
        with self.connect() as connection:
            found: Any = connection.channel().queue_declare(queue, passive=True)
            return found.message_count, found.consumer_count

    def publish(self, queue: str, body: str | bytes, **properties: Any) -> None:
        """A message that was not written by the service."""
        with self.connect() as connection:
            connection.channel().basic_publish(amqp.Message(body, **properties), routing_key=queue)

    def purge(self, queue: str) -> None:
        """What waits there is lost."""
        with self.connect() as connection:
            connection.channel().queue_purge(queue)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "the RabbitMQ broker ended at its start"
        with contextlib.suppress(OSError, amqp.AMQPError), self.connect():
            return True
        return False

    def _end_port_mapper(self) -> bool:
        """It refuses until it has noticed that the broker is gone."""
        command = ["epmd", "-port", str(self._epmd_port), "-kill"]
        answer = subprocess.run(command, env=self._environment, check=False, capture_output=True, text=True)
        return "Killed" in answer.stdout or "Cannot connect" in answer.stdout + answer.stderr

    def _end(self, number: int) -> None:
        if self._process is None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in psutil.Process(self._process.pid).children(recursive=True):
                process.send_signal(number)
        self._process.send_signal(number)
        self._process.wait(30)
        self._process = None


def make_certificate(folder: Path) -> Path:
    """For 127.0.0.1, in ``certificate.pem``; its key lies beside it."""
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subject = ["-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1"]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subprocess.run(["openssl", "req", *kind, *files, *subject], check=True, capture_output=True)
    return folder / "certificate.pem"


@contextmanager
def rabbitmq_server(folder: Path, consumer_timeout: float = 1800.0) -> Iterator[RabbitMq]:
    """Skips where the broker is not installed, but never in continuous integration."""
    if shutil.which(_PROGRAM) is None and "CI" not in os.environ:
        pytest.skip("RabbitMQ is not installed (Debian: rabbitmq-server)")
    server = RabbitMq(folder, consumer_timeout)
    server.start()
    try:
        yield server
    finally:
        server.stop()
