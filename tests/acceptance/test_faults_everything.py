"""The whole site goes down at once, as in a power cut, and comes back: server, worker, MariaDB, MongoDB and RabbitMQ."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from jobs_builders import eventually
from rabbitmq_servers import RabbitMq
from server_builders import Server, processes_of, temporary_files, worker_process
from site_builders import Site, ends_once_and_whole, open_site

pytestmark = [pytest.mark.slow, pytest.mark.models]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with open_site(tmp_path) as opened:
        yield opened


@pytest.fixture
def settings(site: Site, rabbitmq: RabbitMq) -> dict[str, str]:
    broker = rabbitmq.broker(f"everything-{secrets.token_hex(4)}")
    return site.settings() | {"RABBITMQ_URL": broker.url, "RABBITMQ_QUEUE": broker.queue}


@pytest.fixture
async def server(tmp_path: Path, models_dir: Path, settings: dict[str, str]) -> AsyncIterator[Server]:
    (tmp_path / "service").mkdir()
    started = Server(tmp_path / "service", models_dir, **settings)
    await started.start()
    try:
        yield started
    finally:
        await started.close()


async def test_after_a_power_cut_every_analysis_ends_once_and_whole(
    server: Server, site: Site, rabbitmq: RabbitMq, settings: dict[str, str], models_dir: Path, tmp_path: Path
) -> None:
    data = tmp_path / "service"
    analyses = [await server.analyze("a.webm") for _ in range(3)]
    with ExitStack() as stack:
        stack.enter_context(worker_process(data, models_dir, "--concurrency", "1", **settings))
        await eventually(lambda: any_at_work(server, analyses), 120.0, 0.05)
        server.kill()
        for process in processes_of(data):
            kill(process)
    for machine in (site.mariadb, site.mongo, rabbitmq):
        machine.kill()
    for machine in (site.mariadb, site.mongo, rabbitmq):
        machine.start()
    await server.start()
    with worker_process(data, models_dir, "--concurrency", "1", **settings) as worker:
        for analysis in analyses:
            await ends_once_and_whole(server, site, analysis)
        worker.terminate()
        assert worker.wait(60.0) == 0
    server.stop()
    await eventually(lambda: processes_of(data) == [])
    assert temporary_files(data) == []


async def any_at_work(server: Server, analyses: list[str]) -> bool:
    states = [await server.read(analysis) for analysis in analyses]
    assert any(state["status"] in ("queued", "processing") for state in states), "too quick to be hit in the middle"
    return any(state["status"] == "processing" for state in states)


def kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return
