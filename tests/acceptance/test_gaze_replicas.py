"""One gaze session on two server processes over one store, one of which is killed half-way."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from gaze_builders import picture
from gaze_servers import GazeServer
from jobs_builders import eventually
from mariadb_servers import mariadb_server
from saliency_builders import blob_maps, npz
from webhook_servers import OK, SECRET, Receiver, receiver

pytestmark = pytest.mark.slow

FRAMES, RATE = 40, 10
SCREEN = {"width": 1000, "height": 600, "width_mm": 500.0}


def frame(session: str, number: int) -> dict[str, Any]:
    """The gaze follows the blob of the maps, with a sway of its own."""
    across = np.clip(number / FRAMES + 0.05 * np.sin(number), 0.01, 0.99)
    content = picture((0.5 - across) * 500.0 / 600.0, 0.25)
    return {
        "session_id": session,
        "video_id": "walk",
        "frame_number": number,
        "image": base64.b64encode(content).decode(),
        "screen": SCREEN,
        "last": number == FRAMES - 1,
    }


async def send(server: GazeServer, session: str, number: int) -> dict[str, Any]:
    answer = await server.http.post("/gaze", json=frame(session, number))
    assert answer.status_code == httpx.codes.OK, answer.text
    return dict(answer.json())


async def finished(server: GazeServer, session: str) -> dict[str, Any]:
    """The session once its result was delivered."""

    async def delivered() -> bool:
        told = (await server.http.get(f"/gaze/sessions/{session}")).json()
        return bool((told["delivery"] or {}).get("state") == "delivered")

    await eventually(delivered, 60.0, 0.1)
    return dict((await server.http.get(f"/gaze/sessions/{session}")).json())


@pytest.fixture(params=["sqlite", "mariadb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Settings."""
    if request.param == "sqlite":
        yield {}
        return
    (tmp_path / "mariadb").mkdir()
    with mariadb_server(tmp_path / "mariadb") as server:
        host, port, user, password, database = server.create("practice")
        yield {
            "MARIADB_HOST": host,
            "MARIADB_PORT": str(port),
            "MARIADB_USER": user,
            "MARIADB_PASSWORD": password,
            "MARIADB_DATABASE": database,
        }


@asynccontextmanager
async def replicas(folder: Path, store: dict[str, str], aggregator: Receiver) -> AsyncIterator[list[GazeServer]]:
    address = f"127.0.0.1:{aggregator.port}"
    settings = {
        "GAZE_AGGREGATOR_URL": f"http://{address}/gaze",
        "GAZE_GRACE_SECONDS": "0.5",
        "CALLBACK_ALLOWED_HOSTS": address,
        "WEBHOOK_SECRET": SECRET,
        "JOB_SUPERVISE": "false",
    }
    servers = [GazeServer(folder, folder, **settings, **store) for _ in range(2)]
    try:
        await asyncio.gather(*(server.start() for server in servers))
        yield servers
    finally:
        for server in servers:
            await server.close()


async def test_half_of_it_on_a_replica_that_dies_scores_as_on_one(tmp_path: Path, store: dict[str, str]) -> None:
    async with receiver(OK) as aggregator, replicas(tmp_path, store, aggregator) as (kept, killed):
        await kept.http.put("/saliency/walk", params={"rate": RATE}, content=npz(maps=blob_maps(FRAMES)))
        for number in range(FRAMES // 2):
            await send((kept, killed)[number % 2], "shared", number)
        under_way = asyncio.create_task(send(killed, "shared", FRAMES // 2))
        await asyncio.sleep(0)
        killed.kill()
        with contextlib.suppress(httpx.TransportError):
            await under_way
        for session, first in (("shared", FRAMES // 2), ("alone", 0)):
            answers = [await send(kept, session, number) for number in range(first, FRAMES)]
            assert (answers[-1]["session"], answers[-1]["result"]["frames"]) == ("closing", FRAMES)
        documents = [await finished(kept, session) for session in ("shared", "alone")]
        shared, alone = ({**document["result"], "session_id": ""} for document in documents)
        assert shared == alone
        assert (shared["frames"], shared["gaze_coverage"], shared["saliency"]["points"]) == (FRAMES, 1.0, FRAMES)
        assert shared["saliency"]["source"] == "given"
        assert shared["saliency"]["figures"]["nss"]["low"] > 1
    told = [json.loads(one.body)["session_id"] for one in aggregator.received]
    assert sorted(told) == ["alone", "shared"], "each once"
