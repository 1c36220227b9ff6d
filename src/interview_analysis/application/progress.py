"""How far an analysis has come, shared between the thread that computes and the task that reports."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from interview_analysis.domain.analysis import Progress, Stage
from interview_analysis.errors import InterviewAnalysisError

_STARTS: dict[Stage, float] = {
    Stage.QUEUED: 0.0,
    Stage.FETCH: 0.0,
    Stage.PROBE: 4.0,
    Stage.ANALYSE_FRAMES: 5.0,
    Stage.ANALYSE_VOICE: 90.0,
    Stage.OVERLAY: 92.0,
    Stage.STORE: 95.0,
    Stage.SCORE: 97.0,
    Stage.FEEDBACK: 98.0,
    Stage.DONE: 100.0,
}
"""Percent at which a stage begins: about its share of the wall time, most of which is spent on frames."""


class ProgressTracker:
    """Thread-safe. Whoever computes calls ``enter`` and ``share``; whoever watches reads ``current`` and may ``stop`` it."""

    def __init__(self, entered: Callable[[Stage], None] | None = None) -> None:
        """``entered`` is told of each stage as it begins; it does not raise."""
        self._watcher = entered
        self._lock = threading.Lock()
        self._stage = Stage.QUEUED
        self._share = 0.0
        self._entered = time.monotonic()
        self._timings: dict[str, float] = {}
        self._stopped: InterviewAnalysisError | None = None

    def enter(self, stage: Stage) -> None:
        """Begin a stage. Raises what ``stop`` was given."""
        self.check()
        with self._lock:
            now = time.monotonic()
            if self._stage is not Stage.QUEUED:
                self._timings[self._stage] = now - self._entered
            self._stage, self._share, self._entered = stage, 0.0, now
        if self._watcher is not None:
            self._watcher(stage)

    def share(self, done: float) -> None:
        """Finished share 0–1 of the present stage. Raises what ``stop`` was given."""
        self.check()
        with self._lock:
            self._share = min(1.0, max(self._share, done))

    def check(self) -> None:
        """Raises what ``stop`` was given."""
        if self._stopped is not None:
            raise self._stopped

    def stop(self, reason: InterviewAnalysisError) -> None:
        """Make the computing side raise ``reason`` at its next step; the first reason stays."""
        with self._lock:
            self._stopped = self._stopped or reason

    @property
    def current(self) -> Progress:
        with self._lock:
            stages = list(_STARTS)
            start = _STARTS[self._stage]
            end = _STARTS[stages[min(stages.index(self._stage) + 1, len(stages) - 1)]]
            return Progress(self._stage, round(start + (end - start) * self._share, 1))

    @property
    def timings(self) -> dict[str, float]:
        """Wall seconds of each finished stage."""
        with self._lock:
            return dict(self._timings)
