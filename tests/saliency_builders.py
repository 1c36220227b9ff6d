"""Saliency maps, and the archives in which they are handed in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray


def blob_maps(frames: int, height: int = 36, width: int = 64) -> NDArray[np.float32]:
    """(N, H, W): a Gaussian that moves from the left edge to the right one."""
    rows, columns = np.mgrid[:height, :width]
    centres = np.linspace(0, width - 1, frames)[:, None, None]
    distance = (columns - centres) ** 2 + (rows - height / 2) ** 2
    return np.asarray(np.exp(-distance / (2 * (width / 8) ** 2)), np.float32)


def npz(**arrays: NDArray[np.generic]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def archive(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return file.getvalue()


def png(picture: NDArray[np.generic]) -> bytes:
    return bytes(cv2.imencode(".png", picture)[1])


def read_png(content: bytes) -> NDArray[np.generic]:
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    return np.asarray(picture)
