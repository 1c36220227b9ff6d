"""Server and Celery worker as processes that share a broker and a database and nothing else: as on two machines."""

from __future__ import annotations

import json
import secrets
import subprocess
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from jobs_builders import eventually
from media_builders import concatenate, make_clip
from rabbitmq_servers import RabbitMq
from server_builders import Server, processes_of, put_video, temporary_files, worker_process

pytestmark = [pytest.mark.models, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@dataclass(frozen=True, slots=True)
class Place:
    data: Path
    server: Server
    worker: subprocess.Popen[bytes]

    async def dependencies(self, path: str) -> dict[str, Any]:
        answer = await self.server.http.get(path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["dependencies"])

    async def until_ready(self) -> None:
        """A broker that takes over two seconds to answer, as on a machine where all begins at once, is told as degraded."""

        async def ready() -> bool:
            return bool((await self.dependencies("/health/ready"))["queue"]["status"] == "ok")

        await eventually(ready, 30.0, 0.2)

    async def until_listening(self) -> None:
        async def listening() -> bool:
            return bool((await self.dependencies("/health"))["workers"]["detail"] == "1 running")

        await eventually(listening, 60.0, 0.2)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """``short`` lasts 4 s; ``long`` 1 min, so that its analysis can be hit in the middle."""
    folder = tmp_path_factory.mktemp("clips")
    short = make_clip(folder / "short.webm", seconds=4.0, fps=15, size=(320, 240), audio=True)
    return {"short": short, "long": concatenate(folder / "long.webm", [short] * 15)}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(
    tmp_path_factory: pytest.TempPathFactory, models_dir: Path, clips: dict[str, Path], rabbitmq: RabbitMq
) -> AsyncIterator[Place]:
    """In the end the worker drains, and not a process and not a temporary file may be left."""
    data = tmp_path_factory.mktemp("place")
    broker = rabbitmq.broker(f"acceptance-{secrets.token_hex(4)}")
    settings = {"RABBITMQ_URL": broker.url, "RABBITMQ_QUEUE": broker.queue}
    for name, clip in clips.items():
        put_video(data, clip, f"{name}.webm")
    server = Server(data, models_dir, **settings)
    with ExitStack() as stack:
        await server.start()
        try:
            worker = stack.enter_context(worker_process(data, models_dir, "--concurrency", "1", **settings))
            yield Place(data, server, worker)
            worker.terminate()
            assert worker.wait(60.0) == 0
            server.stop()
            await eventually(lambda: processes_of(data) == [])
            assert temporary_files(data) == []
        finally:
            await server.close()


async def test_an_analysis_crosses_to_the_worker_and_its_progress_back(place: Place) -> None:
    await place.until_ready()
    analysis = await place.server.analyze("long.webm")
    stages, last = [], ""
    async with place.server.http.stream("GET", f"/analysis/{analysis}/events", timeout=120.0) as answer:
        async for line in answer.aiter_lines():
            kind, _, value = line.partition(": ")
            last = value if kind == "event" else last
            if kind == "data":
                stages.append(json.loads(value)["progress"]["stage"])
    assert (last, stages[-1]) == ("end", "done")
    assert "analyse_frames" in stages
    done = await place.server.read(analysis)
    assert done["status"] == "completed", done["error"]
    await place.until_listening()


@pytest.mark.punctual
async def test_cancelled_analysis_stops_computing_within_two_seconds(place: Place) -> None:
    analysis = await place.server.analyze("long.webm")
    await place.server.until_in_frames(analysis)
    assert (await place.server.http.post(f"/analysis/{analysis}/cancel")).status_code == 200
    await eventually(lambda: not any((place.data / "work").glob("*/*/video")), seconds=2.0)
    assert (await place.server.read(analysis))["status"] == "cancelled"
    again = await place.server.analyze("short.webm")
    assert (await place.server.until(again, "completed", "failed"))["status"] == "completed"


async def test_killed_pool_process_costs_an_attempt_and_leaves_nothing(place: Place) -> None:
    analysis = await place.server.analyze("long.webm")
    await place.server.until_in_frames(analysis)
    (child,) = [p for p in processes_of(place.data) if p.ppid() == place.worker.pid]
    child.kill()
    done = await place.server.until(analysis, "completed", "failed")
    assert done["status"] == "completed", done["error"]


async def test_without_the_broker_submissions_are_taken_and_done_later(place: Place, rabbitmq: RabbitMq) -> None:
    await place.until_listening()
    rabbitmq.kill()
    try:
        analysis = await place.server.analyze("short.webm")
        assert (await place.dependencies("/health/ready"))["queue"]["status"] == "degraded"
        assert (await place.dependencies("/health"))["workers"]["detail"] == "unknown"
    finally:
        rabbitmq.start()
    assert (await place.server.until(analysis, "completed", "failed"))["status"] == "completed"
