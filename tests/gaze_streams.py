"""A client of ``WS /gaze/stream``."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin


def stream_address(http: object, **query: str) -> str:
    """``http``: the server's address."""
    return f"{http}".rstrip("/").replace("http", "ws", 1) + f"/gaze/stream?{urlencode(query)}"


class GazeStream:
    """After its hello. ``welcome`` is the server's answer to it."""

    def __init__(self, socket: ClientConnection, hello: dict[str, object]) -> None:
        self.socket = socket
        socket.send(json.dumps({"type": "hello", **hello}))
        self.welcome = json.loads(socket.recv(timeout=30))

    def send(self, number: int, picture: bytes, milliseconds: float = math.nan, **note: object) -> None:
        told = json.dumps(note).encode() if note else b""
        self.socket.send(struct.pack("<IdH", number, milliseconds, len(told)) + told + picture)

    def receive(self) -> dict[str, Any]:
        return dict(json.loads(self.socket.recv(timeout=30)))

    def ask(self, number: int, picture: bytes, milliseconds: float = math.nan, **note: object) -> dict[str, Any]:
        """Its answer."""
        self.send(number, picture, milliseconds, **note)
        return self.receive()


@contextmanager
def gaze_stream(http: object, session_id: str, *, origin: str | None = None, **hello: object) -> Iterator[GazeStream]:
    """``video_id`` of ``hello`` goes into the address."""
    video = {"video_id": str(hello.pop("video_id"))} if "video_id" in hello else {}
    address = stream_address(http, session_id=session_id, **video)
    with connect(address, compression=None, origin=None if origin is None else Origin(origin), open_timeout=60) as socket:
        yield GazeStream(socket, hello)
