"""Blinks and longer closures from the openness of the eyes over time.

A blink is a sharp dip below the open eye's own level just before and after, so a slow change of distance, light, head pose or
gaze does not look like one. At 15 frames per second the bottom of a fast blink falls between two frames; its time is
interpolated, and its depth is judged against the depth of the person's other blinks and against the noise.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from interview_analysis.domain.episode import Episode
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.evidence import gather, measured
from interview_analysis.domain.scoring.runs import at_least, find_runs, hysteresis, median_step
from interview_analysis.domain.timeline import FrameTimeline

FloatArray = NDArray[np.float64]

_MAD_TO_SIGMA = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""
_RESIDUAL_VARIANCE = 1.5
"""Of a sample less the mean of two others, in variances of one sample."""
_CLOSED_PERCENTILE = 25.0
"""Of the bottoms of all dips: the deeper ones were met by a frame, the others between two."""
_OPEN_PERCENTILE = 75.0
_FEWEST_SAMPLES = 3
_TINY = float(np.finfo(np.float64).tiny)


class _Dip(NamedTuple):
    """Interpolated span at half depth, bottom as a share of the open eye, and the samples ``first`` to ``last`` below half
    depth."""

    span: Episode
    bottom: float
    first: int
    last: int


def find_blinks(timeline: FrameTimeline) -> tuple[Episode, ...]:
    """Closures of 50–500 ms, in order of time."""
    eyes = gather(timeline, measured(timeline.eye_openness))
    if len(eyes.rows) < _FEWEST_SAMPLES:
        return ()
    openness = timeline.eye_openness[eyes.rows].astype(np.float64)
    relative = openness / np.maximum(_open_level(eyes.times, openness), _TINY)
    floor = max(w.MIN_DIP, w.DIP_NOISE * _noise(relative))
    dips = [dip for dip in _dips(eyes.times, relative, floor) if _is_short(dip)]
    if not dips:
        return ()
    closed = float(np.clip(np.percentile([dip.bottom for dip in dips], _CLOSED_PERCENTILE), *w.CLOSED_PRIOR))
    gaze_pitch = timeline.gaze[eyes.rows, 0].astype(np.float64)
    return tuple(dip.span for dip in dips if _is_deep_enough(dip, closed) and not _looks_down(dip, gaze_pitch))


def find_closures(timeline: FrameTimeline) -> tuple[Episode, ...]:
    """Closures longer than a blink: openness below closed + 0.30·(open − closed) of the whole session.

    Where gaze could be measured in most of the samples the eyes were lowered, not closed.
    """
    eyes = gather(timeline, measured(timeline.eye_openness))
    if len(eyes.rows) == 0:
        return ()
    openness = timeline.eye_openness[eyes.rows].astype(np.float64)
    relative = openness / max(float(np.percentile(openness, _OPEN_PERCENTILE)), _TINY)
    closed = float(np.clip(relative.min(), *w.CLOSED_PRIOR))
    threshold = closed + w.CLOSED_SHARE * (1.0 - closed)
    below = hysteresis(-relative, -threshold, -(threshold + w.CLOSED_LEAVE))
    gaze_seen = np.isfinite(timeline.gaze[eyes.rows, 0])
    shut = [run for run in find_runs(eyes.times, below) if gaze_seen[run.first : run.last + 1].mean() <= 0.5]
    return at_least(shut, w.CLOSED_MIN_SECONDS)


def _open_level(times: FloatArray, openness: FloatArray) -> FloatArray:
    """Running upper quartile (M,) over ± ``OPEN_LEVEL_SECONDS``, taken on a coarser grid and interpolated;
    at the ends the window is shifted inwards."""
    step = median_step(times)
    width = min(len(openness), 2 * max(1, round(w.OPEN_LEVEL_SECONDS / step)) + 1)
    centres = np.arange(0, len(openness), max(1, round(w.OPEN_LEVEL_GRID_SECONDS / step)))
    starts = np.clip(centres - width // 2, 0, len(openness) - width)
    levels = np.percentile(sliding_window_view(openness, width)[starts], _OPEN_PERCENTILE, axis=1)
    return np.interp(times, times[centres], levels)


def _noise(relative: FloatArray) -> float:
    """Standard deviation of the measurement, from the distance of every sample to the mean of its neighbours: slow changes
    and the few blinks leave its median untouched."""
    residual = relative[1:-1] - (relative[2:] + relative[:-2]) / 2
    return _MAD_TO_SIGMA * float(np.median(np.abs(residual))) / math.sqrt(_RESIDUAL_VARIANCE)


def _dips(times: FloatArray, relative: FloatArray, depth: float) -> list[_Dip]:
    """Local minima that lie ``depth`` or more below both sides, so that a step down or up is no dip.

    A side is the widest opening within ``SIDE_SECONDS``, before the eye is lower still (topographic prominence).
    """
    falls = relative[1:-1] < relative[:-2]
    rises = relative[1:-1] <= relative[2:]
    dips = []
    for bottom in (np.flatnonzero(falls & rises & (relative[1:-1] <= 1.0 - depth)) + 1).tolist():
        side = min(_side(times, relative, bottom, -1), _side(times, relative, bottom, 1))
        if side >= w.OPEN_SIDE and side - relative[bottom] >= depth:
            dips.append(_measure(times, relative, bottom, (side + float(relative[bottom])) / 2))
    return dips


def _side(times: FloatArray, relative: FloatArray, bottom: int, direction: int) -> float:
    highest, i = float(relative[bottom]), bottom + direction
    while 0 <= i < len(times) and abs(times[i] - times[bottom]) <= w.SIDE_SECONDS and relative[i] >= relative[bottom]:
        highest = max(highest, float(relative[i]))
        i += direction
    return highest


def _measure(times: FloatArray, relative: FloatArray, bottom: int, level: float) -> _Dip:
    """Span below ``level``, interpolated between samples; both sides are known to rise above it."""
    first = bottom - int(np.argmax(relative[bottom::-1] > level)) + 1
    last = bottom + int(np.argmax(relative[bottom:] > level)) - 1
    span = Episode(_crossing(times, relative, first - 1, level), _crossing(times, relative, last, level))
    return _Dip(span, float(relative[bottom]), first, last)


def _crossing(times: FloatArray, relative: FloatArray, before: int, level: float) -> float:
    """When the straight line from sample ``before`` to the next one meets ``level``."""
    share = (level - relative[before]) / (relative[before + 1] - relative[before])
    return float(times[before] + share * (times[before + 1] - times[before]))


def _is_short(dip: _Dip) -> bool:
    shortest, longest = w.BLINK_SECONDS
    return shortest <= dip.span.seconds <= longest


def _is_deep_enough(dip: _Dip, closed: float) -> bool:
    return dip.span.seconds <= w.FAST_BLINK_SECONDS or dip.bottom <= closed + w.CLOSED_SHARE * (1.0 - closed)


def _looks_down(dip: _Dip, gaze_pitch: FloatArray) -> bool:
    """Gaze was measured in most of a slow dip and lies well below where it was just before and after."""
    inside = gaze_pitch[dip.first : dip.last + 1]
    around = gaze_pitch[[dip.first - 1, dip.last + 1]]
    if dip.span.seconds <= w.FAST_BLINK_SECONDS or np.isfinite(inside).mean() <= 0.5 or not np.isfinite(around).any():
        return False
    return bool(np.nanmedian(inside) < np.nanmean(around) - w.LOOK_DOWN_DEGREES)
