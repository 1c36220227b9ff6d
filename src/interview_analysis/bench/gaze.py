"""Sessions of screen gaze side by side, as pages send them: a server of its own, a connection a session, pictures of a clip.

Open loop, as in ``load``: a picture is sent when it is due, whether earlier ones were answered or not, and a latency counts
from that moment. The sessions' pictures are spread evenly over each period. Sender and server share the machine.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import math
import struct
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

import psutil
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from interview_analysis.bench.lean_client import LeanClient
from interview_analysis.bench.load import Latencies, latencies
from interview_analysis.bench.own_server import READY_SECONDS, jpeg_pictures, own_server
from interview_analysis.bench.usage import Machine, Usage, this_machine
from interview_analysis.errors import DependencyUnavailable
from interview_analysis.settings import Settings

BUDGET_MS = 150.0
"""Of the 95th percentile."""
_SCREEN = {"width": 1920, "height": 1080, "width_mm": 510}
_HEAD = struct.Struct("<IdH")
_NO_ANSWER = "no answer"
_AT_ONCE = 8
"""Of the warm-up: a connection's window."""
_FRAME_NUMBER, _ERROR = "frame_number", "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class GazePlan:
    """``sessions`` that each send ``rate`` pictures of ``size`` (width, height) a second, for ``seconds``; by HTTP or over a
    WebSocket each. Answers are waited for until ``late_seconds`` after the last."""

    sessions: int
    rate: float
    seconds: float
    size: tuple[int, int]
    http: bool = False
    late_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class GazeReport:
    """``answers``: latencies of what was answered with a gaze or a reason why there is none, ``statuses`` of all that was sent:
    ``gaze``, the reason, the code of a refusal, ``no answer``. ``server_cores``, ``client_cores``: processor seconds a second.
    ``first_answer_s``: from the first picture, models not loaded. ``is_met``: every picture answered, 95 % in ``BUDGET_MS``."""

    machine: Machine
    clip: str
    width: int
    height: int
    picture_kib: float
    sessions: int
    rate: float
    seconds: float
    form: str
    sent: int
    answered: int
    refused: int
    unanswered: int
    answers: Latencies
    server_cores: float
    client_cores: float
    first_answer_s: float
    is_met: bool


def measure_gaze(clip: Path, settings: Settings, folder: Path, plan: GazePlan) -> GazeReport:
    """``folder`` for the server's data. Raises ``VideoError``, ``InputError``, ``DependencyUnavailable`` (it takes no
    pictures)."""
    machine = this_machine()
    pictures, (width, height) = jpeg_pictures(clip, settings, plan.size)
    places = str(min(1000, max(64, plan.sessions)))
    with own_server(folder, settings, GAZE_CONNECTIONS=places, GAZE_CONNECTIONS_EACH=places) as server:
        run = asyncio.run(run_gaze(plan, pictures, server.port, server.process))
    summary = latencies(run.seconds, run.statuses)
    sent = round(plan.rate * plan.seconds) * plan.sessions
    unanswered = run.statuses[_NO_ANSWER]
    return GazeReport(
        machine=machine,
        clip=clip.name,
        width=width,
        height=height,
        picture_kib=round(sum(map(len, pictures)) / len(pictures) / 1024, 1),
        sessions=plan.sessions,
        rate=plan.rate,
        seconds=plan.seconds,
        form="http" if plan.http else "websocket",
        sent=sent,
        answered=summary.count,
        refused=sent - summary.count - unanswered,
        unanswered=unanswered,
        answers=summary,
        server_cores=round(run.server_cores, 2),
        client_cores=round(run.client_cores, 2),
        first_answer_s=round(run.first_answer, 2),
        is_met=summary.count == sent and (summary.p95_ms or math.inf) < BUDGET_MS,
    )


@dataclass(slots=True)
class GazeRun:
    """What came, as it comes."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    server_cores: float = 0.0
    client_cores: float = 0.0
    first_answer: float = 0.0

    def note(self, due: float, answer: dict[str, Any] | None) -> None:
        """``None``: no answer came."""
        if answer is None or _ERROR in answer:
            self.statuses[_NO_ANSWER if answer is None else answer[_ERROR]] += 1
            return
        self.seconds.append(time.perf_counter() - due)
        self.statuses[answer["problem"] or "gaze"] += 1


class _Session(Protocol):
    """``answer`` is called with a number and what was said to it."""

    async def send(self, number: int, picture: bytes, seconds: float, *, is_last: bool) -> None: ...


Answered = Callable[[int, dict[str, Any]], None]


class _OverWebSocket:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, number: int, picture: bytes, seconds: float, *, is_last: bool) -> None:
        note = b'{"last": true}' if is_last else b""
        await self._connection.send(_HEAD.pack(number, seconds * 1000, len(note)) + note + picture)

    async def read(self, answered: Answered) -> None:
        with contextlib.suppress(WebSocketException):
            async for message in self._connection:
                answer = json.loads(message)
                if _FRAME_NUMBER in answer:
                    answered(answer[_FRAME_NUMBER], answer)


class _OverHttp:
    def __init__(self, client: LeanClient, name: str, answered: Answered) -> None:
        self._client = client
        self._name = name
        self._answered = answered

    async def send(self, number: int, picture: bytes, seconds: float, *, is_last: bool) -> None:
        image = base64.b64encode(picture).decode()
        body = {"session_id": self._name, _FRAME_NUMBER: number, "seconds": seconds, "last": is_last, "screen": _SCREEN}
        answer = await self._client.post("/gaze", json.dumps({**body, "image": image}).encode())
        document = json.loads(answer.body)
        self._answered(
            number, document if answer.status == HTTPStatus.OK else {_ERROR: document.get("code", str(answer.status))}
        )


@asynccontextmanager
async def _session(plan: GazePlan, port: int, name: str, answered: Answered) -> AsyncIterator[_Session]:
    if plan.http:
        async with contextlib.aclosing(LeanClient(f"http://127.0.0.1:{port}")) as client:
            yield _OverHttp(client, name, answered)
        return
    address = f"ws://127.0.0.1:{port}/gaze/stream?session_id={name}"
    async with connect(address, compression=None, open_timeout=READY_SECONDS) as connection:
        await connection.send(json.dumps({"type": "hello", "screen": _SCREEN}))
        await connection.recv()
        session = _OverWebSocket(connection)
        reading = asyncio.create_task(session.read(answered))
        try:
            yield session
        finally:
            reading.cancel()


async def run_gaze(plan: GazePlan, pictures: Sequence[bytes], port: int, server: int) -> GazeRun:
    """Against the server at ``port``, the process ``server``. Raises ``DependencyUnavailable`` where the first picture is
    refused."""
    run = GazeRun()
    await _warm_up(plan, pictures[0], port, run)
    client, family, began = Usage.now(), _cpu_seconds(server), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(plan.sessions):
            own = itertools.islice(itertools.cycle(pictures), number, None)
            first_due = began + number / plan.sessions / plan.rate
            group.create_task(_one_session(plan, own, port, f"bench-{number}", first_due, run))
    used = Usage.now().since(client)
    run.client_cores = used.cpu / used.wall
    run.server_cores = (_cpu_seconds(server) - family) / used.wall
    return run


async def _warm_up(plan: GazePlan, picture: bytes, port: int, run: GazeRun) -> None:
    """One picture, and then several at once, so that every process that measures has loaded its models."""
    answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    numbers = itertools.count()

    async def ask(session: _Session, count: int) -> None:
        async with asyncio.TaskGroup() as group:
            for number in itertools.islice(numbers, count):
                group.create_task(session.send(number, picture, 0.0, is_last=False))
        for _ in range(count):
            async with asyncio.timeout(READY_SECONDS):
                answer = await answers.get()
            if _ERROR in answer:
                raise DependencyUnavailable(f"pictures are not taken: {answer[_ERROR]}")

    async with _session(plan, port, "bench-warm-up", lambda _, answer: answers.put_nowait(answer)) as session:
        began = time.perf_counter()
        await ask(session, 1)
        run.first_answer = time.perf_counter() - began
        for _ in range(3):
            await ask(session, _AT_ONCE)


async def _one_session(
    plan: GazePlan, pictures: itertools.islice[bytes], port: int, name: str, first_due: float, run: GazeRun
) -> None:
    waiting: dict[int, float] = {}
    all_answered = asyncio.Event()
    count = round(plan.rate * plan.seconds)

    def answered(number: int, answer: dict[str, Any]) -> None:
        due = waiting.pop(number, None)
        if due is not None:
            run.note(due, answer)
        if number == count - 1 or not waiting:
            all_answered.set()

    async with _session(plan, port, name, answered) as session:
        sending: list[asyncio.Task[None]] = []
        for number in range(count):
            due = first_due + number / plan.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            waiting[number] = due
            send = session.send(number, next(pictures), number / plan.rate, is_last=number == count - 1)
            sending.append(asyncio.create_task(send))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(plan.late_seconds):
                while waiting:
                    all_answered.clear()
                    await all_answered.wait()
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
    for due in waiting.values():
        run.note(due, None)


def _cpu_seconds(process: int) -> float:
    """Of a server and all that it has started and not ended. Raises ``DependencyUnavailable`` where it has ended itself."""
    total = 0.0
    try:
        server = psutil.Process(process)
        family = [server, *server.children(recursive=True)]
    except psutil.NoSuchProcess as error:
        raise DependencyUnavailable("the server has ended") from error
    for one in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system
    return total
