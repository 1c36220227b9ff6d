"""Keeps the worker processes running: the API process starts them and never computes itself.

Every worker is a fresh process (no fork of a threaded server) that leads a session of its own, by which it is ended together
with whatever it started. Its standard input is a pipe from here: when this process dies, even by ``kill -9``, the workers read
end-of-file and stop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from interview_analysis.adapters.jobs.locks import FileLock
from interview_analysis.adapters.jobs.recovery import clear, sweep
from interview_analysis.adapters.jobs.sessions import kill_session
from interview_analysis.application.ports import AnalysisStore

_log = logging.getLogger(__name__)

_TAKEOVER_SECONDS = 1.0
_FIRST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 30.0
_SETTLED_SECONDS = 20.0
"""A worker that lived this long had started well: its end is no reason to wait before the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorConfig:
    """``command`` starts one worker; ``--name NAME`` is appended. ``lock`` lets one supervisor a data folder be active.
    ``stop_seconds``: how long workers may take to give their work back before they are killed.
    """

    command: tuple[str, ...]
    workers: int
    work: Path
    lock: Path
    stop_seconds: float = 5.0


class WorkerSupervisor:
    """Async context manager. Of several server processes one supervises; another takes over when that one is gone."""

    def __init__(self, analyses: AnalysisStore, config: SupervisorConfig) -> None:
        self._analyses = analyses
        self._config = config
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._supervise(), name="worker-supervisor")
        self._task.add_done_callback(_report_crash)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _supervise(self) -> None:
        with FileLock(self._config.lock) as lock:
            while not lock.try_acquire():  # noqa: ASYNC110 - the holder is another process
                await asyncio.sleep(_TAKEOVER_SECONDS)
            # What the workers of a server that was killed had claimed.
            await sweep(self._analyses, self._config.work)
            async with asyncio.TaskGroup() as slots:
                for slot in range(self._config.workers):
                    slots.create_task(self._keep(slot), name=f"worker-slot-{slot}")

    async def _keep(self, slot: int) -> None:
        """One worker after another, with growing waits while they do not stay up."""
        short_lives = 0
        while True:
            started = time.monotonic()
            try:
                await self._run_one(f"w{slot}-{secrets.token_hex(4)}")
            except OSError as error:
                _log.error("no worker process can be started: %s", error)
            short_lives = 0 if time.monotonic() - started > _SETTLED_SECONDS else short_lives + 1
            await asyncio.sleep(restart_wait(short_lives))

    async def _run_one(self, worker: str) -> None:
        process = await asyncio.create_subprocess_exec(
            *self._config.command, "--name", worker, stdin=PIPE, stdout=DEVNULL, start_new_session=True
        )
        try:
            status = await process.wait()
            _log.warning("worker %s ended with status %d", worker, status)
        finally:
            await self._end(process)
            await clear(worker, self._analyses, self._config.work)

    async def _end(self, process: Process) -> None:
        """Ask, wait, then kill with all that it started."""
        ended = asyncio.ensure_future(process.wait())
        if process.returncode is None:
            process.terminate()
            # Not asyncio.timeout: within a task that was cancelled, as this one is, early releases of Python 3.11 (Debian 12
            # has 3.11.2) raise CancelledError from it instead of TimeoutError, and nothing would be killed.
            await asyncio.wait({ended}, timeout=self._config.stop_seconds)
        kill_session(process.pid)
        await ended


def _report_crash(task: asyncio.Task[None]) -> None:
    """Said at once: the task itself is awaited only when the server stops."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.critical("no workers are supervised any more", exc_info=error)


def restart_wait(short_lives: int) -> float:
    """Seconds before the next start: none after a settled worker or a first early end, then doubling."""
    if short_lives <= 1:
        return 0.0
    return float(min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2.0 ** (short_lives - 2)))
