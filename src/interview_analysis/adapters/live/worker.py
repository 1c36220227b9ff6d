"""The live process: cameras by their conversation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import orjson

from interview_analysis.adapters.child.loop import Answer
from interview_analysis.adapters.child.wire import Kind, Message
from interview_analysis.domain.live import LiveOptions, Smoothing


class Camera(Protocol):
    models: dict[str, str | None]
    """As ``LiveSession.models``."""

    def look(self, timestamp: float, picture: bytes) -> bytes:
        """As ``LiveSession.analyse``."""

    def close(self) -> None: ...


def answer_cameras(open_camera: Callable[[LiveOptions], Camera]) -> Answer:
    """Answers to the messages of ``process.LiveProcess``."""
    cameras: dict[int, Camera] = {}

    def reply(message: Message) -> bytes | None:
        if message.kind is Kind.OPEN:
            camera = cameras[message.conversation] = open_camera(_options(message.body))
            return orjson.dumps(camera.models)
        if message.kind is Kind.PICTURE:
            return cameras[message.conversation].look(message.timestamp, message.body)
        if (closed := cameras.pop(message.conversation, None)) is not None:
            closed.close()
        return None

    def answer(messages: Sequence[Message]) -> list[bytes | None]:
        return [reply(message) for message in messages]

    return answer


def _options(body: bytes) -> LiveOptions:
    given = orjson.loads(body)
    return LiveOptions(Smoothing(given["smoothing"]), given["landmarks"])
