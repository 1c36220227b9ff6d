"""Pictures for live analysis, and a client of ``WS /live``."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from websockets.sync.client import ClientConnection, connect

from interview_analysis.domain.pose import HeadAngles
from synthetic_face import synthetic_face

Picture = NDArray[np.uint8]
_TURN_FRAMES = 45
_TURN_DEGREES = 22.0


def portrait(yaw: float = 0.0) -> Picture:
    """One face, (480, 640, 3)."""
    return synthetic_face().draw(HeadAngles(0, yaw, 0))


def two_faces(swapped: bool = False) -> Picture:
    """The same person twice side by side, (480, 640, 3): one straight, one turned."""
    halves = [portrait()[:, 160:480], portrait(18.0)[:, 160:480]]
    return np.ascontiguousarray(np.hstack(halves[::-1] if swapped else halves))


def jpeg(picture: Picture, quality: int = 85) -> bytes:
    return bytes(cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def turning_camera(target: Path) -> Path:
    """A second and a half in which the head turns to one side and to the other, as MJPEG."""
    yaws = _TURN_DEGREES * np.sin(np.linspace(0, 2 * np.pi, _TURN_FRAMES, endpoint=False))
    target.write_bytes(b"".join(jpeg(portrait(float(yaw))) for yaw in yaws))
    return target


def two_faces_camera(target: Path) -> Path:
    target.write_bytes(jpeg(two_faces()) * 30)
    return target


class LiveClient:
    """After its hello. ``welcome`` is the server's answer to it."""

    def __init__(self, socket: ClientConnection, hello: dict[str, object]) -> None:
        self.socket = socket
        socket.send(json.dumps({"type": "hello", **hello}))
        self.welcome = json.loads(socket.recv())

    def send(self, number: int, picture: bytes, milliseconds: float | None = None) -> None:
        """``milliseconds``: 40 a picture unless given."""
        self.socket.send(struct.pack("<Id", number, 40.0 * number if milliseconds is None else milliseconds) + picture)

    def ask(self, number: int, picture: bytes) -> dict[str, Any]:
        """Its answer."""
        self.send(number, picture)
        return dict(json.loads(self.socket.recv()))


def live_address(http: object) -> str:
    return f"{http}".rstrip("/").replace("http", "ws", 1) + "/live"


@contextmanager
def live_client(http: object, headers: dict[str, str] | None = None, **hello: object) -> Iterator[LiveClient]:
    """``http``: the server's address."""
    with connect(live_address(http), compression=None, additional_headers=headers, open_timeout=60) as socket:
        yield LiveClient(socket, hello)
