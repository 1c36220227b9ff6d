"""Pictures cropped in this process or in several, the answers in the order of the questions."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing
from functools import lru_cache
from typing import NamedTuple

from interview_analysis.errors import InterviewAnalysisError
from interview_analysis.training.aihub.config import DropReason
from interview_analysis.training.aihub.faces import CropRules, FaceCutter, Outcome
from interview_analysis.training.aihub.plan import PlannedPicture
from interview_analysis.training.aihub.sources import Source, SourceFault, SourceReader, open_source

_MAX_PICTURE_BYTES = 64 * 1024**2
_AHEAD = 8
"""Pictures in work or waiting, a process. Bounds what an interruption throws away."""


class Task(NamedTuple):
    source: Source
    picture: PlannedPicture


Cropped = Generator[tuple[Task, Outcome], None, None]


class CropWorker:
    """A landmarker, and the source that is open now. Not thread-safe."""

    def __init__(self, rules: CropRules) -> None:
        self._cutter = FaceCutter(rules)
        self._open = ExitStack()
        self._source: Source | None = None
        self._reader: SourceReader | None = None

    def crop(self, task: Task) -> Outcome:
        try:
            data = self._reader_of(task.source).read(task.picture.member, _MAX_PICTURE_BYTES)
        except SourceFault:
            return Outcome("", dropped=DropReason.UNREADABLE)
        return self._cutter.cut(data, task.picture.hint)

    def close(self) -> None:
        self._open.close()
        self._cutter.close()

    def _reader_of(self, source: Source) -> SourceReader:
        if self._reader is None or source != self._source:
            self._reader = None
            self._open.close()
            self._reader = self._open.enter_context(open_source(source))
            self._source = source
        return self._reader


def crop_all(tasks: Iterable[Task], rules: CropRules, jobs: int) -> Cropped:
    """``jobs`` processes; 0 = one for each CPU that this process may use. Close the iterator to stop early.

    Raises ``ModelUnavailable``, and ``InterviewAnalysisError`` where a process was killed.
    """
    jobs = jobs or len(os.sched_getaffinity(0))
    if jobs == 1:
        with closing(CropWorker(rules)) as worker:
            for task in tasks:
                yield task, worker.crop(task)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=spawn, initializer=_end_with_parent) as pool:
        try:
            yield from _in_order(pool, tasks, rules, _AHEAD * jobs)
        except BrokenProcessPool as error:
            raise InterviewAnalysisError(
                "a worker process was killed, as happens when memory runs out: run the same command again with fewer --jobs"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, tasks: Iterable[Task], rules: CropRules, ahead: int) -> Cropped:
    waiting: deque[tuple[Task, Future[Outcome]]] = deque()
    for task in tasks:
        waiting.append((task, pool.submit(_crop, rules, task)))
        if len(waiting) >= ahead:
            first, outcome = waiting.popleft()
            yield first, outcome.result()
    for first, outcome in waiting:
        yield first, outcome.result()


def _crop(rules: CropRules, task: Task) -> Outcome:
    return _worker(rules).crop(task)


@lru_cache(maxsize=1)
def _worker(rules: CropRules) -> CropWorker:
    """One for as long as the process lives."""
    return CropWorker(rules)


def _end_with_parent() -> None:
    """Otherwise a worker whose parent was killed would wait for the next picture for ever."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, name="parent-watch", daemon=True).start()
