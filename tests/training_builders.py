"""Small labelled pictures that a network can learn in seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from torch import Tensor, nn

from interview_analysis.training.backbones import Classifier
from interview_analysis.training.config import FER_CLASSES, ExpressionConfig
from interview_analysis.training.faces import LabelledFaces

SIDE = 16


def striped_faces(count: int, seed: int = 0, class_names: tuple[str, ...] = FER_CLASSES) -> LabelledFaces:
    """Grey pictures with a bright bar at a height that tells the class, and noise; each class occurs."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, len(class_names), count)
    labels[: len(class_names)] = np.arange(len(class_names))[:count]
    images = rng.integers(0, 60, (count, SIDE, SIDE))
    for image, label in zip(images, labels, strict=True):
        image[2 * label + 1 : 2 * label + 3] += 180
    return LabelledFaces(images.astype(np.uint8), labels.astype(np.int64), class_names)


def write_npz(path: Path, faces: LabelledFaces) -> Path:
    np.savez(path, image=faces.images, label=faces.labels)
    return path


def write_folders(path: Path, faces: LabelledFaces) -> Path:
    """One sub-folder a class, with PNG files in the order of the faces."""
    for index, (image, label) in enumerate(zip(faces.rgb(), faces.labels, strict=True)):
        folder = path / faces.class_names[label]
        folder.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / f"{index:04}.png"), image)
    return path


def tiny_config(out: Path, **changes: object) -> ExpressionConfig:
    """One cycle over the striped pictures, without a head stage."""
    options: dict[str, Any] = {
        "train": Path("training.npz"),
        "validation": Path("validation.npz"),
        "out": out,
        "colour": "grey",
        "image_size": SIDE,
        "batch_size": 16,
        "epochs_head": 0,
        "epochs_finetune": 2,
        "learning_rate_finetune": 1.5e-3,
        "schedule": "one_cycle",
        "keep": "last",
        "freeze_bn": "none",
        "mixup_probability": 0.35,
        "cutmix_probability": 0.25,
        "ema_decay": 0.9,
        "threads": 1,
    }
    return ExpressionConfig(**(options | changes))


class TinyNetwork(nn.Module):
    """Images (N, 3, S, S) → logits (N, classes)."""

    def __init__(self, classes: int = len(FER_CLASSES)) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d((SIDE // 2, 1)),
            nn.Flatten(),
            nn.Dropout(0.05),
            nn.Linear(8 * SIDE // 2, classes),
        )

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.layers(images)
        return logits


def tiny_classifier(classes: int = len(FER_CLASSES)) -> Classifier:
    network = TinyNetwork(classes)
    return Classifier(network, network.layers[-1], (network.layers[1],))
