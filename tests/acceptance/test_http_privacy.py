"""Consent, retention, proved erasure, and everything about one user."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from api_builders import UNKNOWN_ID, RunningApi, api_settings, running_api
from interview_analysis.settings.edge import PrivacySettings
from processes import wait_until
from store_builders import build_analysis, build_feedback, build_timeline

VIDEO = {"s3_bucket": "practice", "s3_key": "interviews/1.webm"}
AWKWARD = [
    "홍길동",
    "a/b",
    "a//b/",
    "../../etc/passwd",
    "..",
    ".",
    "100% of?them#",
    "a b+c&d",
    "export",
    "a/export",
    "😀",
    "\\x",
]


def submitted(api: RunningApi, **more: object) -> dict[str, object]:
    accepted = api.http.post("/analyze", json={**VIDEO, **more})
    assert accepted.status_code == 202, accepted.text
    return dict(api.http.get(f"/analysis/{accepted.json()['analysis_id']}").json())


def days_kept(document: dict[str, object]) -> float | None:
    if document["expires_at"] is None:
        return None
    kept = datetime.fromisoformat(str(document["expires_at"])) - datetime.fromisoformat(str(document["created_at"]))
    return kept / timedelta(days=1)


def of_user(api: RunningApi, user: str, path: str = "", **query: str) -> httpx.URL:
    """As a client does that encodes everything."""
    return httpx.URL(api.http.base_url.join(f"/users{path}"), params={"user_id": user, **query})


def archive(answer: httpx.Response) -> zipfile.ZipFile:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip"), answer.text
    opened = zipfile.ZipFile(io.BytesIO(answer.content))
    assert opened.testzip() is None
    return opened


def uploaded(api: RunningApi, user: str, data: bytes = b"video") -> tuple[str, Path]:
    """An analysis of an uploaded video, and where that lies."""
    video = api.http.post("/uploads", content=data, headers={"Content-Type": "video/webm"}).json()
    place = {"s3_bucket": video["s3_bucket"], "s3_key": video["s3_key"]}
    answer = api.http.post("/analyze", json={**place, "user_id": user})
    return answer.json()["analysis_id"], api.settings.paths.buckets / video["s3_bucket"] / video["s3_key"]


@pytest.mark.parametrize(("asked", "days"), [({}, 30.0), ({"retention_days": 1}, 1.0), ({"retention_days": 365}, 365.0)])
def test_the_end_of_keeping_is_shown(api: RunningApi, asked: dict[str, int], days: float) -> None:
    assert days_kept(submitted(api, **asked)) == days


@pytest.mark.parametrize(("asked", "shown"), [({}, None), ({"consent": True}, True), ({"consent": False}, False)])
def test_consent_is_recorded_as_it_was_given(api: RunningApi, asked: dict[str, bool], shown: bool | None) -> None:
    assert submitted(api, **asked)["consent"] is shown


def test_priority_is_recorded(api: RunningApi) -> None:
    document = submitted(api, priority=7)
    assert document["priority"] == 7
    api.http.delete(f"/analysis/{document['analysis_id']}")


@pytest.mark.parametrize(("asked", "status"), [({}, 422), ({"consent": False}, 422), ({"consent": True}, 202)])
def test_consent_can_be_required(tmp_path: Path, asked: dict[str, bool], status: int) -> None:
    with running_api(api_settings(tmp_path, privacy=PrivacySettings(require_consent=True, retention_days=0))) as api:
        answer = api.http.post("/analyze", json={**VIDEO, **asked})
        assert answer.status_code == status
        if status == 422:
            assert answer.json()["code"] == "consent_required"
        else:
            assert days_kept(api.http.get(f"/analysis/{answer.json()['analysis_id']}").json()) is None


def test_what_has_expired_is_erased_while_the_server_runs(tmp_path: Path) -> None:
    settings = api_settings(tmp_path, privacy=PrivacySettings(retention_sweep_seconds=0.1))
    with running_api(settings) as api:
        analysis_id = api.completed(frames=build_timeline(50), feedback=build_feedback())
        expired = replace(build_analysis(900), expires_at=datetime.now(UTC) - timedelta(seconds=1))
        api.with_services(lambda services: services.analyses.add(expired))
        wait_until(lambda: api.http.get(f"/analysis/{expired.id}").status_code == 404, seconds=60.0)
        assert api.http.get(f"/analysis/{analysis_id}").status_code == 200


def test_a_store_that_is_down_makes_erasing_an_error_that_may_be_repeated(tmp_path: Path) -> None:
    with running_api(api_settings(tmp_path)) as api:
        analysis_id, place = uploaded(api, "kim")
        folder = place.parent
        folder.rename(folder.with_name("away"))
        folder.symlink_to(folder)
        assert api.http.delete(f"/analysis/{analysis_id}").status_code >= 400
        assert api.http.get(f"/analysis/{analysis_id}").json()["status"] == "cancelled"
        folder.unlink()
        folder.with_name("away").rename(folder)
        answer = api.http.delete(f"/analysis/{analysis_id}").json()
        assert (answer["verified"], answer["erased"]["video"], place.exists()) == (True, True, False)


@pytest.mark.parametrize("user", AWKWARD)
def test_any_user_can_be_exported_and_erased(api: RunningApi, user: str) -> None:
    submitted(api, user_id=user)
    other = submitted(api, user_id=f"{user}-another")["analysis_id"]
    with archive(api.http.get(of_user(api, user, "/export"))) as opened:
        assert user in opened.read("README.txt").decode()
        assert {name.split("/")[0] for name in opened.namelist()} == {"README.txt", "analyses"}
        assert not any(".." in name or name.startswith("/") or "\\" in name for name in opened.namelist())
    erased = api.http.delete(of_user(api, user)).json()
    assert (erased["user_id"], erased["erased"]["analyses"], erased["verified"]) == (user, 1, True)
    assert api.http.get(of_user(api, user, "/export")).status_code == 404
    assert api.http.get(f"/analysis/{other}").status_code == 200


def test_an_export_holds_everything(api: RunningApi) -> None:
    done = api.completed(frames=build_timeline(1300), feedback=build_feedback(), user="whole", told=True)
    waiting = submitted(api, user_id="whole", consent=True)["analysis_id"]
    with archive(api.http.get(of_user(api, "whole", "/export"))) as opened:
        names = {f"analyses/{done}/{name}" for name in ("analysis.json", "feedback.json", "frames.csv", "deliveries.json")}
        assert set(opened.namelist()) == names | {f"analyses/{waiting}/analysis.json", "README.txt"}
        assert json.loads(opened.read(f"analyses/{waiting}/analysis.json"))["consent"] is True
        assert len(list(csv.DictReader(io.TextIOWrapper(opened.open(f"analyses/{done}/frames.csv"))))) == 1300
        assert json.loads(opened.read(f"analyses/{done}/feedback.json"))["strengths"] == ["안정적인 시선"]
        (told,) = json.loads(opened.read(f"analyses/{done}/deliveries.json"))
        assert (told["body"]["analysis_id"], "url" in told) == (done, False)


@pytest.mark.parametrize("videos", [True, False])
def test_an_export_holds_uploaded_videos_where_they_are_asked_for(api: RunningApi, videos: bool) -> None:
    user = f"videos-{videos}"
    data = bytes(range(256)) * 20_000
    analysis_id, place = uploaded(api, user, data)
    gone, missing = uploaded(api, user)
    missing.unlink()
    submitted(api, user_id=user)
    with archive(api.http.get(of_user(api, user, "/export", **({"videos": "true"} if videos else {})))) as opened:
        found = [name for name in opened.namelist() if "/video" in name]
        assert found == ([f"analyses/{analysis_id}/video.webm"] if videos else [])
        if videos:
            assert opened.read(found[0]) == data
            assert f"Not there any more: analyses/{gone}/video.webm" in opened.read("README.txt").decode()
    assert api.http.delete(of_user(api, user)).json()["erased"]["videos"] == 1
    assert not place.exists()


def test_many_analyses_are_exported_page_by_page(api: RunningApi) -> None:
    ids = {str(submitted(api, user_id="many")["analysis_id"]) for _ in range(45)}
    with archive(api.http.get(of_user(api, "many", "/export"))) as opened:
        assert {name.split("/")[1] for name in opened.namelist() if "/" in name} == ids
        assert "Analyses: 45" in opened.read("README.txt").decode()
    assert api.http.delete(of_user(api, "many")).json()["erased"]["analyses"] == 45


@pytest.mark.parametrize("user", ["nobody", UNKNOWN_ID])
def test_an_unknown_user_has_nothing_to_export_and_nothing_to_erase(api: RunningApi, user: str) -> None:
    answer = api.http.get(of_user(api, user, "/export"))
    assert (answer.status_code, answer.json()["code"]) == (404, "user_not_found")
    assert set(api.http.delete(of_user(api, user)).json()["erased"].values()) == {0}


@pytest.mark.parametrize("user", ["u" * 129, "a\x00b", "a\tb"])
def test_what_cannot_be_a_user_is_refused(api: RunningApi, user: str) -> None:
    for answer in (api.http.get(of_user(api, user, "/export")), api.http.delete(of_user(api, user))):
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
