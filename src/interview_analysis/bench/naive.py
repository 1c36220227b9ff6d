"""The pipeline that one writes first: every source frame, landmarks and a torch network in fp32, one after the other."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from interview_analysis.bench.usage import Usage
from interview_analysis.demo.portrait import Landmarker
from interview_analysis.errors import VideoError

_MAX_SECONDS = 10.0
_CROP = 224
_PIXEL_RANGE = 255.0


def naive_seconds_per_second(clip: Path, landmarker: Path, network: nn.Module, rate: float) -> tuple[float, float]:
    """Wall seconds per second of video, and the seconds of video they were measured on (at most 10).

    ``rate`` is the source's frames per second. Raises ``VideoError`` where no frame can be read.
    """
    capture = cv2.VideoCapture(str(clip))
    network.eval()
    count = 0
    with Landmarker(landmarker) as faces, torch.inference_mode():
        start = Usage.now()
        while count < _MAX_SECONDS * rate:
            read, image = capture.read()
            if not read:
                break
            _frame(np.asarray(image, np.uint8), faces, network)
            count += 1
        wall = Usage.now().since(start).wall
    capture.release()
    if not count:
        raise VideoError("no frame can be read")
    return wall / (count / rate), count / rate


def _frame(image: NDArray[np.uint8], faces: Landmarker, network: nn.Module) -> None:
    picture = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)
    face = faces.measure(picture)
    if face is None:
        return
    height, width = picture.shape[:2]
    low = np.clip(face.landmarks[:, :2].min(axis=0).astype(int), 0, (width - 2, height - 2))
    high = np.clip(face.landmarks[:, :2].max(axis=0).astype(int), low + 1, (width, height))
    crop = cv2.resize(picture[low[1] : high[1], low[0] : high[0]], (_CROP, _CROP))
    network(torch.from_numpy(crop.astype(np.float32) / _PIXEL_RANGE).permute(2, 0, 1)[None])
