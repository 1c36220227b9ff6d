"""Stretches of samples in a state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from interview_analysis.domain.episode import Episode
from interview_analysis.domain.scoring.weights import LONGEST_GAP_SECONDS

Times = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Run(NamedTuple):
    """Samples ``first`` to ``last`` (inclusive) of the series that was searched, and the time that they span: from the
    first sample to the first one after, or one median step beyond the last where none follows at once."""

    first: int
    last: int
    span: Episode


def hysteresis(values: NDArray[np.float64], enter: float, leave: float) -> Flags:
    """True from a sample at or above ``enter`` until one below ``leave`` (≤ ``enter``)."""
    decided = (values >= enter) | (values < leave)
    latest = np.maximum.accumulate(np.where(decided, np.arange(len(values)), -1))
    return np.asarray((latest >= 0) & (values[latest] >= enter), dtype=np.bool_)


def find_runs(times: Times, active: Flags) -> list[Run]:
    """Runs of ``active`` samples (M,) at ``times`` (M,); a gap in the samples ends a run."""
    if not active.any():
        return []
    step = median_step(times)
    limit = max(LONGEST_GAP_SECONDS, 2 * step)
    joined = active[1:] & active[:-1] & (np.diff(times) <= limit)
    starts = np.flatnonzero(active & ~np.concatenate([[False], joined]))
    ends = np.flatnonzero(active & ~np.concatenate([joined, [False]]))
    return [
        Run(int(a), int(b), Episode(float(times[a]), _end(times, int(b), step, limit)))
        for a, b in zip(starts, ends, strict=True)
    ]


def median_step(times: Times) -> float:
    """Median seconds between samples; 0 for fewer than two."""
    return float(np.median(np.diff(times))) if len(times) > 1 else 0.0


def mean_rate(times: Times) -> float:
    """Samples per second outside gaps; 0 for fewer than two."""
    steps = np.diff(times)
    steps = steps[steps <= max(LONGEST_GAP_SECONDS, 2 * median_step(times))]
    return float(1.0 / steps.mean()) if len(steps) else 0.0


def running_mean(times: Times, values: NDArray[np.float64], half_width: float) -> NDArray[np.float64]:
    """Mean of ``values`` (M,), M ≥ 1, over ± ``half_width`` seconds in samples of the median step."""
    step = median_step(times)
    reach = round(half_width / step) if step > 0 else 0
    windows = sliding_window_view(np.pad(values, reach, mode="edge"), 2 * reach + 1)
    return np.asarray(windows.mean(axis=1), dtype=np.float64)


def at_least(runs: Sequence[Run], seconds: float) -> tuple[Episode, ...]:
    """Spans of the runs that last ``seconds`` or longer."""
    return tuple(run.span for run in runs if run.span.seconds >= seconds - _CLOCK)


_CLOCK = 1e-6
"""Container timestamps are sums of rounded steps."""


def _end(times: Times, last: int, step: float, limit: float) -> float:
    if last + 1 < len(times) and times[last + 1] - times[last] <= limit:
        return float(times[last + 1])
    return float(times[last] + step)
