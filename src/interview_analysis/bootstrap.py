"""The composition root: Settings → wired services. The only place that knows which implementation stands behind a port.

Vision and audio are imported inside ``open_worker_services``: the API process never loads a model.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interview_analysis.adapters.documents.sqlite import SqliteFrameMetricsStore
from interview_analysis.adapters.feedback.rules import RulesFeedbackWriter
from interview_analysis.adapters.jobs.folders import living_workers
from interview_analysis.adapters.jobs.local import LocalJobQueue
from interview_analysis.adapters.jobs.supervisor import SupervisorConfig, WorkerSupervisor
from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.adapters.relational.engine import MariaDbServer, mariadb_url, open_database, sqlite_url
from interview_analysis.adapters.relational.feedback import SqlFeedbackStore
from interview_analysis.adapters.video_store.local import LocalVideoStore
from interview_analysis.application.ports import (
    AnalysisStore,
    FeedbackStore,
    FeedbackWriter,
    FrameAnalyzer,
    FrameMetricsStore,
    JobQueue,
    VideoDecoder,
    VideoStore,
    VoiceAnalyzer,
)
from interview_analysis.application.run_analysis import Line
from interview_analysis.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import URL
    from sqlalchemy.ext.asyncio import AsyncEngine

    from interview_analysis.vision.face_stages import GazeNetwork
    from interview_analysis.vision.runtime.network import RuntimeOptions
    from interview_analysis.vision.runtime.store import ModelStore


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


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open the stores. Raises ``DependencyUnavailable`` where one cannot be opened."""
    async with open_database(database_url(settings)) as engine, _open_frames(settings, engine) as frames:
        yield Services(
            settings=settings,
            videos=_video_store(settings),
            analyses=SqlAnalysisStore(engine, max_attempts=settings.jobs.job_max_attempts, workers=settings.jobs.workers),
            frames=frames,
            feedback=SqlFeedbackStore(engine),
            writer=RulesFeedbackWriter(),
            queue=LocalJobQueue(),
        )


def database_url(settings: Settings) -> URL:
    """Of the relational store."""
    server = settings.mariadb
    if server.mariadb_host is None:
        return sqlite_url(settings.paths.database)
    return mariadb_url(
        MariaDbServer(
            host=server.mariadb_host,
            port=server.mariadb_port,
            user=server.mariadb_user or "",
            password=server.mariadb_password.get_secret_value(),
            database=server.mariadb_database or "",
        )
    )


@asynccontextmanager
async def _open_frames(settings: Settings, engine: AsyncEngine) -> AsyncIterator[FrameMetricsStore]:
    """MongoDB where it is configured, else the relational database."""
    url = settings.mongodb.mongodb_url
    if url is None:
        yield SqliteFrameMetricsStore(engine)
        return
    from interview_analysis.adapters.documents.mongo import MongoFrameMetricsStore, open_documents

    async with open_documents(url.get_secret_value(), settings.mongodb.mongodb_database) as database:
        yield MongoFrameMetricsStore(database)


@asynccontextmanager
async def open_worker_services(settings: Settings) -> AsyncIterator[Line]:
    """Open the stores and load the models, once a process. Raises ``DependencyUnavailable``, ``ModelUnavailable``."""
    async with open_services(settings) as services:
        with contextlib.closing(build_frame_analyzer(settings)) as analyzer:
            yield Line(
                videos=services.videos,
                decoder=build_decoder(settings),
                analyzer=analyzer,
                voice=_voice_analyzer(settings),
                frames=services.frames,
                analyses=services.analyses,
                feedback=services.feedback,
                writer=services.writer,
                work=settings.paths.work,
                language=settings.server.language,
            )


def worker_supervisor(services: Services) -> WorkerSupervisor:
    """What keeps the worker processes running while it is entered. They read the same environment as this process."""
    paths, jobs = services.settings.paths, services.settings.jobs
    config = SupervisorConfig(
        command=(sys.executable, "-m", "interview_analysis", "worker", "--supervised"),
        workers=jobs.workers,
        work=paths.work,
        lock=paths.data_dir / "supervisor.lock",
    )
    return WorkerSupervisor(services.analyses, config)


def running_workers(settings: Settings) -> int:
    """How many worker processes live on this machine."""
    return len(living_workers(settings.paths.work))


def model_store(settings: Settings) -> ModelStore:
    """The models of ``MODELS_DIR`` by its manifest."""
    from interview_analysis.vision.runtime.specs import load_manifest
    from interview_analysis.vision.runtime.store import ModelStore

    folder = settings.paths.models_dir
    return ModelStore(folder, load_manifest(folder / "manifest.yaml"))


def build_decoder(settings: Settings) -> VideoDecoder:
    """The FFmpeg decoder with the configured rate and limits."""
    from interview_analysis.vision.decoder import FfmpegDecoder
    from interview_analysis.vision.limits import DecodeLimits

    video = settings.video
    limits = DecodeLimits(
        max_bytes=video.max_bytes,
        max_seconds=video.max_video_seconds,
        max_pixels=video.max_video_pixels,
        seconds_factor=video.decode_seconds_factor,
    )
    return FfmpegDecoder(rate=settings.vision.rate_landmarks, max_side=settings.vision.max_frame_side, limits=limits)


def build_frame_analyzer(settings: Settings, gaze: GazeNetwork | None = None) -> FrameAnalyzer:
    """All vision models that are installed, loaded; ``gaze`` stands in for the installed gaze network.

    Raises ``ModelUnavailable`` for a missing required one.
    """
    from interview_analysis.vision.frame_analyzer import StageRates
    from interview_analysis.vision.loading import load_frame_analyzer

    vision = settings.vision
    rates = StageRates(expression=vision.rate_expression, gaze=vision.rate_gaze, face_count=vision.rate_face_count)
    return load_frame_analyzer(model_store(settings), rates, runtime_options(settings), gaze)


def runtime_options(settings: Settings) -> RuntimeOptions:
    """What networks run on."""
    from interview_analysis.vision.runtime.device import Device
    from interview_analysis.vision.runtime.network import RuntimeOptions
    from interview_analysis.vision.runtime.precision import Precision

    device, precision = settings.vision.runtime_device, settings.vision.runtime_precision
    return RuntimeOptions(
        cache=settings.paths.model_cache,
        precision=None if precision == "auto" else Precision(precision),
        device=None if device == "auto" else Device(device),
    )


def _voice_analyzer(settings: Settings) -> VoiceAnalyzer:
    from interview_analysis.audio.analyzer import SpeechVoiceAnalyzer

    return SpeechVoiceAnalyzer(seconds_factor=settings.video.decode_seconds_factor)


def _video_store(settings: Settings) -> VideoStore:
    if not settings.s3.enabled:
        return LocalVideoStore(settings.paths.buckets, settings.video.max_bytes)
    from interview_analysis.adapters.video_store.s3 import S3Config, S3VideoStore

    secret = settings.s3.aws_secret_access_key
    return S3VideoStore(
        S3Config(
            endpoint_url=settings.s3.s3_endpoint_url,
            region=settings.s3.aws_default_region,
            access_key_id=settings.s3.aws_access_key_id,
            secret_access_key=None if secret is None else secret.get_secret_value(),
            allowed_buckets=settings.s3.s3_allowed_buckets,
            max_bytes=settings.video.max_bytes,
        )
    )
