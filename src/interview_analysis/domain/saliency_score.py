"""How well a video's saliency maps tell where somebody looked while it ran.

Each map is held to the gaze points of its own frame; a figure is the mean over the frames that have any. Neighbouring frames
tell nearly the same, so the interval comes from a bootstrap over whole seconds: single frames would make it far too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain import saliency
from interview_analysis.domain.saliency_maps import Maps, MapsInfo

_DRAWS = 1000
_SEED = 0
_INTERVAL = (2.5, 97.5)
_CHANCE = "_chance"


@dataclass(frozen=True, slots=True)
class GazePoint:
    """``x`` and ``y`` as shares of the picture, from its upper left corner."""

    seconds: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class SaliencyFigure:
    """95 % interval; ``chance`` is what a map scores that knows nothing. NaN: it does not exist."""

    value: float
    low: float
    high: float
    chance: float


FramePoints = Mapping[int, NDArray[np.float64]]


def points_by_frame(points: Sequence[GazePoint], info: MapsInfo) -> FramePoints:
    """Points (P, 2) x, y in pixels of its map, for each frame that has some; those outside the picture or the video are left
    out."""
    found: dict[int, list[tuple[float, float]]] = {}
    for point in points:
        frame = info.frame_at(point.seconds)
        if frame is not None and 0 <= point.x < 1 and 0 <= point.y < 1:
            found.setdefault(frame, []).append((point.x * info.width, point.y * info.height))
    return {frame: np.array(found[frame]) for frame in sorted(found)}


def frame_values(one: NDArray[np.uint8], points: NDArray[np.float64]) -> dict[str, float]:
    """All figures of one map (H, W) for points (P, 2), and what stands for chance in those without a fixed level."""
    values = one.astype(np.float64)
    fixated = saliency.fixation_mask(points, (one.shape[0], one.shape[1]))
    density = saliency.fixation_density(fixated)
    flat = np.zeros_like(values)
    return {
        "nss": saliency.nss(values, fixated),
        "auc_judd": saliency.auc_judd(values, fixated),
        "auc_judd_chance": saliency.auc_judd_chance(values, int(fixated.sum())),
        "cc": saliency.cc(values, density),
        "sim": saliency.sim(values, density),
        "sim_chance": saliency.sim(flat, density),
        "kl": saliency.kl(values, density),
        "kl_chance": saliency.kl(flat, density),
        "share_above_p70": saliency.share_above_percentile(values, fixated),
        "share_above_p70_chance": saliency.area_above_percentile(values),
    }


def values_of(maps: Maps, first: int, points: FramePoints) -> dict[int, dict[str, float]]:
    """Of the frames of ``maps``, the first of which is frame ``first``, that have points."""
    return {frame: frame_values(maps[frame - first], points[frame]) for frame in points if first <= frame < first + len(maps)}


def figures(values: Mapping[int, Mapping[str, float]], rate: float) -> dict[str, SaliencyFigure]:
    """``values`` by frame, at ``rate`` frames a second."""
    seconds = np.array([math.floor(frame / rate) for frame in values])
    names = next(iter(values.values()), {})
    columns = {name: np.array([row[name] for row in values.values()]) for name in names}
    return {
        name: SaliencyFigure(_mean(column), *_interval(column, seconds), _chance(name, columns))
        for name, column in columns.items()
        if not name.endswith(_CHANCE)
    }


def _chance(name: str, columns: Mapping[str, NDArray[np.float64]]) -> float:
    own = columns.get(name + _CHANCE)
    return saliency.CHANCE[name] if own is None else _mean(own)


def _interval(column: NDArray[np.float64], seconds: NDArray[np.int64]) -> tuple[float, float]:
    """NaN where fewer than two seconds have a value."""
    known = np.isfinite(column)
    blocks, place = np.unique(seconds[known], return_inverse=True)
    if len(blocks) < 2:
        return math.nan, math.nan
    sums, counts = np.bincount(place, column[known]), np.bincount(place)
    random = np.random.default_rng(_SEED)
    draws = (random.integers(0, len(blocks), len(blocks)) for _ in range(_DRAWS))
    low, high = np.percentile([sums[drawn].sum() / counts[drawn].sum() for drawn in draws], _INTERVAL)
    return float(low), float(high)


def _mean(column: NDArray[np.float64]) -> float:
    """Of the known ones."""
    known = column[np.isfinite(column)]
    return float(known.mean()) if len(known) else math.nan
