"""What a gaze process answers, and how its answers travel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Protocol

import orjson

from interview_analysis.adapters.child.loop import Answer
from interview_analysis.adapters.child.wire import Kind, Message
from interview_analysis.domain.screen_gaze import GazeProblem, GazeSample, Measured, ScreenPoint


class PictureMeter(Protocol):
    def measure(self, picture: bytes) -> Measured:
        """As ``GazeMeter.measure``."""


def answer_pictures(open_meter: Callable[[], PictureMeter]) -> Answer:
    """Answers to the messages of ``processes.GazeProcesses``. ``open_meter`` raises ``ModelUnavailable``."""
    meters: list[PictureMeter] = []

    def answer(message: Message) -> bytes | None:
        if message.kind is Kind.OPEN:
            meters[:] = [open_meter()]
            return b""
        return write_measured(meters[0].measure(message.body))

    return answer


def write_measured(measured: Measured) -> bytes:
    """JSON for ``read_measured``."""
    return orjson.dumps(asdict(measured) if isinstance(measured, GazeSample) else measured, default=tuple)


def read_measured(body: bytes) -> Measured:
    """Of ``write_measured``."""
    given = orjson.loads(body)
    if isinstance(given, str):
        return GazeProblem(given)
    trained = given.pop("trained")
    parts = {name: tuple(values) for name, values in given.items()}
    return GazeSample(**parts, trained=None if trained is None else ScreenPoint(*trained))
