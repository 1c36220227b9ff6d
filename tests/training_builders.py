"""Small labelled pictures that a network can learn in seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from torch import Tensor, nn

from interview_analysis.training.config import FER_CLASSES, ExpressionConfig
from interview_analysis.training.datasets import LabelledFaces

SIDE = 16


def striped_faces(count: int, seed: int = 0) -> LabelledFaces:
    """Pictures with a bright bar at a height that tells the class, and noise."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, len(FER_CLASSES), count)
    images = rng.integers(0, 60, (count, SIDE, SIDE))
    for image, label in zip(images, labels, strict=True):
        image[2 * label + 1 : 2 * label + 3] += 180
    return LabelledFaces(images.astype(np.uint8), labels.astype(np.int64))


def tiny_config(out: Path, **changes: object) -> ExpressionConfig:
    options: dict[str, object] = {
        "train": Path("training.npz"),
        "validation": Path("validation.npz"),
        "out": out,
        "image_size": SIDE,
        "start_size": SIDE,
        "batch_size": 16,
        "epochs": 2,
        "ema_decay": 0.9,
        "threads": 1,
    }
    return ExpressionConfig(**(options | changes))  # type: ignore[arg-type]


class TinyNetwork(nn.Module):
    """Images (N, 3, S, S) → logits (N, 7), without randomness of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d((SIDE // 2, 1)),
            nn.Flatten(),
            nn.Linear(8 * SIDE // 2, len(FER_CLASSES)),
        )

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits
