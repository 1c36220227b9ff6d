"""The load client against a server that answers, hangs up and cuts off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest

from interview_analysis.bench.lean_client import Answer, LeanClient

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Script:
    """Answers each request with the next entry; a connection ends after ``requests_each``."""

    def __init__(self, answers: list[bytes], requests_each: int) -> None:
        self._answers = answers
        self._requests_each = requests_each
        self.connections = 0
        self.requests: list[bytes] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        for _ in range(self._requests_each):
            try:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            except asyncio.IncompleteReadError:
                break
            writer.write(self._answers.pop(0))
            await writer.drain()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def scripted(*answers: bytes, requests_each: int = 9) -> AsyncIterator[tuple[LeanClient, Script]]:
    script = Script(list(answers), requests_each)
    async with await asyncio.start_server(script.talk, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with aclosing(LeanClient(f"http://127.0.0.1:{port}/base/", "key")) as client:
            yield client, script


async def test_one_connection_serves_request_after_request() -> None:
    async with scripted(GOOD, GOOD) as (client, script):
        assert [await client.get("/a"), await client.post("/b", b"{}")] == [Answer(200, b"ok")] * 2
    assert script.connections == 1
    assert script.requests[0].startswith(b"GET /base/a HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"X-API-Key: key\r\n" in script.requests[0]


async def test_one_that_was_hung_up_while_idle_is_replaced() -> None:
    async with scripted(GOOD, GOOD, requests_each=1) as (client, script):
        assert [await client.get("/a"), await client.get("/b")] == [Answer(200, b"ok")] * 2
    assert script.connections == 2


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok", b"HTTP/1.1 200 OK\r\n\r\nok", b"nonsense\r\n\r\n"],
    ids=["nothing", "cut_off", "no_length", "no_http"],
)
async def test_what_is_no_whole_answer_is_an_error(answer: bytes) -> None:
    async with scripted(answer, requests_each=1) as (client, _):
        with pytest.raises(ConnectionError):
            await client.get("/a")
