"""Hyperparameters of one training run: written into the checkpoint and the model card."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FER_CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""Class order of FER2013's integer labels."""


@dataclass(frozen=True, slots=True)
class ExpressionConfig:
    """``train expression``. Sizes in pixels, learning rates for AdamW, probabilities 0–1."""

    train: Path
    validation: Path
    out: Path
    image_size: int = 64
    batch_size: int = 128
    epochs: int = 9
    learning_rate: float = 1.5e-3
    weight_decay: float = 0.02
    dropout: float = 0.3
    label_smoothing: float = 0.1
    mixup_alpha: float = 0.2
    mixup_probability: float = 0.4
    ema_decay: float = 0.995
    seed: int = 20261121
    threads: int = 0
