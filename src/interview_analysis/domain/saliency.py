"""How well a saliency map tells where people looked: AUC-Judd, NSS, CC, SIM, KL and the share above a percentile.

Definitions: Bylinskii, Judd, Oliva, Torralba, Durand, "What do different evaluation metrics tell us about saliency models?"
(arXiv 1604.03605); conventions (no jitter, sample deviation in NSS, place of the epsilon in KL): the MIT benchmark's code,
cvzoya/saliency ``code_forMetrics``.

A saliency map and a fixation density are float (H, W) of one shape, any scale, not negative. ``fixated`` is bool (H, W): the
pixels at which someone looked; looking twice at one pixel counts once. A figure that does not exist is NaN: without fixations,
or where a map without variation leaves nothing to correlate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Map = NDArray[np.floating]
Mask = NDArray[np.bool_]

PERCENTILE = 70.0
"""Of ``share_above_percentile``."""
CHANCE: Mapping[str, float] = MappingProxyType({"nss": 0.0, "cc": 0.0, "share_above_p70": 1 - PERCENTILE / 100})
"""Of a map that knows nothing. The others have no fixed level: ``auc_judd_chance`` goes by the map and the number of fixations,
SIM and KL compare with those of a flat map against the same density."""

_EPSILON = float(np.finfo(np.float64).eps)
_CUT_OFF_CYCLES = 8
"""Half-amplitude frequency of the blur that turns fixations into a density, per longer side (``antonioGaussian``)."""


def auc_judd(saliency: Map, fixated: Mask) -> float:
    """Area under the curve of hits at fixated pixels over false alarms at all others, thresholds at the fixated values.

    Chance .5 with many fixations, more with few: ``auc_judd_chance``. Ties are not broken: a map with many equal values is
    punished, as in the benchmark without jitter.
    """
    _check(saliency, fixated)
    hits = int(fixated.sum())
    if not 0 < hits < fixated.size:
        return math.nan
    thresholds = np.sort(saliency[fixated])[::-1]
    above = saliency.size - np.searchsorted(np.sort(saliency, axis=None), thresholds, side="left")
    rank = np.arange(1, hits + 1)
    true_positive = np.concatenate([[0.0], rank / hits, [1.0]])
    false_positive = np.concatenate([[0.0], (above - rank) / (saliency.size - hits), [1.0]])
    return float(np.trapezoid(true_positive, false_positive))


def auc_judd_chance(saliency: Map, fixations: int) -> float:
    """What ``fixations`` blind guesses score on this map: 3/4 for one on a map without equal values, → .5 for many.

    Between two hits the curve is a slope, so the area is 1 − mean(f) + max(f) / 2k for false-alarm rates f at k hits; its
    expectation for k pixels drawn from the map, k small against their number.
    """
    if fixations < 1:
        return math.nan
    ordered = np.sort(saliency, axis=None)
    above = saliency.size - np.searchsorted(ordered, ordered[::-1], side="left")
    false_alarms = (above - 1) / max(saliency.size - 1, 1)
    reached = np.arange(saliency.size + 1) / saliency.size
    expected_most = float(false_alarms @ np.diff(reached**fixations))
    return float(1 - false_alarms.mean() + expected_most / (2 * fixations))


def nss(saliency: Map, fixated: Mask) -> float:
    """Normalised scanpath saliency: mean of the z-scored map at fixated pixels. Chance 0."""
    _check(saliency, fixated)
    deviation = float(saliency.std(ddof=1))
    if deviation == 0 or not fixated.any():
        return math.nan
    return float((saliency[fixated].mean() - saliency.mean()) / deviation)


def cc(saliency: Map, density: Map) -> float:
    """Pearson's correlation of the two maps, −1 … 1. Chance 0."""
    _check(saliency, density)
    first, second = saliency - saliency.mean(), density - density.mean()
    scale = math.sqrt(float((first**2).sum()) * float((second**2).sum()))
    return float((first * second).sum() / scale) if scale > 0 else math.nan


def sim(saliency: Map, density: Map) -> float:
    """Similarity: sum of the smaller values of the two maps, each shifted to a minimum of 0 and scaled to a sum of 1; 0–1."""
    _check(saliency, density)
    return float(np.minimum(_distribution(saliency - saliency.min()), _distribution(density - density.min())).sum())


def kl(saliency: Map, density: Map) -> float:
    """Kullback–Leibler divergence of the density from the map, each scaled to a sum of 1; nats, 0 = equal."""
    _check(saliency, density)
    answer, truth = _distribution(saliency), _distribution(density)
    return float((truth * np.log(_EPSILON + truth / (answer + _EPSILON))).sum())


def share_above_percentile(saliency: Map, fixated: Mask) -> float:
    """Share of the fixated pixels at which the map reaches its own 70th percentile.

    Chance 30 % where the map has few equal values: ``area_above_percentile`` says how much of this map counts.
    """
    _check(saliency, fixated)
    return float((saliency[fixated] >= _threshold(saliency)).mean()) if fixated.any() else math.nan


def area_above_percentile(saliency: Map) -> float:
    """Share of all pixels that reach the 70th percentile: what a blind guess scores in ``share_above_percentile``."""
    return float((saliency >= _threshold(saliency)).mean())


def centre_map(shape: tuple[int, int]) -> NDArray[np.float64]:
    """A Gaussian in the middle (H, W), σ a quarter of each side: where people look whatever is shown."""
    rows, columns = (np.exp(-8 * np.linspace(-0.5, 0.5, side) ** 2) for side in shape)
    return np.outer(rows, columns)


def fixation_mask(points: NDArray[np.floating], shape: tuple[int, int]) -> Mask:
    """``points`` (F, 2): x and y in pixels of a picture of ``shape`` (H, W); those outside it and NaN are left out."""
    mask = np.zeros(shape, np.bool_)
    known = points[np.isfinite(points).all(axis=1)]
    column, row = np.floor(known).astype(np.int64).T
    inside = (column >= 0) & (column < shape[1]) & (row >= 0) & (row < shape[0])
    mask[row[inside], column[inside]] = True
    return mask


def fixation_density(fixated: Mask) -> NDArray[np.float64]:
    """The mask, blurred with the benchmark's Gaussian (half amplitude at 8 cycles per longer side; σ = 2.3 % of that side)."""
    sigma_cycles = _CUT_OFF_CYCLES / max(fixated.shape) / math.sqrt(2 * math.log(2))
    height, width = fixated.shape
    pad = math.ceil(3 / (2 * math.pi * sigma_cycles))
    spectrum = np.fft.rfft2(np.pad(fixated.astype(np.float64), pad))
    rows = np.fft.fftfreq(height + 2 * pad)[:, None]
    columns = np.fft.rfftfreq(width + 2 * pad)[None, :]
    spectrum *= np.exp(-(rows**2 + columns**2) / (2 * sigma_cycles**2))
    blurred = np.fft.irfft2(spectrum, (height + 2 * pad, width + 2 * pad))
    return np.asarray(np.maximum(blurred[pad:-pad, pad:-pad], 0.0), np.float64)


def _distribution(values: Map) -> Map:
    """Scaled to a sum of 1; all zeros say nothing, so they count as flat."""
    total = float(values.sum())
    return np.full(values.shape, 1 / values.size) if total == 0 else values / total


def _threshold(saliency: Map) -> float:
    return float(np.percentile(saliency, PERCENTILE))


def _check(saliency: Map, truth: NDArray[np.generic]) -> None:
    if saliency.ndim != 2 or saliency.shape != truth.shape:
        raise ValueError(f"a map {saliency.shape} cannot be held to a truth {truth.shape}")
