"""From logits to probabilities that mean something, and to an answer."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_TEMPERATURES = np.geomspace(0.25, 16.0, 241)


class Calibration(NamedTuple):
    """``temperature`` by which logits are divided; ``loss``: mean negative log-likelihood in nats that is left."""

    temperature: float
    loss: float


def calibrate(margins: NDArray[np.floating], truth: NDArray[np.int64]) -> Calibration:
    """Temperature scaling (Guo et al., arXiv 1706.04599) of ``margins`` (N,), logit of anxious less that of neutral."""
    signed = np.where(truth == 1, -1.0, 1.0) * margins.astype(np.float64)
    losses = [float(np.logaddexp(0, signed / temperature).mean()) for temperature in _TEMPERATURES]
    best = int(np.argmin(losses))
    return Calibration(float(_TEMPERATURES[best]), losses[best])


def operating_point(truth: NDArray[np.int64], probabilities: NDArray[np.float64], specificity: float) -> float:
    """Lowest threshold with at least ``specificity`` of the neutral rows below it: half-way to the next higher probability."""
    neutral = np.sort(probabilities[truth == 0])
    last = neutral[max(1, math.ceil(specificity * len(neutral))) - 1]
    higher = probabilities[probabilities > last]
    return float((last + (higher.min() if len(higher) else 1.0)) / 2)
