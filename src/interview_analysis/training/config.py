"""Hyperparameters of one training run: written into the checkpoint folder and the model card."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

FER_CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""Class order of FER2013's integer labels."""
_FREE_FIELDS = frozenset({"train", "validation", "out", "threads"})


@dataclass(frozen=True, slots=True)
class ExpressionConfig:
    """``train expression``. Sizes in pixels, learning rate for AdamW's one-cycle, probabilities and shares 0–1.

    start_size, grow_after   progressive learning (Tan & Le, arXiv 2104.00298): the first share of the epochs runs on
                             smaller pictures, which costs less and regularises less
    mixup_*, cutmix_*        a batch is mixed by one of the two, or by none; their probabilities may sum to 1 at most
    threads                  0 = torch's own choice
    """

    train: Path
    validation: Path
    out: Path
    image_size: int = 96
    start_size: int = 64
    grow_after: float = 0.6
    batch_size: int = 128
    epochs: int = 14
    learning_rate: float = 1.5e-3
    weight_decay: float = 0.02
    dropout: float = 0.3
    label_smoothing: float = 0.1
    mixup_alpha: float = 0.2
    mixup_probability: float = 0.35
    cutmix_alpha: float = 1.0
    cutmix_probability: float = 0.25
    ema_decay: float = 0.995
    seed: int = 20261121
    threads: int = 0

    def __post_init__(self) -> None:
        """Raises ``ValueError`` naming the field that is out of range."""
        for name in ("grow_after", "dropout", "label_smoothing", "mixup_probability", "cutmix_probability", "ema_decay"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie in 0..1")
        for name in ("image_size", "start_size", "batch_size", "epochs", "mixup_alpha", "cutmix_alpha", "learning_rate"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be positive")
        if self.mixup_probability + self.cutmix_probability > 1:
            raise ValueError("mixup_probability and cutmix_probability must sum to 1 at most")

    def hyperparameters(self) -> dict[str, float]:
        """What must stay the same when a run is taken up again: everything but the paths and ``threads``."""
        return {name: value for name, value in asdict(self).items() if name not in _FREE_FIELDS}

    def size_in(self, epoch: int) -> int:
        """Side of the pictures in this epoch, counted from 0."""
        return self.start_size if epoch < round(self.grow_after * self.epochs) else self.image_size
