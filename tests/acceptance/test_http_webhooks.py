"""Callbacks end to end: the real application tells a real receiver, once, signed, and shows how far that has come."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api_builders import RunningApi, api_settings, running_api
from processes import wait_until
from webhook_servers import BROKEN, KEY, OK
from webhook_threads import receiving, telling

pytestmark = pytest.mark.slow

VIDEO = {"s3_bucket": "practice", "s3_key": "interviews/1.webm"}
SECONDS = 60.0


def submitted(api: RunningApi, port: int) -> str:
    url = f"http://127.0.0.1:{port}/done"
    answer = api.http.post("/analyze", json={**VIDEO, "session_id": "s1", "callback_url": url})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["analysis_id"])


def callback(api: RunningApi, analysis_id: str) -> dict[str, object]:
    return dict(api.http.get(f"/analysis/{analysis_id}").json()["callback"])


def test_a_receiver_that_fails_at_first_is_told_once(tmp_path: Path) -> None:
    with receiving(BROKEN, BROKEN, OK) as server:
        with running_api(api_settings(tmp_path, callbacks=telling(server.port))) as api:
            analysis_id = submitted(api, server.port)
            assert callback(api, analysis_id) == {"state": "waiting", "attempts": 0, "last_error": None}
            assert server.received == []
            api.http.post(f"/analysis/{analysis_id}/cancel")
            wait_until(lambda: callback(api, analysis_id)["state"] == "delivered", SECONDS)
            assert callback(api, analysis_id) == {"state": "delivered", "attempts": 3, "last_error": None}
            listed = api.http.get("/analysis/recent").json()["analyses"][0]
            assert listed["callback"]["state"] == "delivered"
        assert {received.headers["webhook-id"] for received in server.received} == {f"msg_{analysis_id}"}
        assert len({received.body for received in server.received}) == 1
        assert len(server.received) == 3
        assert all(received.is_signed_by(KEY) for received in server.received)
        told = json.loads(server.received[-1].body)
        assert told.items() >= {"status": "cancelled", "session_id": "s1", "link": f"/analysis/{analysis_id}"}.items()


def test_a_receiver_that_is_gone_is_given_up_with_the_reason(tmp_path: Path) -> None:
    gone = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"
    with receiving(gone) as server, running_api(api_settings(tmp_path, callbacks=telling(server.port))) as api:
        analysis_id = submitted(api, server.port)
        api.http.post(f"/analysis/{analysis_id}/cancel")
        wait_until(lambda: callback(api, analysis_id)["state"] == "dead", SECONDS)
        assert callback(api, analysis_id) == {"state": "dead", "attempts": 1, "last_error": "http_410"}


def test_attempts_are_bounded(tmp_path: Path) -> None:
    with receiving(BROKEN) as server:
        callbacks = telling(server.port, callback_max_attempts=3)
        with running_api(api_settings(tmp_path, callbacks=callbacks)) as api:
            analysis_id = submitted(api, server.port)
            api.http.post(f"/analysis/{analysis_id}/cancel")
            wait_until(lambda: callback(api, analysis_id)["state"] == "dead", SECONDS)
            assert callback(api, analysis_id) == {"state": "dead", "attempts": 3, "last_error": "http_500"}
            assert len(server.received) == 3


def test_what_was_not_told_is_told_by_the_next_process(tmp_path: Path) -> None:
    """The message is as durable as the end of the analysis: no server runs when the worker ends it."""
    with receiving(OK) as server:
        settings = api_settings(tmp_path, callbacks=telling(server.port))
        with running_api(settings) as api:
            analysis_id = submitted(api, server.port)
        api.with_services(lambda services: services.analyses.cancel(analysis_id))
        assert server.received == []
        with running_api(settings) as api:
            wait_until(lambda: callback(api, analysis_id)["state"] == "delivered", SECONDS)
        assert len(server.received) == 1


def test_several_servers_tell_it_once(tmp_path: Path) -> None:
    with receiving(OK) as server:
        settings = api_settings(tmp_path, callbacks=telling(server.port))
        with running_api(settings) as one, running_api(settings):
            ids = [submitted(one, server.port) for _ in range(10)]
            for analysis_id in ids:
                one.http.post(f"/analysis/{analysis_id}/cancel")
            wait_until(lambda: all(callback(one, known)["state"] == "delivered" for known in ids), SECONDS)
        told = [received.headers["webhook-id"] for received in server.received]
        assert sorted(told) == sorted(f"msg_{analysis_id}" for analysis_id in ids)


def test_erasing_takes_the_message_along(tmp_path: Path) -> None:
    with receiving(b"") as server, running_api(api_settings(tmp_path, callbacks=telling(server.port))) as api:
        analysis_id = submitted(api, server.port)
        api.http.post(f"/analysis/{analysis_id}/cancel")
        assert api.http.delete(f"/analysis/{analysis_id}").json()["erased"]["deliveries"] == 1


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "http://example.com/", "https://169.254.169.254/latest", "https://a@b.com/"]
)
def test_an_address_inside_is_refused_at_once(tmp_path: Path, url: str) -> None:
    with running_api(api_settings(tmp_path, callbacks=telling(8080))) as api:
        answer = api.http.post("/analyze", json={**VIDEO, "callback_url": url})
        assert (answer.status_code, answer.json()["code"]) == (422, "callback_refused")
        assert api.http.get("/analysis/recent").json()["analyses"] == []
