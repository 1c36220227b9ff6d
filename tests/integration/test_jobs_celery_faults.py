"""RabbitMQ out of reach for a while, of whoever announces and of whoever works: every analysis ends once."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import pytest
import pytest_asyncio

from interview_analysis.adapters.jobs.announcer import Announcer
from interview_analysis.adapters.jobs.periodic import Periodic
from interview_analysis.domain.analysis import AnalysisStatus
from interview_analysis.errors import DependencyUnavailable
from jobs_builders import eventually, release
from queue_builders import SECONDS, Practice, practice
from rabbitmq_servers import RabbitMq
from tcp_proxy import Fault, TcpProxy, tcp_proxy

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

_ANNOUNCE_SECONDS = 0.2


@pytest.fixture(scope="module")
def ways(rabbitmq: RabbitMq) -> Iterator[dict[str, TcpProxy]]:
    """To the broker, by who goes there."""
    with ExitStack() as stack:
        yield {side: stack.enter_context(tcp_proxy(rabbitmq.port)) for side in ("api", "worker")}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(
    tmp_path_factory: pytest.TempPathFactory, rabbitmq: RabbitMq, ways: dict[str, TcpProxy]
) -> AsyncIterator[Practice]:
    """One worker takes messages, and what has none is announced."""
    data = tmp_path_factory.mktemp("data")
    ports = {"port": ways["api"].port, "worker_port": ways["worker"].port}
    async with (
        practice(data, rabbitmq, **ports) as opened,
        Periodic("announcements", _ANNOUNCE_SECONDS, Announcer(opened.store, opened.queue).look),
    ):
        with opened.worker():
            await opened.until_listening()
            yield opened
        assert not opened.videos()


@pytest.mark.parametrize(
    ("side", "fault", "then"),
    [
        ("api", Fault.CUT, Fault.NONE),
        ("api", Fault.STALLED, Fault.NONE),
        ("api", Fault.SLOW, Fault.NONE),
        ("worker", Fault.CUT, Fault.NONE),
        ("worker", Fault.STALLED, Fault.NONE),
        ("worker", Fault.STALLED, Fault.CUT),
        ("worker", Fault.SLOW, Fault.NONE),
    ],
)
async def test_a_broker_that_is_out_of_reach_for_a_while(
    place: Practice, ways: dict[str, TcpProxy], side: str, fault: Fault, then: Fault
) -> None:
    """``then``: what a half-open connection comes to, when a router has forgotten it."""
    running = await place.submit(f"running_{side}_{fault}_{then}", "held")
    await place.until_busy(running)
    way = ways[side]
    way.fault = fault
    release(place.data, running)
    try:
        waiting = await place.record(f"waiting_{side}_{fault}_{then}")
        with contextlib.suppress(DependencyUnavailable):
            await place.queue.enqueue(waiting.id)
        await eventually(lambda: way.felt > 0, SECONDS)
        way.fault = then
    finally:
        way.fault = Fault.NONE
    for analysis in (running, waiting.id):
        assert (await place.until(analysis, AnalysisStatus.COMPLETED)).attempt == 1
    await eventually(lambda: place.server.count(place.broker.queue)[0] == 0, SECONDS)
    assert place.dead() == 0
    assert (await place.store.get(running)).attempt == 1
