"""Labelled face pictures, wherever they lie, and those in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.emotion import EMOTIONS, Emotion
from interview_analysis.training.config import FER_CLASSES

Rows = NDArray[np.intp]
Labels = NDArray[np.int64]


class Faces(Protocol):
    """Labelled pictures, wherever they lie. ``labels`` (N,) are indices into ``class_names``."""

    @property
    def labels(self) -> Labels: ...

    @property
    def class_names(self) -> tuple[str, ...]: ...

    @property
    def emotions(self) -> Labels:
        """Labels (N,) as indices into ``EMOTIONS``. Raises ``ValueError`` for a class that is none of them."""

    def __len__(self) -> int: ...

    def subset(self, rows: Rows) -> Faces:
        """The pictures at ``rows``, in that order."""

    def batches(self, size: int, rng: np.random.Generator | None = None) -> Iterator[LabelledFaces]:
        """Batches in order, or shuffled by ``rng``; a shuffled epoch drops the last short batch. Unreadable pictures are left
        out, so a batch may be shorter."""


@dataclass(frozen=True, slots=True)
class LabelledFaces:
    """In memory: ``images`` uint8, grey (N, H, W) or RGB (N, H, W, 3); ``labels`` int64 (N,), indices into ``class_names``."""

    images: NDArray[np.uint8]
    labels: Labels
    class_names: tuple[str, ...] = FER_CLASSES

    def __post_init__(self) -> None:
        if self.images.dtype != np.uint8 or not (self.images.ndim == 3 or self.images.shape[3:] == (3,)):
            raise ValueError(f"images must be uint8 (N, H, W) or (N, H, W, 3), got {self.images.dtype} {self.images.shape}")
        if self.labels.shape != self.images.shape[:1]:
            raise ValueError(f"labels {self.labels.shape} do not match images {self.images.shape}")
        if self.labels.size == 0 or self.labels.min() < 0 or self.labels.max() >= len(self.class_names):
            raise ValueError(f"labels must be present and lie in 0..{len(self.class_names) - 1}")

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def emotions(self) -> Labels:
        return as_emotions(self)

    def rgb(self) -> list[NDArray[np.uint8]]:
        """The pictures as crops uint8 (H, W, 3)."""
        return list(self.images if self.images.ndim == 4 else np.repeat(self.images[..., None], 3, axis=3))

    def subset(self, rows: Rows) -> LabelledFaces:
        return LabelledFaces(self.images[rows], self.labels[rows], self.class_names)

    def batches(self, size: int, rng: np.random.Generator | None = None) -> Iterator[LabelledFaces]:
        return (self.subset(rows) for rows in batch_rows(len(self), size, rng))


def as_emotions(faces: Faces) -> Labels:
    """See ``Faces.emotions``."""
    columns = np.array([EMOTIONS.index(Emotion(name)) for name in faces.class_names], np.int64)
    return columns[faces.labels]


def batch_rows(count: int, size: int, rng: np.random.Generator | None) -> Iterator[Rows]:
    """Row numbers of each batch; see ``Faces.batches``."""
    order = np.arange(count) if rng is None else rng.permutation(count)
    stop = count if rng is None or count < size else count - count % size
    return (order[start : start + size] for start in range(0, stop, size))
