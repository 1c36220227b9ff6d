"""Blinks and longer closures from the openness of the eyes over time.

A blink is a sharp dip below the open eye's own level just before and after, so a slow change of distance, light, head pose or
gaze does not look like one. At 15 frames per second the bottom of a fast blink falls between two frames; its time is
interpolated, and its depth is judged against the depth of the person's other blinks and against the noise.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from interview_analysis.domain.episode import Episode
from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.evidence import gather, measured
from interview_analysis.domain.scoring.runs import Run, at_least, find_runs, hysteresis, median_step
from interview_analysis.domain.timeline import FrameTimeline

FloatArray = NDArray[np.float64]

_MAD_TO_SIGMA = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""
_CLOSED_PERCENTILE = 25.0
"""Of the bottoms of all dips: the deeper ones were met by a frame, the others between two."""
_OPEN_PERCENTILE = 75.0
_FEWEST_SAMPLES = 3
_TINY = float(np.finfo(np.float64).tiny)


class _Eyes(NamedTuple):
    """Valid samples: times, openness, and openness as a share of its baseline, (M,) each."""

    times: FloatArray
    openness: FloatArray
    relative: FloatArray


class _Dip(NamedTuple):
    """Interpolated span, bottom as a share of the baseline, and the samples ``first`` to ``last`` below half the depth."""

    span: Episode
    bottom: float
    first: int
    last: int


def find_blinks(timeline: FrameTimeline) -> tuple[Episode, ...]:
    """Closures of 50–500 ms, in order of time."""
    valid = gather(timeline, measured(timeline.eye_openness))
    if len(valid.rows) < _FEWEST_SAMPLES:
        return ()
    openness = timeline.eye_openness[valid.rows].astype(np.float64)
    eyes = _Eyes(valid.times, openness, openness / np.maximum(_baseline(valid.times, openness), _TINY))
    floor = max(w.MIN_DIP, w.DIP_NOISE * _noise(eyes.relative))
    candidates = [dip for dip in _dips(eyes, floor) if _is_short(dip)]
    if not candidates:
        return ()
    closed = float(np.clip(np.percentile([dip.bottom for dip in candidates], _CLOSED_PERCENTILE), *w.CLOSED_PRIOR))
    depth = max(floor, w.DIP_SHARE * (1.0 - closed))
    gaze_pitch = timeline.gaze[valid.rows, 0].astype(np.float64)
    return tuple(
        dip.span
        for dip in _dips(eyes, depth)
        if _is_short(dip) and _is_deep_enough(dip, closed) and not _looks_down(dip, gaze_pitch)
    )


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


def _baseline(times: FloatArray, openness: FloatArray) -> FloatArray:
    """Running median (M,) over ± ``BASELINE_SECONDS``, taken on a coarser grid and interpolated."""
    step = median_step(times)
    half = max(1, round(w.BASELINE_SECONDS / step))
    stride = max(1, round(w.BASELINE_GRID_SECONDS / step))
    padded = np.pad(openness, half, constant_values=np.nan)
    centres = np.arange(0, len(openness), stride)
    medians = np.nanmedian(sliding_window_view(padded, 2 * half + 1)[centres], axis=1)
    return np.interp(times, times[centres], medians)


def _noise(relative: FloatArray) -> float:
    return _MAD_TO_SIGMA * float(np.median(np.abs(relative - 1.0)))


def _dips(eyes: _Eyes, depth: float) -> list[_Dip]:
    """Dips that reach ``depth`` below the baseline, and below the open eye on both sides: a step down is no dip."""
    runs = find_runs(eyes.times, _below(eyes.relative, 1.0 - depth, 1.0 - depth / 2))
    return [_measure(run, eyes) for run in runs if _has_both_sides(run, eyes.times) and _prominence(run, eyes) >= depth]


def _prominence(run: Run, eyes: _Eyes) -> float:
    """Depth below the lower of the two sides, as a share of it; a side is the widest opening within ``SIDE_SECONDS``."""
    start, end = eyes.times[run.first], eyes.times[run.last]
    before = (eyes.times >= start - w.SIDE_SECONDS) & (eyes.times < start)
    after = (eyes.times > end) & (eyes.times <= end + w.SIDE_SECONDS)
    side = min(float(eyes.openness[before].max()), float(eyes.openness[after].max()))
    return 1.0 - float(eyes.openness[run.first : run.last + 1].min()) / max(side, _TINY)


def _below(relative: FloatArray, enter: float, leave: float) -> NDArray[np.bool_]:
    """Samples under ``leave`` that belong to a stretch reaching ``enter``, whichever comes first."""
    forwards = hysteresis(-relative, -enter, -leave)
    backwards = hysteresis(-relative[::-1], -enter, -leave)[::-1]
    return forwards | backwards


def _has_both_sides(run: Run, times: FloatArray) -> bool:
    """Whether an open sample stands directly before and after, without a gap."""
    if run.first == 0 or run.last == len(times) - 1:
        return False
    reach = w.SIDE_SECONDS
    return bool(times[run.first] - times[run.first - 1] <= reach and times[run.last + 1] - times[run.last] <= reach)


def _measure(run: Run, eyes: _Eyes) -> _Dip:
    """Span at half of the dip's own depth, interpolated between samples: lids reopen slowly, the tail is no closure."""
    times, relative = eyes.times, eyes.relative
    part = relative[run.first : run.last + 1]
    level = (1.0 + float(part.min())) / 2
    below = run.first + np.flatnonzero(part <= level)
    first, last = int(below[0]), int(below[-1])
    span = Episode(_crossing(times, relative, first - 1, level), _crossing(times, relative, last, level))
    return _Dip(span, float(part.min()), first, last)


def _crossing(times: FloatArray, relative: FloatArray, before: int, level: float) -> float:
    """When the straight line from sample ``before`` to the next one meets ``level``."""
    share = (level - relative[before]) / (relative[before + 1] - relative[before])
    return float(times[before] + np.clip(share, 0.0, 1.0) * (times[before + 1] - times[before]))


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
