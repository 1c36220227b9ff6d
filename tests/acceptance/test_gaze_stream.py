"""``WS /gaze/stream``: the same answers as over HTTP, a bounded window, and who may come."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from api_builders import RunningApi, access_settings, api_settings, running_api
from gaze_builders import StubMeter, picture, picture_of
from gaze_streams import GazeStream, gaze_stream, stream_address
from interview_analysis.domain.api_key import new_api_key
from interview_analysis.domain.screen_gaze import GazeProblem, Measured
from interview_analysis.settings.gaze import GazeSettings

KEY, ENTRY = new_api_key("web-app")
ORIGIN = "https://practice.example"
SCREEN = {"width": 1000, "height": 600, "width_mm": 500.0}
WINDOW = 3
SLOW = b"slow"


class SlowMeter(StubMeter):
    """Holds back pictures that say so until ``released``."""

    def __init__(self) -> None:
        super().__init__()
        self.released = asyncio.Event()

    async def measure(self, content: bytes) -> Measured:
        if content == SLOW:
            await self.released.wait()
            return await super().measure(picture())
        self.released.set()
        return await super().measure(content)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    def with_stub(app: FastAPI) -> None:
        app.state.open_gaze_meter = lambda _: SlowMeter()

    gaze = GazeSettings(
        gaze_grace_seconds=0.0, gaze_window=WINDOW, gaze_connections_each=2, gaze_max_frame_kib=64, gaze_idle_seconds=5.0
    )
    access = access_settings(api_keys=str(ENTRY), cors_origins=ORIGIN)
    folder = tmp_path_factory.mktemp("stream")
    with running_api(api_settings(folder, gaze=gaze, access=access), with_stub) as running:
        yield running


def opened(api: RunningApi, session: str, **hello: Any) -> AbstractContextManager[GazeStream]:
    """With the key."""
    return gaze_stream(api.http.base_url, session, key=KEY, **hello)


def read(http: httpx.Client, session: str) -> dict[str, object]:
    return dict(http.get(f"/gaze/sessions/{session}", headers={"X-API-Key": KEY}).json())


def ends_with(stream: GazeStream) -> tuple[int, str]:
    """Close code and reason."""
    with pytest.raises(ConnectionClosed) as ended:
        list(iter(lambda: stream.socket.recv(timeout=30), None))
    assert ended.value.rcvd is not None
    return ended.value.rcvd.code, ended.value.rcvd.reason


def test_a_stream_is_a_session_and_ends_with_its_result(api: RunningApi) -> None:
    with opened(api, "whole", video_id="walk", user_id="kim", screen=SCREEN) as stream:
        limits = {"type": "hello", "session_id": "whole", "max_frame_bytes": 64 * 1024, "window": WINDOW, "idle_seconds": 5.0}
        assert stream.welcome == limits
        first = stream.ask(0, picture(), milliseconds=500.0)
        assert (first["frame_number"], first["gaze"]["x"], first["source"], first["session"]) == (0, 500.0, "geometry", "open")
        assert first["latency_ms"] > 0
        assert stream.ask(1, picture_of(GazeProblem.NO_FACE))["problem"] == "no_face"
        last = stream.ask(2, picture(), last=True, video_rect={"x": 0, "y": 0, "width": 100, "height": 100})
        assert (last["session"], last["gaze"]["video_x"], last["result"]["frames"]) == ("closing", 5.0, 3)
        assert last["result"]["problems"] == {"no_face": 1}
    document = read(api.http, "whole")
    assert (document["video_id"], document["user_id"], document["screen"], document["frames"]) == ("walk", "kim", SCREEN, 3)


def test_answers_come_as_they_are_ready_and_beyond_the_window_is_told(api: RunningApi) -> None:
    with opened(api, "window") as stream:
        for number in range(WINDOW + 2):
            stream.send(number, SLOW)
        refused = [stream.receive() for _ in range(2)]
        assert refused == [{"frame_number": number, "error": "gaze_busy"} for number in (WINDOW, WINDOW + 1)]
        with opened(api, "another") as other:
            assert other.ask(0, picture())["frame_number"] == 0
        assert {stream.receive()["frame_number"] for _ in range(WINDOW)} == set(range(WINDOW))
        assert stream.ask(WINDOW, picture())["frame_number"] == WINDOW
    assert read(api.http, "window")["frames"] == WINDOW + 1


def test_a_finished_session_says_so_and_the_stream_stays(api: RunningApi) -> None:
    with opened(api, "ended") as stream:
        stream.ask(0, picture(), last=True)
        answers = [stream.ask(1, picture())]
        while "error" not in answers[-1]:
            answers.append(stream.ask(len(answers) + 1, picture()))
        assert answers[-1]["error"] == "session_finished"
        assert stream.ask(0, picture())["frame_number"] == 0


@pytest.mark.parametrize(
    ("misbehave", "code"),
    [
        (lambda stream: stream.socket.send(json.dumps({"type": "hello"})), 1003),
        (lambda stream: stream.socket.send(b"short"), 1008),
        (lambda stream: stream.send(0, bytes(80 * 1024)), 1009),
        (lambda stream: stream.send(0, bytes(64 * 1024 + 1)), 1009),
        (lambda stream: stream.send(0, b""), 1008),
        (lambda stream: stream.send(0, b"x", surplus="x" * 5000), 1008),
        (lambda stream: stream.send(0, b"x", float("inf")), 1008),
        (lambda stream: stream.send(0, b"x", -1.0), 1008),
        (lambda stream: stream.send(4_000_000_000, b"x"), 1008),
        (lambda stream: stream.send(0, b"x", last="yes"), 1008),
        (lambda stream: stream.socket.send(struct.pack("<IdH", 0, 0.0, 9) + b"no JSON"), 1008),
    ],
    ids=["text", "short", "giant", "over", "empty", "long-note", "infinite", "negative", "number", "note", "broken-note"],
)
def test_who_breaks_the_protocol_is_told(api: RunningApi, misbehave: Callable[[GazeStream], None], code: int) -> None:
    with opened(api, "bad") as stream:
        misbehave(stream)
        assert ends_with(stream)[0] == code


@pytest.mark.parametrize(
    ("hello", "reason"),
    [
        ({}, "api_key_missing"),
        ({"key": "wrong"}, "api_key_invalid"),
        ({"key": KEY, "surprise": 1}, "invalid_request"),
        ({"key": KEY, "screen": {"width": 0, "height": 1}}, "invalid_request"),
    ],
    ids=["no-key", "wrong-key", "surprise", "screen"],
)
def test_a_wrong_hello_is_refused(api: RunningApi, hello: dict[str, object], reason: str) -> None:
    with connect(stream_address(api.http.base_url, session_id="s")) as socket:
        socket.send(json.dumps({"type": "hello", **hello}))
        with pytest.raises(ConnectionClosed) as ended:
            socket.recv(timeout=30)
    assert ended.value.rcvd is not None
    assert (ended.value.rcvd.code, ended.value.rcvd.reason) == (1008, reason)


def test_places_are_limited_and_come_free(api: RunningApi) -> None:
    with opened(api, "a"), opened(api, "b"):
        with connect(stream_address(api.http.base_url, session_id="c")) as socket:
            socket.send(json.dumps({"type": "hello", "key": KEY}))
            with pytest.raises(ConnectionClosed) as ended:
                socket.recv(timeout=30)
        assert ended.value.rcvd is not None
        assert (ended.value.rcvd.code, ended.value.rcvd.reason) == (1013, "gaze_full")
    with opened(api, "c") as stream:
        assert stream.ask(0, picture())["frame_number"] == 0


@pytest.mark.parametrize("query", [{}, {"session_id": "a\nb"}, {"session_id": "x" * 129}], ids=["none", "control", "long"])
def test_a_stream_names_its_session(api: RunningApi, query: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus), connect(stream_address(api.http.base_url, **query)):
        pass


def test_a_page_of_somebody_else_may_not_connect(api: RunningApi) -> None:
    address = stream_address(api.http.base_url, session_id="s")
    with pytest.raises(InvalidStatus), connect(address, origin=Origin("https://elsewhere.example")):
        pass
    with gaze_stream(api.http.base_url, "s", origin=ORIGIN, key=KEY) as stream:
        assert stream.welcome["type"] == "hello"
