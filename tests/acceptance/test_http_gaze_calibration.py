"""Calibration over HTTP: a session's frames are placed by it, it can be checked and kept, and it is nobody else's."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from api_builders import RunningApi, access_settings, api_settings, running_api
from gaze_builders import StubMeter, picture, picture_of
from interview_analysis.domain.api_key import new_api_key
from interview_analysis.domain.screen_gaze import GazeProblem
from interview_analysis.settings.edge import PrivacySettings

OWN, OWN_ENTRY = new_api_key("web-app")
FOREIGN, FOREIGN_ENTRY = new_api_key("other")
SCREEN = {"width": 1000, "height": 600, "width_mm": 500.0}
GRID = [(100.0, 60.0), (900.0, 60.0), (500.0, 300.0), (100.0, 540.0), (900.0, 540.0)]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    access = access_settings(api_keys=f"{OWN_ENTRY},{FOREIGN_ENTRY}")
    with running_api(api_settings(tmp_path_factory.mktemp("calibration"), access=access), with_stub) as running:
        running.http.headers["X-API-Key"] = OWN
        yield running


def with_stub(app: FastAPI) -> None:
    app.state.open_gaze_meter = lambda _: StubMeter()


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def look(x: float, y: float, off: float = 0.0) -> bytes:
    """Of somebody 600 mm before the middle of the screen's upper edge; ``off``: slope by which the measured gaze is wrong."""
    return picture((500 - x) / 2 / 600 + off, y / 2 / 600)


def shown(points: list[tuple[float, float]], off: float = 0.0) -> list[dict[str, Any]]:
    return [{"x": x, "y": y, "pictures": [encoded(look(x, y, off))] * 3} for x, y in points]


def body(session: str, **more: object) -> dict[str, Any]:
    return {"session_id": session, "screen": SCREEN, "points": shown(GRID), **more}


def calibrate(api: RunningApi, session: str, **more: object) -> dict[str, Any]:
    answer = api.http.post("/gaze/calibration", json=body(session, **more))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def frame(api: RunningApi, session: str, x: float, y: float, **more: object) -> dict[str, Any]:
    sent = {"session_id": session, "frame_number": 1, "image": encoded(look(x, y)), "screen": SCREEN, **more}
    return dict(api.http.post("/gaze", json=sent).json())


def test_a_calibrated_session_is_placed_by_its_own_regressor(api: RunningApi) -> None:
    document = calibrate(api, "calibrated")
    assert (document["points"], document["samples"], document["kept_as_profile"]) == (5, 15, False)
    assert document["error"]["low"] <= document["error"]["pixels"] <= document["error"]["high"] < 30
    assert document["error"]["degrees"] == pytest.approx(document["error"]["pixels"] / 2 / 600 * 57.3, rel=0.1)
    assert [(point["target"]["x"], point["target"]["y"]) for point in document["map"]] == GRID
    answer = frame(api, "calibrated", 300, 200)
    assert (answer["calibrated"], answer["source"]) == (True, "calibration")
    assert (answer["gaze"]["x"], answer["gaze"]["y"]) == pytest.approx((300, 200), abs=30)


def test_a_check_tells_when_to_calibrate_again(api: RunningApi) -> None:
    calibrate(api, "checked")
    checks = [
        api.http.post("/gaze/calibration/check", json={"session_id": "checked", "points": shown([(300.0, 200.0)], off)}).json()
        for off in (0.0, 0.3)
    ]
    assert [check["recalibrate"] for check in checks] == [False, True]
    assert checks[1]["error_px"] == pytest.approx(360, rel=0.2)
    assert checks[0]["expected_px"] == checks[1]["expected_px"]


@pytest.mark.parametrize(("agreed", "source"), [(True, "profile"), (False, "geometry")])
def test_a_profile_is_kept_only_where_the_user_agreed(api: RunningApi, agreed: bool, source: str) -> None:
    user = f"user-{agreed}"
    assert calibrate(api, f"first-{agreed}", user_id=user, keep_profile=agreed)["kept_as_profile"] is agreed
    assert frame(api, f"second-{agreed}", 300, 200, user_id=user)["source"] == source


def test_a_calibration_is_its_owners(api: RunningApi) -> None:
    calibrate(api, "mine")
    asked = {"session_id": "mine", "points": shown([(300.0, 200.0)])}
    answers = [
        api.http.post("/gaze/calibration/check", json=asked, headers={"X-API-Key": key}).status_code
        for key in (OWN, FOREIGN, "x")
    ]
    assert answers == [200, 404, 401]


def test_an_erased_session_has_no_calibration(api: RunningApi) -> None:
    calibrate(api, "erased")
    frame(api, "erased", 300, 200)
    assert api.http.delete("/gaze/sessions/erased").status_code == 200
    answer = api.http.post("/gaze/calibration/check", json={"session_id": "erased", "points": shown([(300.0, 200.0)])})
    assert (answer.status_code, answer.json()["code"]) == (404, "calibration_not_found")


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (picture(), {"problem": None, "distance_mm": 600.0}),
        (picture_of(GazeProblem.NO_FACE), {"problem": "no_face", "distance_mm": None}),
        (b"no picture", {"problem": "picture_unreadable", "distance_mm": None}),
    ],
    ids=["eyes", "nobody", "no picture"],
)
def test_a_face_is_looked_for_before_anything_else(api: RunningApi, content: bytes, answer: dict[str, Any]) -> None:
    assert api.http.post("/gaze/calibration/face", json={"picture": encoded(content)}).json() == answer


EYES = encoded(look(1, 1))
POINT = {"x": 1, "y": 1, "pictures": [EYES]}


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"points": shown(GRID[:3])}, 422, "calibration_too_few"),
        ({"points": [{**POINT, "pictures": [encoded(b"nothing")]}] * 5}, 422, "calibration_too_few"),
        ({"points": []}, 422, "invalid_request"),
        ({"points": [POINT] * 14}, 422, "invalid_request"),
        ({"points": [{**POINT, "pictures": [EYES] * 21}]}, 422, "invalid_request"),
        ({"points": [{**POINT, "pictures": ["not base64!"]}]}, 422, "invalid_request"),
        ({"points": [{**POINT, "x": 1001}]}, 422, "invalid_request"),
        ({"points": [{**POINT, "y": "1e999"}]}, 422, "invalid_request"),
        ({"keep_profile": True}, 422, "invalid_request"),
        ({"session_id": "a\nb"}, 422, "invalid_request"),
        ({"screen": {"width": 0, "height": 600}}, 422, "invalid_request"),
        ({"points": "x" * (12 << 20)}, 413, "body_too_large"),
    ],
)
def test_what_is_no_calibration_is_refused(api: RunningApi, changed: dict[str, Any], status: int, code: str) -> None:
    answer = api.http.post("/gaze/calibration", json=body("refused") | changed)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_consent_is_asked_for_where_it_is_required(tmp_path: Any) -> None:
    settings = api_settings(tmp_path, privacy=PrivacySettings(require_consent=True))
    with running_api(settings, with_stub) as strict:
        answers = [strict.http.post("/gaze/calibration", json=body("asked") | more) for more in ({}, {"consent": True})]
    assert [answer.status_code for answer in answers] == [422, 200]
    assert answers[0].json()["code"] == "consent_required"
