"""The real application on a real socket, and analyses in every state in the stores behind it."""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import httpx
import uvicorn
from fastapi import FastAPI

from interview_analysis.api.app import create_app
from interview_analysis.bootstrap import Services, open_services
from interview_analysis.domain.analysis import Analysis, AnalysisResult, AnalysisStatus, Claim, Failure, Progress, Stage
from interview_analysis.domain.feedback import Feedback
from interview_analysis.domain.timeline import FrameTimeline
from interview_analysis.log import AUDIT_LOGGER, RECALIBRATION_LOGGER
from interview_analysis.settings import Settings
from interview_analysis.settings.edge import AccessSettings
from interview_analysis.settings.stores import PathSettings
from interview_analysis.settings.work import JobSettings, ServerSettings, VideoSettings
from processes import wait_until
from store_builders import START, build_analysis, build_result

UNKNOWN_ID = "analysis_20250127_143022_user123_000000000000"
LEASE_SECONDS = 600.0
_T = TypeVar("_T")
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class RunningApi:
    """``http`` talks to the server; the other methods put records into its stores, each for a user of its own."""

    http: httpx.Client
    settings: Settings

    def with_services(self, work: Callable[[Services], Awaitable[_T]]) -> _T:
        """Run ``work`` over the server's stores, opened a second time as a worker process would."""

        async def run() -> _T:
            async with open_services(self.settings) as services:
                return await work(services)

        return asyncio.run(run())

    def queued(self, *, user: str = "user123", session: str | None = None) -> str:
        """An analysis that waits."""
        waiting = replace(_kept(user=user, session=session), created_at=datetime.now(UTC))
        return self.with_services(lambda services: services.analyses.add(waiting)).id

    def processing(self, *, user: str = "user123", told: bool = False) -> tuple[str, Claim]:
        """An analysis that a worker has claimed: older than all others, so the claim hits it."""
        oldest = replace(_kept(user=user, told=told), created_at=START - timedelta(days=next(_numbers)))

        async def claim(services: Services) -> Claim:
            await services.analyses.add(oldest)
            claimed = await services.analyses.claim_next("worker", LEASE_SECONDS)
            assert claimed is not None
            assert claimed[0].id == oldest.id
            return claimed[1]

        return oldest.id, self.with_services(claim)

    def heartbeat(self, claim: Claim, stage: Stage, percent: float) -> None:
        """The worker reports."""
        self.with_services(lambda services: services.analyses.heartbeat(claim, Progress(stage, percent), LEASE_SECONDS))

    def finish(self, claim: Claim, result: AnalysisResult | None = None) -> None:
        """The worker completes its analysis."""
        self.with_services(lambda services: services.analyses.finish(claim, result or build_result()))

    def completed(
        self,
        *,
        result: AnalysisResult | None = None,
        frames: FrameTimeline | None = None,
        feedback: Feedback | None = None,
        user: str = "user123",
        told: bool = False,
    ) -> str:
        """A finished analysis with whatever is given stored beside it. ``told``: its callback is tried, which changes it."""
        analysis_id, claim = self.processing(user=user, told=told)

        async def store(services: Services) -> None:
            if frames is not None:
                await services.frames.save(analysis_id, claim.attempt, frames)
            if feedback is not None:
                await services.feedback.save(analysis_id, feedback)

        self.with_services(store)
        self.finish(claim, result)
        return analysis_id

    def failed(self, code: str = "video_unreadable", *, user: str = "user123") -> str:
        """An analysis that failed for good."""
        analysis_id, claim = self.processing(user=user)
        self.with_services(lambda services: services.analyses.fail(claim, Failure(code, "no frame can be decoded")))
        return analysis_id

    def cancelled(self) -> str:
        """An analysis that its user stopped."""
        analysis_id = self.queued()
        self.with_services(lambda services: services.analyses.cancel(analysis_id))
        return analysis_id

    def in_state(self, status: AnalysisStatus) -> str:
        """An analysis in this state, nothing stored beside it."""
        made: dict[AnalysisStatus, Callable[[], str]] = {
            AnalysisStatus.QUEUED: self.queued,
            AnalysisStatus.PROCESSING: lambda: self.processing()[0],
            AnalysisStatus.COMPLETED: self.completed,
            AnalysisStatus.FAILED: self.failed,
            AnalysisStatus.CANCELLED: self.cancelled,
        }
        return made[status]()


def _kept(*, user: str, session: str | None = None, told: bool = False) -> Analysis:
    """One that does not expire, so that no sweep takes it away."""
    made = build_analysis(next(_numbers), user=user, session=session)
    return replace(made, expires_at=None, request=made.request if told else replace(made.request, callback_url=None))


def api_settings(folder: Path, **groups: ServerSettings | VideoSettings | object) -> Settings:
    """Everything below ``folder``, no worker processes; ``groups`` replace groups of settings."""
    defaults = {
        "paths": PathSettings(data_dir=folder / "data", models_dir=folder / "models", logs_dir=folder / "logs"),
        "jobs": JobSettings(job_supervise=False, job_workers=1),
    }
    return Settings(**{**defaults, **groups})  # type: ignore[arg-type]


def access_settings(**values: str) -> AccessSettings:
    """As they would stand in ``.env``."""
    return AccessSettings.model_validate(values)


@contextmanager
def running_api(settings: Settings, change: Callable[[FastAPI], None] = lambda _: None) -> Iterator[RunningApi]:
    """The application, after ``change``, behind uvicorn in a thread, on a free port, until the block ends."""
    with _logging_restored():
        app = create_app(settings)
        change(app)
        config = uvicorn.Config(
            app,
            port=0,
            http="interview_analysis.api.protocol:BoundedHttp",
            log_config=None,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, name="api")
        thread.start()
        try:
            wait_until(lambda: server.started or not thread.is_alive(), seconds=30.0)
            port = server.servers[0].sockets[0].getsockname()[1]
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20.0) as http:
                yield RunningApi(http, settings)
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def _logging_restored() -> Iterator[None]:
    """The application sets up the log of its process, which here is the tests'."""
    loggers = [logging.getLogger(name) for name in (None, RECALIBRATION_LOGGER, AUDIT_LOGGER)]
    before = [(logger, logger.handlers[:], logger.level, logger.propagate) for logger in loggers]
    try:
        yield
    finally:
        for logger, handlers, level, propagate in before:
            for handler in set(logger.handlers) - set(handlers):
                handler.close()
            logger.handlers[:] = handlers
            logger.setLevel(level)
            logger.propagate = propagate
