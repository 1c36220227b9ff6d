"""RabbitMQ over TLS: a trusted certificate of the right name, and nothing else, is spoken to."""

from __future__ import annotations

import pytest

from interview_analysis.adapters.jobs.celery_app import Broker
from interview_analysis.adapters.jobs.celery_queue import CeleryJobQueue
from interview_analysis.errors import DependencyUnavailable
from jobs_builders import eventually
from rabbitmq_servers import RabbitMq

pytestmark = pytest.mark.slow


async def waiting(broker: Broker) -> int:
    """After one message."""
    queue = CeleryJobQueue(broker)
    try:
        await queue.enqueue("analysis_a")
        return await queue.waiting()
    finally:
        await queue.close()


async def refusal(broker: Broker) -> str:
    """Why it is not used. A machine that is busy may have it told first that the broker does not answer in time."""
    told = ""

    async def is_told() -> bool:
        nonlocal told
        with pytest.raises(DependencyUnavailable) as caught:
            await waiting(broker)
        told = str(caught.value)
        return "in time" not in told

    await eventually(is_told)
    return told


async def test_a_trusted_broker_takes_messages(rabbitmq: RabbitMq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(rabbitmq.certificate))
    assert await waiting(rabbitmq.tls_broker("tls-trusted")) == 1


async def test_a_certificate_that_nobody_vouches_for_is_refused(rabbitmq: RabbitMq) -> None:
    assert "CERTIFICATE_VERIFY_FAILED" in await refusal(rabbitmq.tls_broker("tls-unknown"))


async def test_a_certificate_of_another_name_is_refused(rabbitmq: RabbitMq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(rabbitmq.certificate))
    assert "not valid for '127.1'" in await refusal(rabbitmq.tls_broker("tls-name", "127.1"))
