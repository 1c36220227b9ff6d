"""The residual network on face meshes: 1434 → 512, three residual blocks, 256, 2.

Layers and parameter names are those of the earlier system's ``emotion_resnet_best.pth``, so its checkpoints load strictly.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from interview_analysis.errors import InputError
from interview_analysis.vision.anxiety import LABELS, MESH_SHAPE

INPUTS = MESH_SHAPE[0] * MESH_SHAPE[1]
_WIDTH = 512
_HEAD_WIDTH = 256
_HEAD_DROPOUT = 0.2
_PARALLEL_PREFIX = "module."


class _Residual(nn.Module):
    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.block = nn.Sequential(*_dense(dropout), *_dense(dropout))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = x + self.block(x)
        return out


class LandmarksNetwork(nn.Module):
    """Normalised meshes float32 (N, 1434) → logits (N, 2) in the order of ``LABELS``."""

    def __init__(self, dropout: float = 0.3) -> None:
        super().__init__()
        self.input_layer = nn.Sequential(nn.Linear(INPUTS, _WIDTH), nn.BatchNorm1d(_WIDTH), nn.GELU())
        self.res_block1 = _Residual(dropout)
        self.res_block2 = _Residual(dropout)
        self.res_block3 = _Residual(dropout)
        self.classifier = nn.Sequential(
            nn.Linear(_WIDTH, _HEAD_WIDTH), nn.GELU(), nn.Dropout(_HEAD_DROPOUT), nn.Linear(_HEAD_WIDTH, len(LABELS))
        )

    def forward(self, meshes: Tensor) -> Tensor:
        x = self.res_block3(self.res_block2(self.res_block1(self.input_layer(meshes))))
        logits: Tensor = self.classifier(x)
        return logits


def load_checkpoint(network: LandmarksNetwork, path: Path) -> None:
    """Every weight of the file into ``network``. Raises ``InputError`` where one is missing, unknown or of another shape, or
    the file is no checkpoint."""
    weights = read_tensors(path)
    try:
        network.load_state_dict({name.removeprefix(_PARALLEL_PREFIX): value for name, value in weights.items()})
    except (RuntimeError, AttributeError, TypeError) as error:
        form = "1434 → 512, three residual blocks, 256, 2"
        raise InputError(f"{path} is no checkpoint of this network ({form}): {str(error)[:500]}") from error


def read_tensors(path: Path) -> dict[str, Any]:
    """What ``torch.save`` wrote: tensors and plain values only, nothing is run. Raises ``InputError``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # on the protocol of a pickle that is refused anyway
            found = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # bytes that are no checkpoint make the reader raise almost anything, an IndexError too
        raise InputError(f"{path} cannot be read as a checkpoint: {str(error)[:500]}") from error
    if not isinstance(found, dict):
        raise InputError(f"{path} is no checkpoint: it holds a {type(found).__name__}")
    return found


def _dense(dropout: float) -> tuple[nn.Module, ...]:
    return nn.Linear(_WIDTH, _WIDTH), nn.BatchNorm1d(_WIDTH), nn.GELU(), nn.Dropout(dropout)
