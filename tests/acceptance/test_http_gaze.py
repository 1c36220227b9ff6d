"""Gaze sessions over HTTP: frames in any order, one result, delivered once; hostile bodies and other owners turned away."""

from __future__ import annotations

import base64
import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from api_builders import RunningApi, access_settings, api_settings, running_api
from gaze_builders import StubMeter, build_calibration, build_session, picture, picture_of
from interview_analysis.bootstrap import open_services
from interview_analysis.domain.api_key import new_api_key
from interview_analysis.domain.screen_gaze import (
    CalibrationError,
    GazeProblem,
    GazeSample,
    GazeSessionKey,
    Screen,
    ScreenPoint,
)
from interview_analysis.domain.screen_gaze_calibration import CalibrationShot, fit_calibration, predict
from interview_analysis.errors import DependencyUnavailable, InputError
from interview_analysis.settings.edge import PrivacySettings
from interview_analysis.settings.gaze import GazeSettings
from processes import wait_until
from saliency_builders import blob_maps, npz
from webhook_servers import BROKEN, KEY, OK
from webhook_threads import receiving, telling

OWN, OWN_ENTRY = new_api_key("web-app")
FOREIGN, FOREIGN_ENTRY = new_api_key("other")
SECONDS = 60.0
QUICK = GazeSettings(gaze_grace_seconds=0.0, gaze_max_frame_kib=64)
SCREEN = {"width": 1000, "height": 600, "width_mm": 500.0}


def with_stub(app: FastAPI) -> None:
    app.state.open_gaze_meter = lambda _: StubMeter()


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    with running_api(api_settings(tmp_path_factory.mktemp("gaze"), gaze=QUICK), with_stub) as running:
        yield running


def body(session: str, number: int, content: bytes | None = None, **more: object) -> dict[str, Any]:
    image = base64.b64encode(content or picture()).decode()
    return {"session_id": session, "frame_number": number, "image": image, "screen": SCREEN, **more}


def send(http: httpx.Client, session: str, number: int, content: bytes | None = None, **more: object) -> dict[str, Any]:
    answer = http.post("/gaze", json=body(session, number, content, **more))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def read(http: httpx.Client, session: str) -> dict[str, Any]:
    answer = http.get(f"/gaze/sessions/{quote(session, safe='')}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def finished(http: httpx.Client, session: str) -> dict[str, Any]:
    wait_until(lambda: read(http, session)["session"] == "finished", SECONDS)
    return read(http, session)


def slope_to(share: float) -> float:
    """Of a gaze that falls on this share of the screen's width: the camera is at the middle of its upper edge, 600 mm away,
    and the picture's left is the screen's right."""
    return (0.5 - share) * 500.0 / 600.0


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_picture_is_answered_with_a_point_on_screen_and_video(api: RunningApi) -> None:
    rect = {"x": 100, "y": 100, "width": 800, "height": 400}
    answer = send(api.http, "point", 7, picture(slope_to(0.75), 0.2), video_rect=rect)
    gaze = answer.pop("gaze")
    assert answer == {
        "session_id": "point",
        "frame_number": 7,
        "problem": None,
        "problem_message": None,
        "source": "geometry",
        "calibrated": False,
        "session": "open",
        "result": None,
    }
    assert (gaze["x"], gaze["y"]) == pytest.approx((750, 0.2 * 600 * 2), abs=0.5), "2 px a millimetre"
    assert (gaze["video_x"], gaze["video_y"]) == pytest.approx(((gaze["x"] - 100) / 800, (gaze["y"] - 100) / 400), abs=1e-4)


@pytest.mark.parametrize("problem", list(GazeProblem))
def test_a_picture_without_gaze_says_why(api: RunningApi, problem: GazeProblem) -> None:
    answer = send(api.http, f"without-{problem}", 0, picture_of(problem))
    assert (answer["gaze"], answer["problem"], answer["source"]) == (None, problem.value, None)
    assert answer["problem_message"]


def test_a_form_says_the_same_as_json(api: RunningApi) -> None:
    data = {"session_id": "form", "frame_number": "3", "seconds": "1.5", "screen": json.dumps(SCREEN), "last": "false"}
    answer = api.http.post("/gaze", data=data, files={"image": ("a.jpg", picture(0.1), "image/jpeg")})
    assert answer.status_code == 200, answer.text
    assert {**answer.json(), "session_id": ""} == {**send(api.http, "json", 3, picture(0.1), seconds=1.5), "session_id": ""}


@pytest.mark.slow
def test_frames_in_any_order_and_twice_score_as_in_order(api: RunningApi) -> None:
    """The gaze follows the blob that the maps know of; repeated frames show something else and do not count."""
    api.http.put("/saliency/walk", params={"rate": 10}, content=npz(maps=blob_maps(40)))
    results = []
    for session, order in (("ordered", range(40)), ("shuffled", [*np.random.default_rng(0).permutation(39).tolist(), 39])):
        for number in order:
            content = picture(slope_to(0.01 + 0.98 * number / 39), 0.25)
            first = send(api.http, session, number, content, video_id="walk", last=number == 39)
            if session == "shuffled" and number != 39:
                again = send(api.http, session, number, picture(0.0, 0.0), video_id="walk")
                assert again["gaze"] == first["gaze"]
        assert first["session"] == "closing"
        document = finished(api.http, session)
        assert document["result"] == first["result"], "nothing came after the last"
        results.append({**document["result"], "session_id": ""})
    assert results[0] == results[1]
    assert (results[0]["frames"], results[0]["last_frame"], results[0]["gaze_coverage"]) == (40, 39, 1.0)
    figures = results[0]["saliency"]["figures"]
    assert figures["nss"]["low"] > 1.0
    assert results[0]["saliency"]["points"] == 40


@pytest.mark.slow
def test_a_late_frame_counts_within_the_grace_and_none_after_it(tmp_path: Path) -> None:
    patient = GazeSettings(gaze_grace_seconds=1.0)
    with running_api(api_settings(tmp_path, gaze=patient), with_stub) as api:
        last = send(api.http, "late", 1, last=True)
        assert (last["session"], last["result"]["frames"]) == ("closing", 1)
        assert send(api.http, "late", 0)["session"] == "closing"
        assert finished(api.http, "late")["result"]["frames"] == 2
        assert code_of(api.http.post("/gaze", json=body("late", 2))) == (409, "session_finished")
        again = send(api.http, "late", 1)
        assert (again["session"], again["gaze"], again["result"]["frames"]) == ("finished", last["gaze"], 2)


@pytest.mark.parametrize(
    ("frames", "details", "reason"),
    [
        ([picture()] * 12, {}, "video_not_named"),
        ([picture()] * 12, {"video_id": "unknown"}, "saliency_not_found"),
        ([picture()] * 3, {"video_id": "walk"}, "too_little_gaze"),
        ([picture_of(GazeProblem.NO_FACE)] * 15 + [picture()] * 12, {"video_id": "walk"}, "too_little_gaze"),
        ([picture(slope_to(1.5))] * 12, {"video_id": "walk"}, "gaze_beside_video"),
    ],
    ids=["no-video", "no-maps", "short", "no-face", "beside"],
)
def test_where_there_is_no_score_the_result_says_why(
    api: RunningApi, frames: list[bytes], details: dict[str, str], reason: str
) -> None:
    api.http.put("/saliency/walk", params={"rate": 10}, content=npz(maps=blob_maps(40)))
    session = f"unscored-{reason}-{len(frames)}"
    for number, content in enumerate(frames):
        answer = send(api.http, session, number, content, last=number == len(frames) - 1, **details)
    assert (answer["result"]["saliency"], answer["result"]["saliency_reason"]) == (None, reason)
    told = answer["result"]
    blind = sum(content != frames[-1] for content in frames)
    assert told["problems"] == ({"no_face": blind} if blind else {})
    assert told["face_coverage"] == pytest.approx(1 - blind / len(frames), abs=1e-4)
    assert told["in_video_share"] == (0.0 if reason == "gaze_beside_video" else 1.0)
    assert told["ip_address"] is None


def test_the_sessions_calibration_comes_first_then_the_users(api: RunningApi) -> None:
    """Both always answer with the same point, which tells them apart; the one of another screen is passed over."""

    key = GazeSessionKey("", "own")
    screen = replace(build_calibration().screen, width=1000, height=600)
    own = replace(build_calibration(key, regressor=fitted_mean(10, 20)), screen=screen, error=CalibrationError(1, 1, 1, 1))
    kept = replace(own, session_id="earlier", user_id="kim", regressor=fitted_mean(30, 40))
    assert send(api.http, "own", 0, user_id="kim")["source"] == "geometry"
    api.with_services(lambda services: services.calibrations.save(kept))
    profile = send(api.http, "own", 1)
    assert (profile["source"], profile["gaze"]["x"], profile["calibrated"]) == ("profile", 30, True)
    assert send(api.http, "own", 2, screen={"width": 800, "height": 600})["source"] == "geometry"
    api.with_services(lambda services: services.calibrations.save(own))
    answer = send(api.http, "own", 3, last=True)
    assert (answer["source"], answer["gaze"]["y"]) == ("calibration", 20)
    assert answer["result"]["sources"] == {"calibration": 1, "geometry": 2, "profile": 1}
    assert answer["result"]["calibration"] == {"pixels": 1, "low": 1, "high": 1, "degrees": 1, "points": 9}


def fitted_mean(x: float, y: float) -> str:
    sample = GazeSample((0.0, 0.0995, -0.995), (0.0, 0.0, 600.0), (0.0, 0.0, 0.0))
    targets = [ScreenPoint(x + dx, y + dy) for dx in (-5, 5) for dy in (-5, 5)]
    fit = fit_calibration([CalibrationShot(target, sample) for target in targets for _ in range(3)], Screen(1000, 600))
    assert predict(fit.regressor, sample) == pytest.approx((x, y), abs=0.5)
    return fit.regressor


@pytest.mark.slow
def test_an_aggregator_that_was_down_is_told_exactly_once_and_signed(tmp_path: Path) -> None:
    with receiving(BROKEN, BROKEN, OK) as server:
        url = f"http://127.0.0.1:{server.port}/gaze?token=secret"
        told_to = GazeSettings(gaze_grace_seconds=0.0, gaze_aggregator_url=url)
        settings = api_settings(tmp_path, callbacks=telling(server.port), gaze=told_to)
        with running_api(settings, with_stub) as api, running_api(settings, with_stub) as replica:
            send(api.http, "told", 0, ip_address="192.0.2.7")
            assert read(api.http, "told")["delivery"] == {"state": "waiting", "attempts": 0, "last_error": None}
            send(replica.http, "told", 1, last=True)
            wait_until(lambda: read(api.http, "told")["delivery"]["state"] == "delivered", SECONDS)
            document = read(replica.http, "told")
            assert document["delivery"] == {"state": "delivered", "attempts": 3, "last_error": None}
        assert len(server.received) == 3
        assert len({(one.headers["webhook-id"], one.body) for one in server.received}) == 1
        assert server.received[0].headers["webhook-id"].startswith("msg_gaze_")
        assert all(one.is_signed_by(KEY) for one in server.received)
        assert json.loads(server.received[-1].body) == {"type": "gaze.finished", **document["result"]}
        assert document["result"]["ip_address"] == "192.0.2.7"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"image": "no base64!"}, (422, "invalid_request")),
        ({"image": "AAA"}, (422, "invalid_request")),
        ({"image": base64.b64encode(bytes(65 * 1024)).decode()}, (413, "picture_too_large")),
        ({"image": "A" * (13 << 20)}, (413, "body_too_large")),
        ({"frame_number": -1}, (422, "invalid_request")),
        ({"frame_number": "1"}, (422, "invalid_request")),
        ({"frame_number": 10**12}, (422, "invalid_request")),
        ({"session_id": "a\nb"}, (422, "invalid_request")),
        ({"session_id": "x" * 129}, (422, "invalid_request")),
        ({"screen": {"width": 0, "height": 600}}, (422, "invalid_request")),
        ({"video_rect": {"x": 0, "y": 0, "width": 0, "height": 0}}, (422, "invalid_request")),
        ({"seconds": -1}, (422, "invalid_request")),
        ({"last": "yes"}, (422, "invalid_request")),
    ],
)
def test_hostile_bodies_have_codes_and_leave_nothing(
    api: RunningApi, change: dict[str, object], expected: tuple[int, str]
) -> None:
    answer = api.http.post("/gaze", json={**body("hostile", 0), **change})
    assert code_of(answer) == expected
    assert code_of(api.http.get("/gaze/sessions/hostile")) == (404, "gaze_session_not_found")


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"x", "text/plain", 415),
        (b"x", "multipart/form-data", 400),
        (b"--b\r\nbroken", "multipart/form-data; boundary=b", 422),
    ],
)
def test_what_is_no_frame_at_all_is_refused(api: RunningApi, content: bytes, media_type: str, status: int) -> None:
    answer = api.http.post("/gaze", content=content, headers={"Content-Type": media_type})
    assert answer.status_code == status, answer.text


def test_where_consent_is_required_nothing_is_measured_without_it(tmp_path: Path) -> None:
    privacy = PrivacySettings(require_consent=True)
    with running_api(api_settings(tmp_path, privacy=privacy), with_stub) as api:
        assert code_of(api.http.post("/gaze", json=body("s", 0))) == (422, "consent_required")
        assert send(api.http, "s", 0, consent=True)["session"] == "open"
        assert send(api.http, "s", 1)["session"] == "open"
        assert read(api.http, "s")["consent"] is True


def test_owners_have_sessions_of_their_own(tmp_path: Path) -> None:
    access = access_settings(api_keys=f"{OWN_ENTRY}, {FOREIGN_ENTRY}")
    with running_api(api_settings(tmp_path, access=access), with_stub) as api:
        own, foreign = ({"X-API-Key": key} for key in (OWN, FOREIGN))
        assert api.http.post("/gaze", json=body("s", 0)).status_code == 401
        assert api.http.post("/gaze", json=body("s", 0), headers=own).status_code == 200
        for method in ("GET", "DELETE"):
            assert code_of(api.http.request(method, "/gaze/sessions/s", headers=foreign)) == (404, "gaze_session_not_found")
        assert api.http.post("/gaze", json=body("s", 0), headers=foreign).status_code == 200
        assert api.http.delete("/gaze/sessions/s", headers=foreign).json()["erased"]["frames"] == 1
        assert api.http.get("/gaze/sessions/s", headers=own).json()["frames"] == 1


def test_a_session_is_erased_with_everything_and_may_begin_anew(api: RunningApi) -> None:
    name = "면접/1 ?"
    send(api.http, name, 0, last=True)
    finished(api.http, name)
    answer = api.http.delete(f"/gaze/sessions/{quote(name, safe='')}").json()
    erased = {"session": True, "frames": 1, "calibration": False, "deliveries": 0}
    assert answer == {"session_id": name, "erased": erased, "verified": True}
    assert send(api.http, name, 0)["session"] == "open"


def test_a_users_sessions_are_exported_and_erased_with_the_user(api: RunningApi) -> None:
    for session in ("u1", "u2"):
        send(api.http, session, 0, user_id="kim lee")
    send(api.http, "u1", 1, picture_of(GazeProblem.NO_FACE))
    calibration = replace(build_calibration(GazeSessionKey("", "u1")), user_id="kim lee", created_at=datetime.now(UTC))
    api.with_services(lambda services: services.calibrations.save(calibration))
    export = api.http.get("/users/export", params={"user_id": "kim lee"})
    with zipfile.ZipFile(io.BytesIO(export.content)) as opened:
        names = opened.namelist()
        tables = [list(csv.DictReader(opened.read(name).decode().splitlines())) for name in names if name.endswith(".csv")]
        assert json.loads(opened.read("gaze/profile.json"))["points"] == 9
    assert sorted(len(table) for table in tables) == [1, 2]
    assert {row["problem"] for table in tables for row in table} == {"", "no_face"}
    assert sum(name.endswith("session.json") for name in names) == 2
    erased = api.http.delete("/users", params={"user_id": "kim lee"}).json()["erased"]
    assert (erased["gaze_sessions"], erased["gaze_frames"], erased["gaze_profiles"]) == (2, 3, 1)
    assert api.http.get("/gaze/sessions/u1").status_code == 404
    assert api.http.get("/users/export", params={"user_id": "kim lee"}).status_code == 404


@pytest.mark.slow
def test_what_has_expired_is_erased_while_the_server_runs(tmp_path: Path) -> None:
    settings = api_settings(tmp_path, privacy=PrivacySettings(retention_sweep_seconds=0.1))
    with running_api(settings, with_stub) as api:
        old = replace(build_session(GazeSessionKey("", "old")), expires_at=datetime.now(UTC) + timedelta(seconds=1))
        api.with_services(lambda services: services.gaze.begin(old))
        send(api.http, "old", 0)
        send(api.http, "new", 0)
        wait_until(lambda: api.http.get("/gaze/sessions/old").status_code == 404, SECONDS)
        assert read(api.http, "new")["expires_at"] is not None


def test_frames_and_ends_are_counted(api: RunningApi) -> None:
    send(api.http, "counted", 0, last=True)
    finished(api.http, "counted")
    shown = api.http.get("/metrics").text
    assert 'interview_analysis_gaze_frame_duration_seconds_count{outcome="gaze"}' in shown
    assert 'interview_analysis_gaze_sessions_finished_total{end="video_not_named"}' in shown


@pytest.mark.parametrize("url", ["http://aggregator.example/", "https://127.0.0.1/", "https://10.0.0.7:8443/gaze"])
async def test_an_aggregator_that_may_not_be_reached_is_refused_at_the_start(tmp_path: Path, url: str) -> None:
    told_to = GazeSettings(gaze_aggregator_url=url)
    with pytest.raises(InputError, match="GAZE_AGGREGATOR_URL") as refused:
        async with open_services(api_settings(tmp_path, callbacks=telling(8080), gaze=told_to)):
            pass
    assert refused.value.code == "invalid_settings"


def test_without_a_meter_frames_are_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    def broken(app: FastAPI) -> None:
        meter = StubMeter()

        async def unavailable(_: bytes) -> None:
            raise DependencyUnavailable("gone", code="gaze_unavailable")

        meter.measure = unavailable  # type: ignore[assignment]
        app.state.open_gaze_meter = lambda _: meter

    with running_api(api_settings(tmp_path), broken) as api:
        assert code_of(api.http.post("/gaze", json=body("s", 0))) == (503, "gaze_unavailable")
        assert api.http.get("/gaze/sessions/s").status_code == 404
