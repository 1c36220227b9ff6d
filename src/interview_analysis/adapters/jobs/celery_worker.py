"""A Celery worker: takes messages from RabbitMQ and hands each to a process of its pool.

The parent process only talks to the broker. It opens no store and loads no model, so that a pool process can be forked from it
at any time.
"""

from __future__ import annotations

import logging
import re
import warnings
from typing import Any, Protocol

from celery import Celery, Task, bootsteps, signals
from celery.apps import worker as celery_program
from celery.exceptions import CPendingDeprecationWarning, Reject
from celery.worker.consumer import Consumer
from kombu import Message

from interview_analysis.adapters.jobs.celery_app import TASK, Broker, build_app, dead_queue, work_queue
from interview_analysis.adapters.jobs.celery_limits import limit_step
from interview_analysis.adapters.jobs.pool import PoolConfig
from interview_analysis.domain.analysis import ID_PATTERN

_log = logging.getLogger(__name__)

_START_SECONDS = 600.0
"""A pool process that is not ready by then is replaced; loading models may take a while on a busy machine."""


class PoolProcess(Protocol):
    """What one process of the pool does. All calls come from its main thread; nothing is opened before ``start``."""

    def start(self) -> None:
        """Once, after the fork."""

    def carry(self, analysis_id: str, *, redelivered: bool) -> None:
        """Carry out this analysis if it is due, or another one. ``redelivered``: a worker had the message before."""

    def stop(self) -> None:
        """Once, before the process ends."""


def run_celery_worker(broker: Broker, process: PoolProcess, config: PoolConfig) -> int:
    """Blocks until the worker is told to stop or has reached a limit of its own; returns the exit status.

    SIGTERM: no new analysis, running ones are finished. Again, or SIGQUIT: running ones are given back.
    """
    # Celery advises at each reconnection to cancel running work, which would only be lost by it.
    warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)
    app = build_app(broker)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_acks_on_failure=False,
        worker_prefetch_multiplier=1,
        worker_consumer=f"{__name__}:{StrictConsumer.__name__}",
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_proc_alive_timeout=_START_SECONDS,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_channel_error_retry=True,
    )
    app.steps["consumer"].add(_declaration_of(broker))
    if config.max_jobs is not None or config.idle_seconds is not None:
        app.steps["consumer"].add(limit_step(broker.queue, config))
    _add_task(app, process)
    _connect_signals(process)
    worker = app.Worker(
        pool="prefork",
        concurrency=config.concurrency,
        hostname=config.name,
        without_gossip=True,
        without_mingle=True,
        quiet=True,
    )
    _harden_second_term(worker)
    worker.start()
    return int(worker.exitcode or 0)


class StrictConsumer(Consumer):
    """A message that cannot even be decoded goes to the dead queue as well; Celery would drop it."""

    def on_decode_error(self, message: Message, exc: Exception) -> None:
        """Called by Celery."""
        _log.error("a message that cannot be decoded goes to the dead queue: %s", type(exc).__name__)
        message.reject()


def _declaration_of(broker: Broker) -> type[bootsteps.StartStopStep]:
    class Declaration(bootsteps.StartStopStep):
        """The dead queue is there before the first message is taken, also after a broker came back empty."""

        requires = ("celery.worker.consumer.connection:Connection",)

        def start(self, parent: Any) -> None:
            with parent.connection.channel() as channel:
                for queue in (dead_queue(broker), work_queue(broker)):
                    queue(channel).declare()

    return Declaration


def _add_task(app: Celery, process: PoolProcess) -> None:
    @app.task(name=TASK, bind=True)
    def run(task: Task[Any, Any], analysis_id: str) -> None:
        if not (isinstance(analysis_id, str) and re.fullmatch(ID_PATTERN, analysis_id)):
            raise Reject("not the id of an analysis", requeue=False)
        delivery = task.request.delivery_info or {}
        process.carry(analysis_id, redelivered=bool(delivery.get("redelivered")))


def _connect_signals(process: PoolProcess) -> None:
    def keep_logging(**_: object) -> None:
        """A receiver of this signal keeps Celery from setting up a log of its own."""

    def start(**_: object) -> None:
        process.start()

    def stop(**_: object) -> None:
        process.stop()

    signals.setup_logging.connect(keep_logging, weak=False)
    signals.worker_process_init.connect(start, weak=False)
    signals.worker_process_shutdown.connect(stop, weak=False)


def _harden_second_term(worker: celery_program.Worker) -> None:
    """Celery by itself takes SIGQUIT only for a cold shutdown, and ignores a second SIGTERM."""

    def on_shutdown(how: str, **_: object) -> None:
        if how == "Warm":
            install: Any = celery_program.install_worker_term_hard_handler  # type: ignore[attr-defined]
            install(worker, sig="SIGTERM")

    signals.worker_shutting_down.connect(on_shutdown, weak=False)
