"""Labelled face pictures in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.emotion import EMOTIONS, Emotion
from interview_analysis.errors import InputError
from interview_analysis.training.config import FER_CLASSES

_FER_TO_EMOTION = np.array([EMOTIONS.index(Emotion(name)) for name in FER_CLASSES], np.int64)
_EVALUATION_FILE = "publictest.npz"
_FOLDER_PICTURE_SIZE = 48
_PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp"})


@dataclass(frozen=True, slots=True)
class LabelledFaces:
    """``images`` uint8 (N, H, W) grey; ``labels`` int64 (N,), indices into FER_CLASSES."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.images.dtype != np.uint8 or self.images.ndim != 3:
            raise ValueError(f"images must be uint8 (N, H, W), got {self.images.dtype} {self.images.shape}")
        if self.labels.shape != self.images.shape[:1]:
            raise ValueError(f"labels {self.labels.shape} do not match images {self.images.shape}")
        if self.labels.size == 0 or self.labels.min() < 0 or self.labels.max() >= len(FER_CLASSES):
            raise ValueError(f"labels must be present and lie in 0..{len(FER_CLASSES) - 1}")

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def emotions(self) -> NDArray[np.int64]:
        """Labels (N,) as indices into ``EMOTIONS``."""
        return _FER_TO_EMOTION[self.labels]

    def rgb(self) -> list[NDArray[np.uint8]]:
        """The pictures as crops uint8 (H, W, 3)."""
        return list(np.repeat(self.images[..., None], 3, axis=3))

    def batches(self, size: int, rng: np.random.Generator | None = None) -> Iterator[LabelledFaces]:
        """Batches in order, or shuffled by ``rng``; a shuffled epoch drops the last short batch."""
        order = np.arange(len(self)) if rng is None else rng.permutation(len(self))
        stop = len(self) if rng is None or len(self) < size else len(self) - len(self) % size
        for start in range(0, stop, size):
            chosen = order[start : start + size]
            yield LabelledFaces(self.images[chosen], self.labels[chosen])


def load_faces(path: Path) -> LabelledFaces:
    """An NPZ file (arrays ``image`` uint8 (N, H, W), ``label`` in the order of FER_CLASSES), a folder that holds
    ``publictest.npz``, or a folder with one sub-folder of pictures a class. Raises ``InputError``."""
    try:
        if not path.is_dir():
            return _load_npz(path)
        inside = path / _EVALUATION_FILE
        return _load_npz(inside) if inside.is_file() else _load_folders(path)
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{path}: {error}") from error


def _load_npz(path: Path) -> LabelledFaces:
    with np.load(path, allow_pickle=False) as data:
        return LabelledFaces(data["image"], data["label"].astype(np.int64))


def _load_folders(path: Path) -> LabelledFaces:
    images, labels = [], []
    for label, name in enumerate(FER_CLASSES):
        for file in sorted((path / name).glob("*")):
            if file.suffix.lower() in _PICTURE_SUFFIXES:
                images.append(_read_picture(file))
                labels.append(label)
    if not images:
        raise ValueError(f"no {_EVALUATION_FILE}, and no pictures in sub-folders {', '.join(FER_CLASSES)}")
    return LabelledFaces(np.stack(images), np.array(labels, np.int64))


def _read_picture(path: Path) -> NDArray[np.uint8]:
    picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise ValueError(f"{path.name} is not a picture")
    size = (_FOLDER_PICTURE_SIZE, _FOLDER_PICTURE_SIZE)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
