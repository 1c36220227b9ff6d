"""Progress as the reporting side sees it."""

from __future__ import annotations

import pytest

from interview_analysis.application.progress import ProgressTracker
from interview_analysis.domain.analysis import Stage
from interview_analysis.errors import AnalysisCancelled, ClaimLost


def test_percent_never_falls_along_the_line() -> None:
    tracker = ProgressTracker()
    seen = [tracker.current.percent]
    for stage in Stage:
        if stage is Stage.QUEUED:
            continue
        tracker.enter(stage)
        for share in (0.0, 0.5, 1.0):
            tracker.share(share)
            seen.append(tracker.current.percent)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 100.0)


def test_share_never_goes_back_within_a_stage() -> None:
    tracker = ProgressTracker()
    tracker.enter(Stage.ANALYSE_FRAMES)
    tracker.share(0.6)
    before = tracker.current.percent
    tracker.share(0.2)
    assert tracker.current.percent == before


def test_stopping_raises_the_first_reason_at_the_next_step() -> None:
    tracker = ProgressTracker()
    tracker.enter(Stage.FETCH)
    tracker.stop(AnalysisCancelled())
    tracker.stop(ClaimLost())
    with pytest.raises(AnalysisCancelled):
        tracker.share(0.1)
    with pytest.raises(AnalysisCancelled):
        tracker.enter(Stage.PROBE)


def test_timings_hold_finished_stages_only() -> None:
    tracker = ProgressTracker()
    tracker.enter(Stage.FETCH)
    tracker.enter(Stage.PROBE)
    assert list(tracker.timings) == ["fetch"]
    assert tracker.timings["fetch"] >= 0
