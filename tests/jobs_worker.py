"""A worker process that is real in all but its line: it keeps its claims, leases, folder and parent as the product's does and
then acts out the course that the analysis asks for (``quick``, ``busy SECONDS``, ``stubborn``, ``crash``, ``retry``: a fault
that goes away; ``once SECONDS``: busy at the first attempt, quick after it; ``held``: until it is released).

    python jobs_worker.py DATA --name NAME
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from interview_analysis.adapters.jobs.folders import own_folder
from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.application.progress import ProgressTracker
from interview_analysis.domain.analysis import Analysis, Claim, Stage
from interview_analysis.errors import DependencyUnavailable
from interview_analysis.worker.attempt import AttemptPolicy
from interview_analysis.worker.loop import WorkerLoop
from interview_analysis.worker.parent import stop_with_parent
from jobs_builders import MAX_ATTEMPTS, eventually, open_store, release_file
from store_builders import build_result

LEASE_SECONDS = 60.0
"""Longer than any test: whoever takes work up again earlier has learnt of the death and not waited for the lease."""


class ScriptedLine:
    def __init__(self, store: SqlAnalysisStore, work: Path) -> None:
        self._store = store
        self._work = work

    async def __call__(self, analysis: Analysis, claim: Claim, progress: ProgressTracker) -> None:
        verb, *argument = (analysis.request.question_text or "").split()
        progress.enter(Stage.ANALYSE_FRAMES)
        if verb == "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        if verb == "retry":
            if claim.attempt == 1:
                raise DependencyUnavailable("the store is away")
            argument = ["0"]
        if verb == "stubborn":
            with self._reading_a_file(claim):
                time.sleep(600)  # noqa: ASYNC251 - the fault: a loop that hears no signal
        if verb == "held":
            with self._reading_a_file(claim):
                await eventually(lambda: release_file(self._work.parent, analysis.id).exists(), LEASE_SECONDS)
            verb = "quick"
        if verb == "once" and claim.attempt > 1:
            verb = "quick"
        if verb != "quick":
            await asyncio.to_thread(self._decode, claim, progress, float(argument[0]))
        await self._store.finish(claim, build_result())

    def _decode(self, claim: Claim, progress: ProgressTracker, seconds: float) -> None:
        start = time.monotonic()
        with self._reading_a_file(claim):
            while (elapsed := time.monotonic() - start) < seconds:
                progress.share(elapsed / seconds)
                time.sleep(0.05)

    @contextmanager
    def _reading_a_file(self, claim: Claim) -> Iterator[None]:
        """A temporary file and a child process that reads it: what decoding looks like from outside."""
        video = self._work / claim.worker / "video"
        video.write_bytes(b"frames")
        with subprocess.Popen(["tail", "-f", str(video)], stdout=subprocess.DEVNULL) as child:
            try:
                yield
            finally:
                child.kill()
                video.unlink()


async def _keep_working(data: Path, worker: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    stop_with_parent(stop)
    policy = AttemptPolicy(max_attempts=MAX_ATTEMPTS, retry_seconds=0.1, lease_seconds=LEASE_SECONDS)
    async with open_store(data) as store:
        await WorkerLoop(worker, store, policy, stop).run(ScriptedLine(store, data / "work"))


if __name__ == "__main__":
    data, _, worker = sys.argv[1:]
    with own_folder(Path(data) / "work", worker):
        asyncio.run(_keep_working(Path(data), worker))
