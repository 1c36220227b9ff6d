"""``JobQueue`` on RabbitMQ: messages in the form that Celery workers read."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from celery import Celery
from kombu import Connection, Producer
from kombu.exceptions import KombuError
from kombu.transport.base import StdChannel

from interview_analysis.adapters.jobs.celery_app import TASK, Broker, build_app, dead_queue, work_queue
from interview_analysis.errors import DependencyUnavailable

_log = logging.getLogger(__name__)

_BROKER_SECONDS = 2.0
"""For each step: connecting, and the broker's word that it has a message."""
_CALLER_SECONDS = 3.0
_SILENCE_SECONDS = 2.0
"""After the broker did not answer, others are refused at once for so long instead of waiting one after the other."""
_T = TypeVar("_T")


class CeleryJobQueue:
    """One connection, used by one thread; opened when first needed and again after a fault."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._app: Celery = build_app(broker)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="queue")
        self._connection: Connection | None = None
        self._producer: Producer | None = None
        self._silent_until = 0.0

    async def enqueue(self, analysis_id: str, priority: int = 0) -> None:
        """Once this returns, RabbitMQ has the message and keeps it over a restart. Raises ``DependencyUnavailable``."""

        def publish(producer: Producer) -> None:
            self._app.send_task(
                TASK, (analysis_id,), producer=producer, retry=False, priority=priority, confirm_timeout=_BROKER_SECONDS
            )

        await self._ask(publish)

    async def waiting(self) -> int:
        """Messages that no worker has been given yet. Raises ``DependencyUnavailable``."""
        return (await self._look())[0]

    async def workers(self) -> int:
        """Celery workers that listen, on all machines; each has several processes. Raises ``DependencyUnavailable``."""
        return (await self._look())[1]

    async def ping(self) -> None:
        """Raises ``DependencyUnavailable``."""
        await self._look()

    async def close(self) -> None:
        """End the connection; the queue is not to be used after it."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._drop)
        self._thread.shutdown(wait=False)

    async def _look(self) -> tuple[int, int]:
        """Messages waiting, workers listening."""

        def declare(producer: Producer) -> tuple[int, int]:
            channel: Any = producer.channel
            found = channel.queue_declare(self._broker.queue, passive=True)
            return found.message_count, found.consumer_count

        return await self._ask(declare)

    async def _ask(self, question: Callable[[Producer], _T]) -> _T:
        answer = asyncio.get_running_loop().run_in_executor(self._thread, self._answer, question)
        try:
            async with asyncio.timeout(_CALLER_SECONDS):
                return await answer
        except TimeoutError:
            raise DependencyUnavailable("RabbitMQ does not answer in time") from None

    def _answer(self, question: Callable[[Producer], _T]) -> _T:
        """In the thread. A connection that went stale since its last use is replaced once."""
        if time.monotonic() < self._silent_until:
            raise DependencyUnavailable("RabbitMQ did not answer a moment ago")
        if self._producer is not None:
            try:
                return question(self._producer)
            except self._faults():
                self._drop()
        try:
            return question(self._connect())
        except self._faults() as error:
            self._drop()
            self._silent_until = time.monotonic() + _SILENCE_SECONDS
            raise DependencyUnavailable(f"RabbitMQ: {type(error).__name__}: {error}") from error

    def _connect(self) -> Producer:
        """A channel on which the queues are there and every message is confirmed."""
        connection = self._app.connection_for_write(
            connect_timeout=_BROKER_SECONDS,
            heartbeat=0,
            transport_options={"confirm_publish": True, "read_timeout": _BROKER_SECONDS, "write_timeout": _BROKER_SECONDS},
        )
        self._connection = connection
        connection.connect()
        channel: StdChannel = connection.channel()
        for queue in (dead_queue(self._broker), work_queue(self._broker)):
            queue(channel).declare()
        self._producer = Producer(channel)
        return self._producer

    def _faults(self) -> tuple[type[BaseException], ...]:
        connection = self._connection
        known = () if connection is None else (*connection.connection_errors, *connection.channel_errors)
        return (OSError, KombuError, *known)

    def _drop(self) -> None:
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            connection.collect(socket_timeout=_BROKER_SECONDS)
