"""The composition root: Settings → wired services. The only place that knows which implementation stands behind a port.

Vision and audio are imported inside ``open_worker_services``: the API process never loads a model.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from interview_analysis.adapters.feedback.rules import RulesFeedbackWriter
from interview_analysis.adapters.jobs.announcer import ANNOUNCE_SECONDS, Announcements, Announcer
from interview_analysis.adapters.jobs.periodic import Periodic
from interview_analysis.adapters.jobs.pool import PoolConfig
from interview_analysis.adapters.jobs.supervisor import SupervisorConfig, WorkerSupervisor
from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.adapters.relational.comments import SqlCommentStore
from interview_analysis.adapters.relational.deliveries import SqlDeliveryStore
from interview_analysis.adapters.relational.engine import open_database
from interview_analysis.adapters.relational.feedback import SqlFeedbackStore
from interview_analysis.adapters.relational.gaze_calibrations import SqlCalibrationStore
from interview_analysis.adapters.relational.gaze_sessions import SqlGazeSessionStore
from interview_analysis.application.deliver import deliver_due
from interview_analysis.application.erase_expired import ExpirySweep
from interview_analysis.application.erase_gaze import GazeExpirySweep
from interview_analysis.application.erase_uploads import UploadSweep
from interview_analysis.application.finish_gaze import FinishRules, finish_due
from interview_analysis.application.gaze_ports import CalibrationStore, GazeSessionStore
from interview_analysis.application.ports import (
    AnalysisStore,
    CommentStore,
    DeliveryStore,
    FeedbackStore,
    FeedbackWriter,
    FrameMetricsStore,
    JobQueue,
    Notifier,
    SaliencyStore,
    VideoStore,
)
from interview_analysis.application.retries import RetryPolicy
from interview_analysis.application.run_analysis import Line
from interview_analysis.application.write_comment import LanguageModel, write_due_comments
from interview_analysis.bootstrap.line import build_decoder, build_frame_analyzer, overlay_maker, transcriber, voice_analyzer
from interview_analysis.bootstrap.outside import (
    LEASE_MARGIN_SECONDS,
    database_url,
    notifier,
    open_documents,
    open_language_model,
    open_queue,
    rabbitmq,
    video_store,
)
from interview_analysis.errors import InputError
from interview_analysis.observability.metrics import Recorder, open_recorder
from interview_analysis.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from interview_analysis.adapters.jobs.celery_worker import PoolProcess


_LOOK_SECONDS = 1.0
"""How often due deliveries, comments and gaze sessions are looked for."""
_FINISHING = RetryPolicy(max_attempts=8, retry_seconds=5.0, lease_seconds=60.0)
"""Of gaze sessions; one that takes no end is finished without a score after ten minutes."""
_UPLOADS_SECONDS = 600.0
"""How often old uploads are looked for."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the API needs. Satisfies the ``…Ports`` protocols of the use cases."""

    settings: Settings
    videos: VideoStore
    analyses: AnalysisStore
    frames: FrameMetricsStore
    feedback: FeedbackStore
    writer: FeedbackWriter
    queue: JobQueue
    recorder: Recorder
    deliveries: DeliveryStore
    notifier: Notifier
    comments: CommentStore
    saliency: SaliencyStore
    gaze: GazeSessionStore
    calibrations: CalibrationStore
    language_model: LanguageModel | None = None


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open the stores. Raises ``DependencyUnavailable`` where one cannot be opened."""
    async with (
        open_database(database_url(settings)) as engine,
        open_documents(settings, engine) as (frames, saliency),
        _open_recorder(settings) as recorder,
        open_queue(settings) as queue,
        open_language_model(settings) as language_model,
    ):
        yield Services(
            settings=settings,
            videos=video_store(settings),
            analyses=SqlAnalysisStore(
                engine,
                max_attempts=settings.jobs.job_max_attempts,
                workers=settings.jobs.workers,
                ended=recorder.analysis_ended,
            ),
            frames=frames,
            feedback=SqlFeedbackStore(engine),
            writer=RulesFeedbackWriter(),
            recorder=recorder,
            deliveries=SqlDeliveryStore(engine),
            notifier=notifier(settings),
            queue=queue,
            comments=SqlCommentStore(engine),
            saliency=saliency,
            gaze=SqlGazeSessionStore(engine),
            calibrations=_calibrations(settings, engine),
            language_model=language_model,
        )


def _calibrations(settings: Settings, engine: AsyncEngine) -> CalibrationStore:
    """Of sessions as long as sessions are kept; of users, who have asked for it, as long as anything may be."""
    days = settings.privacy.retention_days
    profiles = timedelta(days=settings.privacy.retention_max_days)
    return SqlCalibrationStore(engine, timedelta(days=days) if days else None, profiles)


@asynccontextmanager
async def _open_recorder(settings: Settings) -> AsyncIterator[Recorder]:
    with open_recorder(settings.paths.metrics) as recorder:
        yield recorder


def serve_worker_metrics(settings: Settings) -> None:
    """On ``WORKER_METRICS_PORT``, where one is set: for workers that no server of this machine speaks for."""
    if settings.observability.worker_metrics_port:
        from interview_analysis.observability.exposition import serve_metrics

        serve_metrics(settings.observability.worker_metrics_port, settings.paths.metrics)


def serve_queue(settings: Settings, process: PoolProcess, config: PoolConfig) -> int:
    """Take messages from RabbitMQ until told to stop or at a limit; returns the exit status. Raises ``InputError``
    (``invalid_settings``) where none is configured."""
    from interview_analysis.adapters.jobs.celery_worker import run_celery_worker

    broker = rabbitmq(settings)
    if broker is None:
        raise InputError("RABBITMQ_URL is not set", code="invalid_settings")
    return run_celery_worker(broker, process, config)


@asynccontextmanager
async def open_worker_services(settings: Settings) -> AsyncIterator[Line]:
    """Open the stores and load the models, once a process. Raises ``DependencyUnavailable``, ``ModelUnavailable``."""
    async with open_services(settings) as services:
        with contextlib.closing(build_frame_analyzer(settings)) as analyzer:
            yield Line(
                videos=services.videos,
                decoder=build_decoder(settings),
                analyzer=analyzer,
                voice=voice_analyzer(settings),
                frames=services.frames,
                analyses=services.analyses,
                feedback=services.feedback,
                writer=services.writer,
                work=settings.paths.work,
                language=settings.server.language,
                transcriber=transcriber(settings),
                comments=None if services.language_model is None else services.comments,
                overlay=overlay_maker(settings, services.videos),
            )


def _worker_supervisor(services: Services) -> WorkerSupervisor:
    """The workers read the same environment as this process."""
    paths, jobs = services.settings.paths, services.settings.jobs
    config = SupervisorConfig(
        command=(sys.executable, "-m", "interview_analysis", "worker", "--supervised"),
        workers=jobs.workers,
        work=paths.work,
        lock=paths.data_dir / "supervisor.lock",
    )
    return WorkerSupervisor(services.analyses, config)


def background_work(services: Services) -> Iterator[AbstractAsyncContextManager[object]]:
    """What the API process does beside serving, each to be entered meanwhile; several processes at once are harmless."""
    settings = services.settings
    sweep = ExpirySweep(services, settings.video.upload_bucket)
    callbacks = settings.callbacks
    policy = RetryPolicy(
        max_attempts=callbacks.callback_max_attempts,
        retry_seconds=callbacks.callback_retry_seconds,
        lease_seconds=2 * callbacks.callback_timeout_seconds + LEASE_MARGIN_SECONDS,
    )
    yield Periodic("retention", settings.privacy.retention_sweep_seconds, sweep.round)
    if settings.video.upload_keep_hours:
        uploads = UploadSweep(services, settings.video.upload_bucket, timedelta(hours=settings.video.upload_keep_hours))
        yield Periodic("uploads", _UPLOADS_SECONDS, uploads.round)
    yield Periodic("deliveries", _LOOK_SECONDS, lambda: deliver_due(services, policy))
    yield Periodic("gaze retention", settings.privacy.retention_sweep_seconds, GazeExpirySweep(services).round)
    rules = FinishRules(_FINISHING, settings.gaze.gaze_aggregator_url, services.recorder)
    yield Periodic("gaze sessions", _LOOK_SECONDS, lambda: finish_due(services, rules))
    model = services.language_model
    if model is not None:
        yield Periodic("comments", _LOOK_SECONDS, lambda: write_due_comments(settings.server.language, services, model))
    if isinstance(services.queue, Announcements):
        yield Periodic("announcements", ANNOUNCE_SECONDS, Announcer(services.analyses, services.queue).look)
    elif settings.jobs.job_supervise:
        yield _worker_supervisor(services)
