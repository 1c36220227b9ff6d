"""Gaze on a shown video against its stored saliency maps."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from interview_analysis.application.ports import SaliencyStore
from interview_analysis.domain.saliency_maps import MapsInfo, MapsKey, MapsSource
from interview_analysis.domain.saliency_score import GazePoint, SaliencyFigure, figures, points_by_frame, values_of
from interview_analysis.errors import InputError, NotFound

_MOST_VALUES = 1 << 25
"""Of the maps that one score may take: some seconds of one core."""
_BATCH_VALUES = 1 << 20


@dataclass(frozen=True, slots=True)
class SaliencyScore:
    """``frames`` that had gaze, ``points`` that lay on one of them."""

    frames: int
    points: int
    source: MapsSource
    figures: dict[str, SaliencyFigure]


async def score_saliency(key: MapsKey, points: Sequence[GazePoint], store: SaliencyStore) -> SaliencyScore:
    """Raises ``NotFound`` (``saliency_not_found``), ``InputError`` (``saliency_too_large``: too many frames for one score)."""
    info = await store.info(key)
    if info is None:
        raise NotFound("no saliency maps are stored", code="saliency_not_found")
    by_frame = points_by_frame(points, info)
    size = info.height * info.width
    if len(by_frame) * size > _MOST_VALUES:
        most = _MOST_VALUES // size
        raise InputError(f"gaze on {len(by_frame)} maps; at most {most} of this size at once", code="saliency_too_large")
    values: dict[int, dict[str, float]] = {}
    for start, stop in _ranges(list(by_frame), info):
        maps = await store.read(key, start, stop)
        if maps is not None:
            values |= await asyncio.to_thread(values_of, maps, start, by_frame)
    used = sum(len(by_frame[frame]) for frame in values)
    return SaliencyScore(len(values), used, info.source, await asyncio.to_thread(figures, values, info.rate))


def _ranges(frames: Sequence[int], info: MapsInfo) -> list[tuple[int, int]]:
    """Stretches of maps to read at once: near one another, and not too many."""
    most = max(1, _BATCH_VALUES // (info.height * info.width))
    ranges: list[tuple[int, int]] = []
    for frame in frames:
        if ranges and frame < ranges[-1][0] + most:
            ranges[-1] = (ranges[-1][0], frame + 1)
        else:
            ranges.append((frame, frame + 1))
    return ranges
