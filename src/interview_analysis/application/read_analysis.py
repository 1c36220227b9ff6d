"""What is read of a finished analysis: whether there is a result, and series for charts out of stored frame metrics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.analysis import Analysis, AnalysisResult, AnalysisStatus
from interview_analysis.domain.timeline import COLUMNS, FrameTimeline
from interview_analysis.errors import Conflict


def result_of(analysis: Analysis) -> AnalysisResult:
    """Raises ``Conflict`` where there is none: with the code of the failure, ``analysis_cancelled`` or ``not_finished``."""
    if analysis.status is AnalysisStatus.COMPLETED and analysis.result is not None:
        return analysis.result
    if analysis.failure is not None:
        raise Conflict(analysis.failure.detail, code=analysis.failure.code)
    if analysis.status is AnalysisStatus.CANCELLED:
        raise Conflict("the analysis was cancelled", code="analysis_cancelled")
    raise Conflict(f"the analysis is {analysis.status}", code="not_finished")


def downsample(timeline: FrameTimeline, points: int) -> FrameTimeline:
    """At most ``points`` rows: means over equal stretches of time, NaN left out; stretches without a row are left out."""
    if points < 1:
        raise ValueError("points must be at least 1")
    if len(timeline) <= points:
        return timeline
    edges = np.linspace(timeline.timestamps[0], timeline.timestamps[-1], points + 1)
    bins = np.clip(np.searchsorted(edges, timeline.timestamps, side="right") - 1, 0, points - 1)
    _, starts = np.unique(bins, return_index=True)
    columns = timeline.columns()
    return FrameTimeline.from_columns({name: _bin_means(columns[name], starts) for name in COLUMNS}, timeline.duration)


def _bin_means(values: NDArray[np.floating], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    valid = ~np.isnan(values)
    sums = np.add.reduceat(np.where(valid, values, 0.0).astype(np.float64), starts)
    counts = np.add.reduceat(valid.astype(np.int64), starts)
    return np.asarray(np.divide(sums, counts, out=np.full(len(starts), np.nan), where=counts > 0))
