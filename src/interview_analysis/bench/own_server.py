"""A server of a benchmark's own, and pictures to send it."""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.bootstrap.line import build_decoder
from interview_analysis.client import Client
from interview_analysis.errors import InputError
from interview_analysis.settings import Settings

READY_SECONDS = 60.0
_QUALITY = 80
_MOST_PICTURES = 300


class OwnServer(NamedTuple):
    port: int
    process: int


@contextmanager
def own_server(folder: Path, settings: Settings, **more: str) -> Iterator[OwnServer]:
    """A server that does nothing else, ready; no key, no rate below the machine's own. ``more``: settings by their names."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    own = {"DATA_DIR": str(folder), "LOGS_DIR": str(folder), "MODELS_DIR": str(settings.paths.models_dir.absolute())}
    quiet = {"JOB_SUPERVISE": "false", "LIVE_MAX_RATE": "120", "RATE_LIMIT": "", "API_KEYS": "", "LOG_LEVEL": "WARNING"}
    command = [sys.executable, "-m", "interview_analysis", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, env={**os.environ, **own, **quiet, **more}) as process:
        try:
            with Client(f"http://127.0.0.1:{port}") as client:
                client.wait_until_ready(READY_SECONDS)
            yield OwnServer(port, process.pid)
        finally:
            process.terminate()


def jpeg_pictures(clip: Path, settings: Settings, size: tuple[int, int] | None = None) -> tuple[list[bytes], tuple[int, int]]:
    """JPEGs of a clip's frames, and their width and height; cut to ``size`` where one is given. Raises ``InputError``."""
    decoder = build_decoder(settings)
    with decoder.decode(clip, decoder.probe(clip)) as video:
        images = [frame.image for frame in itertools.islice(video, _MOST_PICTURES)]
    if not images:
        raise InputError(f"{clip.name} shows nothing")
    images = images if size is None else [_cut(image, size) for image in images]
    options = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
    pictures = [bytes(cv2.imencode(".jpg", image[:, :, ::-1], options)[1]) for image in images]
    height, width = images[0].shape[:2]
    return pictures, (width, height)


def _cut(image: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """The middle of the picture in the shape of ``size`` (width, height), scaled to it."""
    height, width = image.shape[:2]
    scale = min(width / size[0], height / size[1])
    wide, high = round(size[0] * scale), round(size[1] * scale)
    left, top = (width - wide) // 2, (height - high) // 2
    part = np.ascontiguousarray(image[top : top + high, left : left + wide])
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
