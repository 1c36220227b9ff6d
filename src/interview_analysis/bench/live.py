"""Live analysis as a browser meets it: a server of its own, the real WebSocket, pictures of a clip as JPEG."""

from __future__ import annotations

import itertools
import json
import statistics
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from websockets.sync.client import ClientConnection, connect

from interview_analysis.bench.own_server import READY_SECONDS, jpeg_pictures, own_server
from interview_analysis.bench.usage import Machine, this_machine
from interview_analysis.settings import Settings

CAMERA_RATE = 15.0
"""Pictures a second while latency is measured."""
_ON_THE_WAY = 2
"""As the page does it."""


@dataclass(frozen=True, slots=True)
class LiveReport:
    """``frames_per_second`` as fast as answers come; latencies from a picture sent to its answer received, at ``CAMERA_RATE``;
    ``first_answer_s`` from connecting, with the models not yet loaded; ``faces`` the most in one answer."""

    machine: Machine
    clip: str
    width: int
    height: int
    faces: int
    frames_per_second: float
    latency_median_ms: float
    latency_p95_ms: float
    first_answer_s: float
    seconds: float


def measure_live(clip: Path, settings: Settings, folder: Path, seconds: float) -> LiveReport:
    """``folder`` for the server's data; ``seconds`` for each of the two measurements. Raises ``VideoError``, ``InputError``."""
    machine = this_machine()
    pictures, (width, height) = jpeg_pictures(clip, settings)
    with own_server(folder, settings) as server:
        began = time.perf_counter()
        with connect(f"ws://127.0.0.1:{server.port}/live", compression=None, open_timeout=READY_SECONDS) as connection:
            camera = _Camera(connection, pictures)
            camera.ask()
            first = time.perf_counter() - began
            rate = camera.as_fast_as_answered(seconds)
            waits = camera.paced(seconds)
    return LiveReport(
        machine=machine,
        clip=clip.name,
        width=width,
        height=height,
        faces=camera.faces,
        frames_per_second=round(rate, 1),
        latency_median_ms=round(statistics.median(waits), 1),
        latency_p95_ms=round(statistics.quantiles(waits, n=20)[-1], 1),
        first_answer_s=round(first, 2),
        seconds=seconds,
    )


class _Camera:
    """Sends the pictures in a circle."""

    def __init__(self, connection: ClientConnection, pictures: Sequence[bytes]) -> None:
        self._connection = connection
        self._pictures = itertools.cycle(pictures)
        self._sent = 0
        self._answered = 0
        self.faces = 0
        connection.send(json.dumps({"type": "hello"}))
        connection.recv()

    def send(self) -> None:
        self._sent += 1
        self._connection.send(struct.pack("<Id", self._sent, time.perf_counter() * 1000) + next(self._pictures))

    def receive(self) -> None:
        """An answer; earlier pictures without one were left out."""
        answer = json.loads(self._connection.recv())
        self._answered = answer["frame"]
        self.faces = max(self.faces, len(answer["faces"] or ()))

    def ask(self) -> float:
        """Milliseconds until the answer."""
        began = time.perf_counter()
        self.send()
        self.receive()
        return (time.perf_counter() - began) * 1000

    def as_fast_as_answered(self, seconds: float) -> float:
        """Answers a second."""
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            while self._sent - self._answered < _ON_THE_WAY:
                self.send()
            self.receive()
            count += 1
        rate = count / (time.perf_counter() - began)
        while self._answered < self._sent:
            self.receive()
        return rate

    def paced(self, seconds: float) -> list[float]:
        """Milliseconds of each answer."""
        began, waits = time.perf_counter(), []
        for number in range(max(2, round(seconds * CAMERA_RATE))):
            time.sleep(max(0.0, began + number / CAMERA_RATE - time.perf_counter()))
            waits.append(self.ask())
        return waits
