"""The server's end of a WebSocket whose peer reads nothing: it goes away, whatever lies unsent in it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from websockets.sync.client import ClientConnection, connect

from processes import wait_until

_MESSAGE = bytes(1 << 20)


async def talker(_: Scope, receive: Receive, send: Send) -> None:
    """Says more than any buffer holds, then goodbye."""
    await send({"type": "websocket.accept"})
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            while True:
                await send({"type": "websocket.send", "bytes": _MESSAGE})
    await send({"type": "websocket.close", "code": 1008})


async def listener(_: Scope, receive: Receive, send: Send) -> None:
    """Answers nothing; uvicorn answers its pings."""
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


@pytest.fixture
def serving(request: pytest.FixtureRequest) -> Iterator[uvicorn.Server]:
    config = uvicorn.Config(
        request.param,
        port=0,
        lifespan="off",
        ws="interview_analysis.api.protocol:BoundedWebSocket",
        ws_per_message_deflate=False,
        log_config=None,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: server.started, seconds=30.0)
    yield server
    server.should_exit = True
    thread.join()


def connected(server: uvicorn.Server) -> ClientConnection:
    """By a client that holds two messages and reads no more until asked."""
    port = server.servers[0].sockets[0].getsockname()[1]
    return connect(f"ws://127.0.0.1:{port}", max_queue=1, compression=None, close_timeout=0.1, ping_interval=None)


@pytest.mark.parametrize("serving", [talker], indirect=True, ids=["talker"])
def test_a_goodbye_does_not_wait_for_who_reads_nothing(serving: uvicorn.Server) -> None:
    with connected(serving):
        wait_until(lambda: not serving.server_state.connections, seconds=30.0)


@pytest.mark.parametrize("serving", [listener], indirect=True, ids=["listener"])
def test_pings_without_end_are_answered_while_they_are_read(serving: uvicorn.Server) -> None:
    with connected(serving) as socket:
        waiters = [socket.ping() for _ in range(50)]
        assert all(waiter.wait(30.0) for waiter in waiters)
        assert len(serving.server_state.connections) == 1
