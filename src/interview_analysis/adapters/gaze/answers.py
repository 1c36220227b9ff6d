"""What a gaze process answers, and how its answers travel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Protocol

import orjson

from interview_analysis.adapters.child.loop import Answer
from interview_analysis.adapters.child.wire import Kind, Message
from interview_analysis.domain.screen_gaze import GazeProblem, GazeSample, Measured, ScreenPoint

TOGETHER = 4
"""Waiting pictures that a process measures at a time, stage by stage: each network finds its code and data still in the cache,
which spares a tenth. More spare no more, and a picture waits for its whole group."""


class PictureMeter(Protocol):
    def measure_all(self, pictures: Sequence[bytes]) -> list[Measured]:
        """As ``GazeMeter.measure_all``."""


def answer_pictures(open_meter: Callable[[], PictureMeter]) -> Answer:
    """Answers to the messages of ``processes.GazeProcesses``. ``open_meter`` raises ``ModelUnavailable``."""
    meters: list[PictureMeter] = []

    def answer(messages: Sequence[Message]) -> list[bytes]:
        pictures = [message.body for message in messages if message.kind is not Kind.OPEN]
        if len(pictures) < len(messages):
            meters[:] = [open_meter()]
        measured = iter(meters[0].measure_all(pictures))
        return [b"" if message.kind is Kind.OPEN else write_measured(next(measured)) for message in messages]

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
