"""Hyperparameters of ``train landmarks``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

ENTRY_FILE = "manifest-entry.yaml"
"""What a run leaves in its folder for the manifest."""

_FREE_FIELDS = frozenset({"data", "out", "start", "threads"})
_SHARES = ("dropout", "label_smoothing", "ema_decay", "validation_share", "test_share", "specificity")


@dataclass(frozen=True, slots=True)
class LandmarksConfig:
    """One run. Learning rate for AdamW with a cosine schedule over ``epochs``; shares 0–1.

    data              CSV of labelled meshes, see ``landmarks_data``
    start             checkpoint to start from; with ``epochs`` 0 it is measured and exported as it is
    normalisation     see ``MeshSpec``; checkpoints of the earlier system need nose_centred
    noise             standard deviation of the Gaussian noise on each normalised coordinate
    ema_decay         of the moving average of the weights, a step; the average is what is validated, kept and exported
    class_weights     balanced: a rare label counts as much as a frequent one
    patience          epochs without a lower validation loss after which the run ends with the best weights; 0 = never, the last
                      weights are kept: on some fifty validation rows the loss says less than the end of the schedule
    validation_share  of the groups that are not for testing; early stopping, temperature and threshold are chosen on them
    test_share        of all groups, where the CSV has no column split
    specificity       the threshold is the lowest at which this share of the neutral validation rows is called neutral
    duplicate         meshes of nobody named that are closer than this are one picture: root mean square distance of their
                      points after alignment, where the root mean square distance from the nose is 1
    threads           0 = torch's own choice
    """

    data: Path
    out: Path
    start: Path | None = None
    normalisation: Literal["aligned", "nose_centred"] = "aligned"
    epochs: int = 120
    batch_size: int = 32
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    dropout: float = 0.3
    label_smoothing: float = 0.05
    noise: float = 0.02
    ema_decay: float = 0.98
    class_weights: Literal["balanced", "none"] = "balanced"
    patience: int = 0
    validation_share: float = 0.2
    test_share: float = 0.2
    specificity: float = 0.8
    duplicate: float = 0.03
    seed: int = 20261121
    threads: int = 0

    def __post_init__(self) -> None:
        """Raises ``ValueError`` naming the field that is out of range."""
        for name in _SHARES:
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must lie in 0..1, 1 excluded")
        for name in ("batch_size", "learning_rate", "validation_share", "test_share"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be positive")
        for name in ("epochs", "patience", "noise", "duplicate", "weight_decay", "threads"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative")
        if self.epochs == 0 and self.start is None:
            raise ValueError("epochs 0 exports a checkpoint as it is: give it with start")

    def hyperparameters(self) -> dict[str, object]:
        """What must stay the same when a run is taken up again: everything but the paths and ``threads``."""
        return {name: value for name, value in asdict(self).items() if name not in _FREE_FIELDS}
