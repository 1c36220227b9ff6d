"""Carry what is due to other services, again until it arrives or is given up."""

from __future__ import annotations

import logging
from typing import Protocol

from interview_analysis.application.lanes import work_off
from interview_analysis.application.ports import DeliveryStore, Notifier
from interview_analysis.application.retries import RetryPolicy
from interview_analysis.domain.delivery import Delivery
from interview_analysis.errors import DependencyUnavailable

_log = logging.getLogger(__name__)

_AT_ONCE = 8


class DeliverPorts(Protocol):
    @property
    def deliveries(self) -> DeliveryStore: ...

    @property
    def notifier(self) -> Notifier: ...


async def deliver_due(ports: DeliverPorts, policy: RetryPolicy) -> None:
    """Everything that is due now, a few at a time. Raises ``DependencyUnavailable`` where the store does not answer."""
    await work_off(
        lambda: ports.deliveries.claim_due(policy.lease_seconds), lambda delivery: deliver(delivery, ports, policy), _AT_ONCE
    )


async def deliver(delivery: Delivery, ports: DeliverPorts, policy: RetryPolicy) -> None:
    """One attempt at one claimed delivery, and its verdict."""
    if delivery.attempt > policy.max_attempts:
        await ports.deliveries.give_up(delivery, "worker_lost")
        return
    try:
        await ports.notifier.send(delivery)
    except DependencyUnavailable as error:
        await _record_failure(delivery, error, ports, policy)
    else:
        await ports.deliveries.succeed(delivery)
        _log.info("%s is delivered", delivery.id)


async def _record_failure(delivery: Delivery, error: DependencyUnavailable, ports: DeliverPorts, policy: RetryPolicy) -> None:
    if not error.retryable or delivery.attempt >= policy.max_attempts:
        _log.warning("%s is given up after %d attempts: %s", delivery.id, delivery.attempt, error.code)
        await ports.deliveries.give_up(delivery, error.code)
        return
    _log.info("%s failed: %s", delivery.id, error.code)
    await ports.deliveries.postpone(delivery, error.code, policy.next_time(delivery.attempt))
