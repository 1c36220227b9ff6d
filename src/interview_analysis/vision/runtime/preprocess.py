"""From picture crops to the batch a network wants, as its spec says."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.vision.runtime.specs import InputSpec

_MAX_LEVEL = 255.0


def to_batch(crops: Sequence[NDArray[np.uint8]], spec: InputSpec) -> NDArray[np.float32]:
    """RGB uint8 crops (H, W, 3) of any size → float32 (N, 3, S, S), normalised by mean and deviation."""
    mean = np.asarray(spec.mean, np.float32)
    std = np.asarray(spec.std, np.float32)
    pictures = np.stack([_as_rgb(_resized(_colour(crop, spec), spec)) for crop in crops])
    batch = (pictures.astype(np.float32) / _MAX_LEVEL - mean) / std
    return np.ascontiguousarray(batch.transpose(0, 3, 1, 2), np.float32)


def _resized(crop: NDArray[np.uint8], spec: InputSpec) -> NDArray[np.uint8]:
    return _resize(crop if spec.through is None else _resize(crop, spec.through), spec.size)


def _resize(crop: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Area averaging where it shrinks (no aliasing), bilinear where it grows (as in training)."""
    shrinks = min(crop.shape[:2]) > size
    resized = cv2.resize(crop, (size, size), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return np.asarray(resized, np.uint8)


def _colour(crop: NDArray[np.uint8], spec: InputSpec) -> NDArray[np.uint8]:
    """(H, W, 3), or (H, W) for a network of grey pictures, which is then cheaper to resize."""
    return crop if spec.colour == "rgb" else np.asarray(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), np.uint8)


def _as_rgb(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return picture if picture.ndim == 3 else np.repeat(picture[:, :, None], 3, axis=2)
