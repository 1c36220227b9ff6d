"""Labelled face pictures in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interview_analysis.training.config import FER_CLASSES


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

    def batches(self, size: int, rng: np.random.Generator | None = None) -> Iterator[LabelledFaces]:
        """Batches in order, or shuffled by ``rng``; a shuffled epoch drops the last short batch."""
        order = np.arange(len(self)) if rng is None else rng.permutation(len(self))
        stop = len(self) if rng is None or len(self) < size else len(self) - len(self) % size
        for start in range(0, stop, size):
            chosen = order[start : start + size]
            yield LabelledFaces(self.images[chosen], self.labels[chosen])


def load_npz(path: Path) -> LabelledFaces:
    """Read arrays ``image`` uint8 (N, H, W) and ``label`` from an NPZ file; raises ``ValueError`` where they are absent."""
    with np.load(path, allow_pickle=False) as data:
        if "image" not in data or "label" not in data:
            raise ValueError(f"{path} has no arrays 'image' and 'label'")
        return LabelledFaces(data["image"], data["label"].astype(np.int64))
