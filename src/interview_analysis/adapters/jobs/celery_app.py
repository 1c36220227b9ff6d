"""What publishers and workers must agree on: queues, their arguments, the one task's name and message form."""

from __future__ import annotations

from typing import NamedTuple

from celery import Celery
from kombu import Exchange, Queue

TASK = "analyses.run"
"""Name of the task; its one argument is the id of an analysis."""
_PRIORITIES = 10
_TLS_SCHEME = "amqps://"
_ACKNOWLEDGE_MILLISECONDS = 24 * 3600 * 1000
"""RabbitMQ 3.12 and later take this from the queue; earlier ones know only ``consumer_timeout`` in their configuration."""


class Broker(NamedTuple):
    """Where RabbitMQ is (``amqp://`` or ``amqps://``, with credentials), and the name of the queue there."""

    url: str
    queue: str


def build_app(broker: Broker) -> Celery:
    """A Celery application that knows the queue and no task yet; nothing is connected."""
    app = Celery("interview_analysis", set_as_current=False)
    app.conf.update(
        broker_url=broker.url,
        broker_use_ssl=_tls(broker.url),
        broker_heartbeat=30,
        broker_connection_timeout=5,
        task_queues=[work_queue(broker)],
        task_default_queue=broker.queue,
        task_default_exchange=broker.queue,
        task_default_routing_key=broker.queue,
        task_create_missing_queues=False,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        result_backend=None,
    )
    return app


def work_queue(broker: Broker) -> Queue:
    """Durable, by priority; what no worker can understand goes to the dead queue."""
    arguments = {
        "x-max-priority": _PRIORITIES,
        "x-dead-letter-exchange": dead_queue(broker).name,
        "x-consumer-timeout": _ACKNOWLEDGE_MILLISECONDS,
    }
    exchange = Exchange(broker.queue, type="direct", durable=True)
    return Queue(broker.queue, exchange, routing_key=broker.queue, durable=True, queue_arguments=arguments)


def dead_queue(broker: Broker) -> Queue:
    """Where messages end that are no work; nothing consumes it."""
    name = f"{broker.queue}.dead"
    return Queue(name, Exchange(name, type="fanout", durable=True), durable=True)


def _tls(url: str) -> dict[str, object] | bool:
    """Certificates and host names are verified; Celery's own default verifies neither."""
    return {"server_hostname": None, "context": {"check_hostname": True}} if url.startswith(_TLS_SCHEME) else False
