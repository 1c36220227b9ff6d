"""What lies outside of the process: stores, queue, receivers, a language model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from interview_analysis.adapters.documents.saliency_sqlite import SqlSaliencyStore
from interview_analysis.adapters.documents.sqlite import SqliteFrameMetricsStore
from interview_analysis.adapters.feedback.rules import RulesFeedbackWriter
from interview_analysis.adapters.jobs.local import LocalJobQueue
from interview_analysis.adapters.notify.addresses import PUBLIC_PORTS, AddressPolicy
from interview_analysis.adapters.notify.webhook import WebhookConfig, WebhookNotifier
from interview_analysis.adapters.relational.engine import MariaDbServer, mariadb_url, sqlite_url
from interview_analysis.adapters.video_store.local import LocalVideoStore
from interview_analysis.application.ports import (
    FrameMetricsStore,
    JobQueue,
    Notifier,
    SaliencyStore,
    VideoStore,
)
from interview_analysis.application.retries import RetryPolicy
from interview_analysis.application.write_comment import LanguageModel
from interview_analysis.domain.comment import TokenCaps
from interview_analysis.errors import InputError
from interview_analysis.settings import Settings
from interview_analysis.settings.group import revealed

if TYPE_CHECKING:
    from sqlalchemy import URL
    from sqlalchemy.ext.asyncio import AsyncEngine

    from interview_analysis.adapters.jobs.celery_app import Broker

_OPENAI = "https://api.openai.com/v1"
LEASE_MARGIN_SECONDS = 30.0
"""What a lease outlasts the longest attempt by."""


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
async def open_documents(settings: Settings, engine: AsyncEngine) -> AsyncIterator[tuple[FrameMetricsStore, SaliencyStore]]:
    """In MongoDB where it is configured, else in the relational database."""
    url = settings.mongodb.mongodb_url
    if url is None:
        yield SqliteFrameMetricsStore(engine), SqlSaliencyStore(engine)
        return
    from interview_analysis.adapters.documents.mongo import MongoFrameMetricsStore
    from interview_analysis.adapters.documents.mongo import open_documents as open_mongo
    from interview_analysis.adapters.documents.saliency_mongo import MongoSaliencyStore

    async with open_mongo(url.get_secret_value(), settings.mongodb.mongodb_database) as database:
        yield MongoFrameMetricsStore(database), MongoSaliencyStore(database)


@asynccontextmanager
async def open_queue(settings: Settings) -> AsyncIterator[JobQueue]:
    """RabbitMQ where it is configured, connected when first used; else the database itself."""
    broker = rabbitmq(settings)
    if broker is None:
        yield LocalJobQueue(settings.paths.work)
        return
    from interview_analysis.adapters.jobs.celery_queue import CeleryJobQueue

    queue = CeleryJobQueue(broker)
    try:
        yield queue
    finally:
        await queue.close()


def rabbitmq(settings: Settings) -> Broker | None:
    url = settings.rabbitmq.rabbitmq_url
    if url is None:
        return None
    from interview_analysis.adapters.jobs.celery_app import Broker

    return Broker(url.get_secret_value(), settings.rabbitmq.rabbitmq_queue)


def video_store(settings: Settings) -> VideoStore:
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


def notifier(settings: Settings) -> Notifier:
    """Raises ``InputError`` (``invalid_settings``) where results of gaze could not be sent to their address."""
    callbacks = settings.callbacks
    policy = AddressPolicy(
        trusted=callbacks.allowed_hosts,
        ports=callbacks.callback_ports or PUBLIC_PORTS,
        allow_http=callbacks.callback_allow_http,
    )
    if settings.gaze.gaze_aggregator_url is not None:
        try:
            policy.examine(settings.gaze.gaze_aggregator_url)
        except InputError as error:
            raise InputError(f"GAZE_AGGREGATOR_URL: {error.detail}", code="invalid_settings") from None
    config = WebhookConfig(policy=policy, secrets=callbacks.signing_keys, timeout=callbacks.callback_timeout_seconds)
    return WebhookNotifier(config)


@asynccontextmanager
async def open_language_model(settings: Settings) -> AsyncIterator[LanguageModel | None]:
    """``None`` where none is configured; connected when first used."""
    wanted = settings.openai
    if not wanted.enabled:
        yield None
        return
    from interview_analysis.adapters.feedback.openai import OpenAiConfig, OpenAiFeedbackWriter

    config = OpenAiConfig(
        api_key=revealed(wanted.openai_api_key) or "none",
        base_url=wanted.openai_base_url or _OPENAI,
        model=wanted.openai_model,
        timeout=wanted.openai_timeout_seconds,
        max_output_tokens=wanted.openai_max_output_tokens,
        transcript_characters=wanted.openai_transcript_characters,
        prompt_price=wanted.openai_prompt_price,
        completion_price=wanted.openai_completion_price,
    )
    retries = RetryPolicy(
        max_attempts=wanted.openai_max_attempts,
        retry_seconds=wanted.openai_retry_seconds,
        lease_seconds=2 * wanted.openai_timeout_seconds + LEASE_MARGIN_SECONDS,
    )
    writer = OpenAiFeedbackWriter(config, RulesFeedbackWriter())
    try:
        yield LanguageModel(writer, retries, TokenCaps(wanted.openai_tokens_per_analysis, wanted.openai_tokens_per_day))
    finally:
        await writer.close()
