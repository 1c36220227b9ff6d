"""Mixing pictures of one batch with one another: MixUp and CutMix."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from interview_analysis.training.config import ExpressionConfig


class Mixed(NamedTuple):
    """``images`` (N, 3, S, S); ``share`` of each label stays its own, the rest goes to the label at ``partner`` (N,)."""

    images: Tensor
    partner: Tensor
    share: float


def mix(images: Tensor, config: ExpressionConfig, rng: np.random.Generator) -> Mixed:
    """MixUp, CutMix or neither, by the configured probabilities."""
    partner = torch.from_numpy(rng.permutation(len(images))).to(images.device)
    draw = float(rng.random())
    if draw < config.mixup_probability:
        return _mixup(images, partner, float(rng.beta(config.mixup_alpha, config.mixup_alpha)))
    if draw < config.mixup_probability + config.cutmix_probability:
        return _cutmix(images, partner, float(rng.beta(config.cutmix_alpha, config.cutmix_alpha)), rng)
    return Mixed(images, partner, 1.0)


def _mixup(images: Tensor, partner: Tensor, share: float) -> Mixed:
    """Zhang et al., arXiv 1710.09412."""
    return Mixed(share * images + (1 - share) * images[partner], partner, share)


def _cutmix(images: Tensor, partner: Tensor, share: float, rng: np.random.Generator) -> Mixed:
    """Yun et al., arXiv 1905.04899: a rectangle of 1 - share of the area comes from the partner."""
    size = images.shape[-1]
    half = size * float(np.sqrt(1 - share)) / 2
    middle = rng.integers(0, size, 2)
    top, left = (max(0, round(float(place) - half)) for place in middle)
    bottom, right = (min(size, round(float(place) + half)) for place in middle)
    mixed = images.clone()
    mixed[:, :, top:bottom, left:right] = images[partner, :, top:bottom, left:right]
    return Mixed(mixed, partner, 1 - (bottom - top) * (right - left) / size**2)
