"""Load on a running service: requests at a steady rate, listeners, and how long the answers take.

Open loop: requests are sent when they are due, whether earlier ones were answered or not, and a latency counts from the moment
at which its request was due. A slow server cannot slow the load down and so hide how slow it is ("coordinated omission").
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import numpy as np
import psutil

from interview_analysis.bench.lean_client import Answer, Connection, LeanClient
from interview_analysis.bench.throughput import Throughput, measure_throughput
from interview_analysis.errors import DependencyUnavailable

_MEMORY_SECONDS = 1.0
_MIB = 1024 * 1024
_CONNECTING_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPlan:
    """``analyses`` of one video are submitted at ``submit_rate`` a second; then, for ``seconds``, they are read at
    ``read_rate`` a second while ``listeners`` follow their events. ``process``: of the server on this machine, whose memory is
    watched. ``to_the_end``: all analyses are waited for afterwards."""

    url: str
    bucket: str
    key: str
    analyses: int
    submit_rate: float
    read_rate: float
    listeners: int
    seconds: float
    api_key: str = ""
    process: int | None = None
    to_the_end: bool = False


@dataclass(frozen=True, slots=True)
class Latencies:
    """Milliseconds from due to answered; ``statuses`` counts answers by HTTP status, ``error`` where none came."""

    count: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    max_ms: float | None
    statuses: dict[str, int]


def latencies(seconds: Sequence[float], statuses: Mapping[str, int]) -> Latencies:
    """Of answers that took so long."""
    values = np.array(seconds) * 1000
    p50, p95, p99, largest = (float(np.percentile(values, q)) if len(values) else None for q in (50, 95, 99, 100))
    return Latencies(len(values), p50, p95, p99, largest, dict(sorted(statuses.items())))


@dataclass(slots=True)
class Listening:
    """``events`` received by all; ``ended`` streams that said `end`, ``broken`` those that stopped without."""

    connected: int = 0
    events: int = 0
    ended: int = 0
    broken: int = 0


@dataclass(frozen=True, slots=True)
class LoadReport:
    """``memory_mib``: resident memory of the server and its HTTP processes, first, last and largest sample."""

    submits: Latencies
    reads: Latencies
    listening: Listening
    memory_mib: tuple[float, float, float] | None
    finished: int
    throughput: Throughput | None


@dataclass(slots=True)
class _Clocked:
    """Latencies in seconds and statuses as they come in."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    async def note(self, due: float, request: Awaitable[Answer]) -> Answer | None:
        answer: Answer | None = None
        with contextlib.suppress(OSError):
            answer = await request
        self.seconds.append(time.perf_counter() - due)
        self.statuses["error" if answer is None else str(answer.status)] += 1
        return answer

    def summary(self) -> Latencies:
        return latencies(self.seconds, self.statuses)


async def run_load(plan: LoadPlan, say: Callable[[str], None] = lambda text: None) -> LoadReport:
    """Carry the plan out. Raises ``DependencyUnavailable`` where not one analysis could be submitted."""
    async with contextlib.aclosing(LeanClient(plan.url, plan.api_key)) as http:
        say(f"submitting {plan.analyses} analyses")
        submits, ids = await _submit(plan, http)
        listening, stop = Listening(), asyncio.Event()
        memory = asyncio.create_task(_watch_memory(plan.process, stop))
        listeners = await _listen(plan, http, ids, listening)
        say(f"{listening.connected} listeners; reading for {plan.seconds:g} s")
        reads = await _read(plan, http, ids)
        finished = await _count_finished(http, ids)
        throughput = await measure_throughput(http, ids) if plan.to_the_end else None
        stop.set()
        for listener in listeners:
            listener.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)
        return LoadReport(submits.summary(), reads.summary(), listening, await memory, finished, throughput)


async def _at_rate(rate: float, count: int, send: Callable[[int, float], Coroutine[Any, Any, None]]) -> None:
    """``send`` number and due time, ``rate`` times a second; returns when all are answered."""
    start = time.perf_counter()
    async with asyncio.TaskGroup() as sending:
        for number in range(count):
            due = start + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            sending.create_task(send(number, due))


async def _submit(plan: LoadPlan, http: LeanClient) -> tuple[_Clocked, list[str]]:
    clocked, ids = _Clocked(), list[str]()

    async def submit(number: int, due: float) -> None:
        body = {"s3_bucket": plan.bucket, "s3_key": plan.key, "user_id": f"load-{number}"}
        answer = await clocked.note(due, http.post("/analyze", json.dumps(body).encode()))
        if answer is not None and answer.status == HTTPStatus.ACCEPTED:
            ids.append(json.loads(answer.body)["analysis_id"])

    await _at_rate(plan.submit_rate, plan.analyses, submit)
    if not ids:
        raise DependencyUnavailable(f"no analysis was accepted: {dict(clocked.statuses)}")
    return clocked, ids


async def _read(plan: LoadPlan, http: LeanClient, ids: Sequence[str]) -> _Clocked:
    clocked = _Clocked()

    async def read(number: int, due: float) -> None:
        await clocked.note(due, http.get(f"/analysis/{ids[number % len(ids)]}"))

    await _at_rate(plan.read_rate, round(plan.read_rate * plan.seconds), read)
    return clocked


async def _count_finished(http: LeanClient, ids: Sequence[str]) -> int:
    answers = [await http.get(f"/analysis/{analysis_id}/status") for analysis_id in ids]
    known = [json.loads(answer.body)["status"] for answer in answers if answer.status == HTTPStatus.OK]
    return sum(status not in ("queued", "processing") for status in known)


async def _listen(plan: LoadPlan, http: LeanClient, ids: Sequence[str], listening: Listening) -> list[asyncio.Task[None]]:
    tasks = list[asyncio.Task[None]]()
    for first in range(0, plan.listeners, _CONNECTING_AT_ONCE):
        numbers = range(first, min(first + _CONNECTING_AT_ONCE, plan.listeners))
        streams = await asyncio.gather(*(_open_events(http, ids[number % len(ids)]) for number in numbers))
        opened = [stream for stream in streams if stream is not None]
        listening.connected += len(opened)
        listening.broken += len(streams) - len(opened)
        tasks += [asyncio.create_task(_follow(*stream, listening)) for stream in opened]
    return tasks


async def _open_events(http: LeanClient, analysis_id: str) -> Connection | None:
    with contextlib.suppress(OSError):
        return await http.stream(f"/analysis/{analysis_id}/events")
    return None


async def _follow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listening: Listening) -> None:
    try:
        with contextlib.suppress(OSError):
            while line := await reader.readline():
                listening.events += line.startswith(b"event:")
                if line.startswith(b"event: end"):
                    listening.ended += 1
                    return
        listening.broken += 1
    finally:
        writer.close()


async def _watch_memory(pid: int | None, stop: asyncio.Event) -> tuple[float, float, float] | None:
    if pid is None:
        return None
    samples = list[float]()
    for _ in itertools.count():
        with contextlib.suppress(psutil.Error):
            samples.append(_http_memory(psutil.Process(pid)))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_MEMORY_SECONDS):
                await stop.wait()
        if stop.is_set():
            break
    return (samples[0], samples[-1], max(samples)) if samples else None


def _http_memory(server: psutil.Process) -> float:
    """MiB of the server's process and of those that serve beside it; workers and their decoders are not counted."""
    family = [server, *(child for child in server.children(recursive=True) if _serves(child))]
    return sum(process.memory_info().rss for process in family) / _MIB


def _serves(process: psutil.Process) -> bool:
    command = process.cmdline()
    return "multiprocessing" in " ".join(command) and "worker" not in command
