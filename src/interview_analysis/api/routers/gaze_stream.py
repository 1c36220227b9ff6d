"""``WS /gaze/stream``: the pictures of a gaze session over one connection. The protocol is described in docs/screen-gaze.md."""

from __future__ import annotations

import asyncio
import math
import struct
import time
from typing import Annotated, Final, NamedTuple

import orjson
from fastapi import APIRouter, Query, WebSocket
from pydantic import TypeAdapter, ValidationError

from interview_analysis.api.gaze_desk import GazeDesk
from interview_analysis.api.gaze_documents import frame_document
from interview_analysis.api.schemas.gaze import (
    FrameNumber,
    GazeFrameNote,
    GazeStreamHello,
    GazeStreamWelcome,
    sent_frame,
)
from interview_analysis.api.schemas.requests import Identifier
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
from interview_analysis.application.gaze_session import SentFrame
from interview_analysis.domain.screen_gaze import GazeSessionKey
from interview_analysis.errors import InputError, InterviewAnalysisError

router = APIRouter()

_HEAD: Final = struct.Struct("<IdH")
"""The frame's number, the video's time in milliseconds (NaN: not known), bytes of the note."""
_NOTE_BYTES = 4096
_SURPLUS = 3
"""Windows of pictures without an answer beyond which a client is not fast but broken."""
_NUMBERS = TypeAdapter(FrameNumber)


class _Picture(NamedTuple):
    number: int
    sent: SentFrame
    came: float


@router.websocket("/gaze/stream")
async def stream(
    socket: WebSocket, session_id: Annotated[Identifier, Query()], video_id: Annotated[Identifier | None, Query()] = None
) -> None:
    """One session, until the client ends the connection."""
    desk: GazeDesk = socket.app.state.gaze
    access = desk.settings.access
    if not is_welcome(socket.headers, access.cors_origins):
        await socket.close(POLICY)  # before it is accepted: HTTP 403
        return
    await socket.accept()
    async with told_why(socket):
        with desk.places.waiting():
            hello = await read_hello(socket, GazeStreamHello)
            caller = caller_of(socket, access, hello.key)
        with desk.places.place(caller):
            socket.state.audited_as, socket.state.gaze_session = "gaze_stream", session_id
            about = hello if video_id is None else hello.model_copy(update={"video_id": video_id})
            key = GazeSessionKey(caller if access.api_keys else "", session_id)
            await _Stream(socket, desk, key, about).run()


class _Stream:
    """Pictures come and answers go side by side; at most a window of them is under way. Nothing is left out without a word:
    what comes beyond the window is answered ``gaze_busy``, and not taken."""

    def __init__(self, socket: WebSocket, desk: GazeDesk, key: GazeSessionKey, about: GazeStreamHello) -> None:
        self._socket = socket
        self._desk = desk
        self._settings = desk.settings.gaze
        self._key = key
        self._about = about
        self._answers: asyncio.Queue[bytes] = asyncio.Queue()
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Raises ``WebSocketDisconnect``, ``SocketRefused``: it has no other end."""
        welcome = GazeStreamWelcome(
            session_id=self._key.session_id,
            max_frame_bytes=self._settings.max_frame_bytes,
            window=self._settings.gaze_window,
            idle_seconds=self._settings.gaze_idle_seconds,
        )
        await self._socket.send_text(welcome.model_dump_json())
        ends = [asyncio.create_task(self._take()), asyncio.create_task(self._tell())]
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            done.pop().result()
        finally:
            tasks = [*ends, *self._under_way]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _take(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._settings.gaze_idle_seconds):
                    message = await receive(self._socket)
            except TimeoutError:
                raise SocketRefused(POLICY, "request_timeout") from None
            picture = self._picture(message.get("bytes"))
            if self._answers.qsize() > _SURPLUS * self._settings.gaze_window:
                raise SocketRefused(POLICY, "rate_limited")
            if len(self._under_way) >= self._settings.gaze_window:
                self._answers.put_nowait(_refusal(picture, "gaze_busy"))
                continue
            task = asyncio.create_task(self._answer(picture))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _answer(self, picture: _Picture) -> None:
        language = self._desk.settings.server.language
        try:
            taken = await self._desk.intake.take(self._key, picture.sent)
        except InterviewAnalysisError as error:
            self._answers.put_nowait(_refusal(picture, error.code))
            return
        milliseconds = round(1000 * (time.perf_counter() - picture.came), 1)
        document = frame_document(taken, language).model_dump(mode="json", by_alias=True)
        self._answers.put_nowait(orjson.dumps({**document, "latency_ms": milliseconds}))

    async def _tell(self) -> None:
        while True:
            answer = await self._answers.get()
            try:
                async with asyncio.timeout(self._settings.gaze_idle_seconds):
                    await self._socket.send_text(answer.decode())
            except TimeoutError:
                raise SocketRefused(POLICY, "request_timeout") from None

    def _picture(self, message: object) -> _Picture:
        """Raises ``SocketRefused`` for what is none; what the picture holds is not looked at here."""
        if not isinstance(message, bytes):
            raise SocketRefused(TEXT, "invalid_request")
        try:
            return _picture_of(message, self._about, self._settings.max_frame_bytes)
        except (struct.error, ValidationError):
            raise SocketRefused(POLICY, "invalid_request") from None
        except InputError as error:
            raise SocketRefused(TOO_BIG if error.code == "picture_too_large" else POLICY, error.code) from None


def _picture_of(message: bytes, about: GazeStreamHello, most_bytes: int) -> _Picture:
    """Raises ``InputError``, ``ValidationError``, ``struct.error``."""
    number, milliseconds, size = _HEAD.unpack_from(message)
    if size > _NOTE_BYTES:
        raise InputError(f"a note of {size} bytes")
    note = GazeFrameNote.model_validate_json(message[_HEAD.size : _HEAD.size + size] if size else b"{}")
    known = {
        "seconds": note.seconds if math.isnan(milliseconds) else _seconds(milliseconds),
        "screen": note.screen or about.screen,
        "video_rect": note.video_rect or about.video_rect,
    }
    picture = message[_HEAD.size + size :]
    sent = sent_frame(_NUMBERS.validate_python(number), picture, note.model_copy(update=known), about, most_bytes)
    return _Picture(number, sent, time.perf_counter())


def _seconds(milliseconds: float) -> float:
    """Raises ``ValidationError``."""
    return GazeFrameNote.model_validate({"seconds": milliseconds / 1000}).seconds or 0.0


def _refusal(picture: _Picture, code: str) -> bytes:
    return orjson.dumps({"frame_number": picture.number, "error": code})
