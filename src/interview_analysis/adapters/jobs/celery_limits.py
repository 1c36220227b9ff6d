"""A Celery worker that ends by itself, as a Kubernetes Job must: after so many messages, or when none comes."""

from __future__ import annotations

import logging
import time
from typing import Any

from celery import bootsteps, signals
from celery.worker import state
from celery.worker.consumer import Consumer

from interview_analysis.adapters.jobs.pool import PoolConfig

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5


def limit_step(queue: str, config: PoolConfig) -> type[bootsteps.StartStopStep]:
    """A step for ``app.steps["consumer"]``; everything in it runs in the worker's own loop."""
    received = 0
    last = time.monotonic()

    def on_received(sender: Consumer, **_: object) -> None:
        nonlocal received, last
        received, last = received + 1, time.monotonic()
        if received == config.max_jobs:
            sender.cancel_task_queue(queue)

    def look() -> None:
        nonlocal last
        if state.reserved_requests:
            last = time.monotonic()
        elif config.max_jobs is not None and received >= config.max_jobs:
            _end(f"{received} messages are done")
        elif config.idle_seconds is not None and time.monotonic() - last > config.idle_seconds:
            _end(f"no message for {config.idle_seconds:g} s")

    class Limits(bootsteps.StartStopStep):
        """Begun anew with each connection to the broker; the counts go on."""

        requires = ("celery.worker.consumer.tasks:Tasks",)

        def start(self, parent: Any) -> None:
            nonlocal last
            last = time.monotonic()
            if config.max_jobs is not None and received >= config.max_jobs:
                parent.cancel_task_queue(queue)
            self._timer = parent.timer.call_repeatedly(_LOOK_SECONDS, look)

        def stop(self, parent: Any) -> None:
            self._timer.cancel()

    signals.task_received.connect(on_received, weak=False)
    return Limits


def _end(reason: str) -> None:
    if state.should_stop is None:
        _log.info("the worker ends: %s", reason)
    state.should_stop = 0  # type: ignore[assignment]
