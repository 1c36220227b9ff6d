"""``WS /live`` on the real server: what is measured, who may come, and what bad clients do to others."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path

import httpx
import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from interview_analysis.domain.api_key import new_api_key
from live_builders import LiveClient, jpeg, live_address, live_client, portrait, two_faces
from processes import wait_until
from server_builders import Server, processes_of

pytestmark = [pytest.mark.slow, pytest.mark.models]

KEY, ENTRY = new_api_key("web-app")
KIB = 1024
ORIGIN = "https://practice.example"
BLANK = jpeg(np.full((480, 640, 3), 128, np.uint8))


@lru_cache
def drawn(yaw: float = 0.0) -> bytes:
    return jpeg(portrait(yaw))


@lru_cache
def drawn_twice() -> bytes:
    return jpeg(two_faces())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("live")


@pytest.fixture(scope="module")
def server(folder: Path, models_dir: Path) -> Iterator[str]:
    """With keys. Pictures are drawn before a test begins to talk: it is impatient."""
    drawn(), drawn(18.0), drawn_twice()
    limits = {
        "API_KEYS": str(ENTRY),
        "LIVE_CONNECTIONS_EACH": "3",
        "LIVE_MAX_FRAME_KIB": "128",
        "LIVE_IDLE_SECONDS": "3",
        "CORS_ORIGINS": ORIGIN,
    }
    process = Server(folder, models_dir, JOB_SUPERVISE="false", **limits)
    with asyncio.Runner() as runner:
        runner.run(process.start())
        yield str(process.http.base_url)
        runner.run(process.close())
    wait_until(lambda: processes_of(folder) == [], seconds=30.0)  # killed, it takes the live process with it


def measured(server: str, headers: dict[str, str] | None = None, **hello: object) -> AbstractContextManager[LiveClient]:
    """A client that holds the key."""
    return live_client(server, headers, **{"key": KEY, **hello})


def ends_with(client: LiveClient) -> tuple[int, str]:
    """Close code and reason."""
    with pytest.raises(ConnectionClosed) as ended:
        list(iter(lambda: client.socket.recv(timeout=30), None))
    assert ended.value.rcvd is not None
    return ended.value.rcvd.code, ended.value.rcvd.reason


def test_one_face_has_sensible_numbers(server: str) -> None:
    with measured(server, smoothing="none", landmarks=True) as client:
        assert client.welcome["models"]["expression"] == "expression-lite0-fer2013"
        straight = client.ask(1, drawn())
        turned = client.ask(2, drawn(18.0))
    assert (straight["frame"], straight["timestamp"], straight["dropped"]) == (1, 40.0, 0)
    (face,), (later,) = straight["faces"], turned["faces"]
    assert face["id"] == later["id"]
    assert later["head"]["yaw"] - face["head"]["yaw"] == pytest.approx(18.0, abs=4.0)
    assert sum(face["emotions"].values()) == pytest.approx(1.0, abs=0.01)
    assert face["emotions"]["happy"] > 0.5  # the portrait smiles
    assert len(face["landmarks"]) == 478
    assert sum(part**2 for part in face["gaze"]["vector"]) == pytest.approx(1.0, abs=0.01)
    assert straight["latency_ms"] > 0


def test_two_faces_keep_their_ids_whatever_the_smoothing(server: str) -> None:
    picture = drawn_twice()
    for smoothing in ("none", "ema", "kalman"):
        with measured(server, smoothing=smoothing) as client:
            answers = [client.ask(number, picture)["faces"] for number in range(1, 6)]
        seen = [{face["id"]: round(face["box"][0], 1) for face in faces} for faces in answers]
        assert seen == [seen[0]] * 5
        assert len(seen[0]) == 2
        assert all(face["emotions"] for face in answers[-1])
        yaws = [face["head"]["yaw"] for face in sorted(answers[-1], key=lambda face: float(face["box"][0]))]
        assert yaws[1] - yaws[0] > 8


def test_a_picture_without_a_face_and_one_that_is_none(server: str) -> None:
    with measured(server) as client:
        assert client.ask(1, BLANK)["faces"] == []
        broken = client.ask(2, b"no picture")
        assert (broken["faces"], broken["error"]) == (None, "picture_unreadable")
        assert len(client.ask(3, drawn())["faces"]) == 1


def test_the_latest_picture_wins_and_the_others_are_counted(server: str) -> None:
    picture = drawn()
    with measured(server) as client:
        for number in range(1, 41):
            client.send(number, picture)
        answers = [json.loads(client.socket.recv())]
        while answers[-1]["frame"] != 40:
            answers.append(json.loads(client.socket.recv()))
    assert answers[-1]["dropped"] == 40 - len(answers) > 0


def hello_again(client: LiveClient) -> None:
    client.socket.send(json.dumps({"type": "hello"}))


def giant(client: LiveClient) -> None:
    client.send(1, bytes(200 * KIB))


def back_in_time(client: LiveClient) -> None:
    client.send(1, b"x", 1000.0)
    client.send(2, b"x", 999.0)


def no_time(client: LiveClient) -> None:
    client.send(1, b"x", float("nan"))


def flood(client: LiveClient) -> None:
    with contextlib.suppress(ConnectionClosed):  # it may be told before it has sent all
        for number in range(1, 200):
            client.send(number, b"x")


@pytest.mark.parametrize(
    ("misbehave", "code"),
    [
        (hello_again, 1003),
        (giant, 1009),
        (back_in_time, 1008),
        (no_time, 1008),
        (flood, 1008),
        (lambda client: client.socket.send(b"short"), 1008),
    ],
    ids=["text", "giant", "back-in-time", "no-time", "flood", "short"],
)
def test_who_breaks_the_protocol_is_told_and_others_go_on(
    server: str, misbehave: Callable[[LiveClient], None], code: int
) -> None:
    with measured(server) as other, measured(server) as client:
        misbehave(client)
        assert ends_with(client)[0] == code
        assert len(other.ask(1, drawn())["faces"]) == 1


@pytest.mark.parametrize(
    "hello", ["", "{}", '{"type": "hello", "smoothing": "magic"}', b"\0"], ids=["empty", "none", "magic", "binary"]
)
def test_a_wrong_hello_is_refused(server: str, hello: str | bytes) -> None:
    with connect(live_address(server)) as socket:
        socket.send(hello)
        with pytest.raises(ConnectionClosed) as ended:
            socket.recv()
    assert ended.value.rcvd is not None
    assert (ended.value.rcvd.code, ended.value.rcvd.reason) == (1008, "invalid_request")


def test_places_are_limited_and_come_free(server: str) -> None:
    def refused() -> tuple[int, str]:
        with connect(live_address(server)) as socket:
            socket.send(json.dumps({"type": "hello", "key": KEY}))
            with pytest.raises(ConnectionClosed) as ended:
                socket.recv()
        assert ended.value.rcvd is not None
        return ended.value.rcvd.code, ended.value.rcvd.reason

    with measured(server), measured(server):
        with measured(server):
            assert refused() == (1013, "live_full")
        with measured(server) as again:
            assert again.ask(1, drawn())["frame"] == 1


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [("https://elsewhere.example", False), ("null", False), (ORIGIN, True)],
    ids=["elsewhere", "null", "allowed"],
)
def test_a_page_of_somebody_else_may_not_connect(server: str, origin: str, welcome: bool) -> None:
    if welcome:
        with measured(server, {"Origin": origin}) as client:
            assert client.welcome["type"] == "hello"
        return
    with pytest.raises(InvalidStatus) as refusal, connect(live_address(server), origin=Origin(origin)):
        pass
    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize("in_header", [True, False], ids=["header", "hello"])
def test_the_key_may_come_in_a_header_or_in_the_hello(server: str, in_header: bool) -> None:
    picture = drawn()
    with live_client(server, {"X-API-Key": KEY} if in_header else None, **({} if in_header else {"key": KEY})) as client:
        assert client.ask(1, picture)["frame"] == 1


@pytest.mark.parametrize(
    ("hello", "reason"),
    [({}, "api_key_missing"), ({"key": "wrong"}, "api_key_invalid"), ({"key": "열쇠"}, "api_key_invalid")],
    ids=["none", "wrong", "not-latin"],
)
def test_without_a_key_nobody_is_measured(server: str, hello: dict[str, str], reason: str) -> None:
    with connect(live_address(server)) as socket:
        socket.send(json.dumps({"type": "hello", **hello}))
        with pytest.raises(ConnectionClosed) as ended:
            socket.recv()
    assert ended.value.rcvd is not None
    assert (ended.value.rcvd.code, ended.value.rcvd.reason) == (1008, reason)


def test_pictures_are_counted_by_what_came_of_them(server: str) -> None:
    def counted() -> dict[str, float]:
        text = httpx.get(f"{server}/metrics", headers={"X-API-Key": KEY}).text
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return {
            sample.labels.get("outcome", sample.name.rpartition("_")[2]): sample.value
            for sample in samples
            if sample.name.startswith("interview_analysis_live_") and "le" not in sample.labels
        }

    before = {"answered": 0.0, "picture_unreadable": 0.0, "dropped": 0.0, "count": 0.0, **counted()}
    with measured(server) as client:
        client.ask(1, drawn())
        client.ask(2, b"no picture")
        for number in range(3, 13):
            client.send(number, drawn())
        while (last := json.loads(client.socket.recv()))["frame"] != 12:
            pass
        after = counted()
        assert after["connections"] == before["connections"] + 1
    answered = after["answered"] - before["answered"]
    assert after["picture_unreadable"] - before["picture_unreadable"] == 1
    assert after["dropped"] - before["dropped"] == last["dropped"] == 11 - answered
    assert after["count"] - before["count"] == answered + 1
    wait_until(lambda: counted()["connections"] == before["connections"], seconds=20.0)


def test_a_camera_leaves_one_line_in_the_audit_log(server: str, folder: Path) -> None:
    with measured(server, {"X-Request-ID": "audited-camera"}) as client:
        assert client.ask(1, drawn())["frame"] == 1

    def lines() -> list[dict[str, object]]:
        written = [json.loads(line) for file in (folder / "logs").glob("audit_*") for line in file.read_text().splitlines()]
        return [line for line in written if line["request_id"] == "audited-camera"]

    wait_until(lambda: bool(lines()), seconds=20.0)
    (line,) = lines()
    assert (line["action"], line["owner"], line["status"]) == ("live", "web-app", 101)


def test_a_crash_of_native_code_ends_cameras_and_nothing_else(server: str, folder: Path) -> None:
    with measured(server) as client:
        assert client.ask(1, drawn())["frame"] == 1
        (worker,) = [process for process in processes_of(folder) if "live-process" in process.cmdline()]
        worker.kill()
        client.send(2, drawn())
        assert ends_with(client) == (1013, "live_unavailable")
    with measured(server) as client:
        assert len(client.ask(1, drawn())["faces"]) == 1


def test_silence_ends_the_connection(server: str) -> None:
    with measured(server) as client:
        assert ends_with(client) == (1008, "request_timeout")
