"""``WS /live``: pictures of a camera in, faces out. The protocol is described in ``docs/live.md``."""

from __future__ import annotations

import asyncio
import math
import struct
import time
from typing import Final, NamedTuple

import orjson
from fastapi import APIRouter, WebSocket

from interview_analysis.api.live_desk import LiveDesk
from interview_analysis.api.schemas.live import LiveHello, LiveWelcome
from interview_analysis.api.sockets import (
    POLICY,
    TEXT,
    TOO_BIG,
    SocketRefused,
    caller_of,
    is_welcome,
    read_hello,
    receive,
    told_why,
)
from interview_analysis.application.live_analysis import LatestOnly, Pace
from interview_analysis.application.live_ports import LiveSession
from interview_analysis.domain.live import MAX_FACES, LiveOptions
from interview_analysis.errors import InputError
from interview_analysis.live_service import MAX_SIDE
from interview_analysis.observability.metrics import Recorder
from interview_analysis.settings.live import LiveSettings

router = APIRouter()

_HEAD: Final = struct.Struct("<Id")
"""The client's number of the picture and its time in milliseconds."""


class _Picture(NamedTuple):
    number: int
    timestamp: float
    body: bytes
    came: float


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    """One camera, until either side ends it."""
    desk: LiveDesk = socket.app.state.live
    if not is_welcome(socket.headers, desk.settings.access.cors_origins):
        await socket.close(POLICY)  # before it is accepted: HTTP 403
        return
    await socket.accept()
    async with told_why(socket):
        await _converse(socket, desk)


async def _converse(socket: WebSocket, desk: LiveDesk) -> None:
    recorder: Recorder = socket.app.state.services.recorder
    with desk.places.waiting():
        hello = await read_hello(socket, LiveHello)
        caller = caller_of(socket, desk.settings.access, hello.key)
    with desk.places.place(caller):
        socket.state.audited_as = "live"
        session = await desk.analyzer.open(LiveOptions(hello.smoothing, hello.landmarks))
        try:
            await socket.send_text(_welcome(session, desk.settings.live).model_dump_json())
            recorder.camera(1)
            try:
                await _Exchange(socket, session, desk.settings.live, recorder).run()
            finally:
                recorder.camera(-1)
        finally:
            await session.close()


def _welcome(session: LiveSession, settings: LiveSettings) -> LiveWelcome:
    return LiveWelcome(
        models=dict(session.models),
        max_faces=MAX_FACES,
        max_side=MAX_SIDE,
        max_frame_bytes=settings.max_frame_bytes,
        max_rate=settings.live_max_rate,
        idle_seconds=settings.live_idle_seconds,
    )


class _Exchange:
    """Pictures come and answers go side by side: while one is analysed, only the latest of the others is kept."""

    def __init__(self, socket: WebSocket, session: LiveSession, settings: LiveSettings, recorder: Recorder) -> None:
        self._socket = socket
        self._session = session
        self._settings = settings
        self._recorder = recorder
        self._latest: LatestOnly[_Picture] = LatestOnly()
        self._pace = Pace(settings.live_max_rate)
        self._last = -math.inf

    async def run(self) -> None:
        """Raises ``WebSocketDisconnect``, ``SocketRefused``, ``DependencyUnavailable``: it has no other end."""
        tasks = [asyncio.create_task(self._take()), asyncio.create_task(self._answer())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            done.pop().result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _take(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._settings.live_idle_seconds):
                    message = await receive(self._socket)
            except TimeoutError:
                raise SocketRefused(POLICY, "request_timeout") from None
            picture = self._picture(message.get("bytes"))
            if self._pace.is_flood(picture.came):
                raise SocketRefused(POLICY, "rate_limited")
            if self._latest.put(picture):
                self._recorder.picture_dropped()

    def _picture(self, message: object) -> _Picture:
        """Raises ``SocketRefused`` for what is none; what the picture holds is not looked at here."""
        if not isinstance(message, bytes):
            raise SocketRefused(TEXT, "invalid_request")
        if len(message) > _HEAD.size + self._settings.max_frame_bytes:
            raise SocketRefused(TOO_BIG, "picture_too_large")
        if len(message) <= _HEAD.size:
            raise SocketRefused(POLICY, "invalid_request")
        number, timestamp = _HEAD.unpack_from(message)
        if not (self._last < timestamp < math.inf):
            raise SocketRefused(POLICY, "invalid_request")
        self._last = timestamp
        return _Picture(number, timestamp, message[_HEAD.size :], time.perf_counter())

    async def _answer(self) -> None:
        while True:
            await asyncio.sleep(self._pace.wait(time.perf_counter()))
            picture = await self._latest.take()
            answer = await self._look(picture)
            seconds = time.perf_counter() - picture.came
            self._recorder.picture_answered(seconds, str(answer.get("error", "")))
            whole = {"frame": picture.number, "timestamp": picture.timestamp, "dropped": self._latest.dropped, **answer}
            try:
                async with asyncio.timeout(self._settings.live_idle_seconds):
                    await self._socket.send_text(orjson.dumps({**whole, "latency_ms": round(1000 * seconds, 1)}).decode())
            except TimeoutError:
                raise SocketRefused(POLICY, "request_timeout") from None

    async def _look(self, picture: _Picture) -> dict[str, object]:
        try:
            return {"faces": orjson.Fragment(await self._session.analyse(picture.timestamp / 1000, picture.body))}
        except InputError as error:
            return {"faces": None, "error": error.code}
