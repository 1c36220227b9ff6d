"""API keys over HTTP: who gets in, and that nobody sees what belongs to somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from api_builders import UNKNOWN_ID, RunningApi, access_settings, api_settings, running_api
from interview_analysis.domain.api_key import new_api_key
from store_builders import build_feedback, build_timeline

OWN, OWN_ENTRY = new_api_key("web-app")
SECOND, SECOND_ENTRY = new_api_key("web-app")
FOREIGN, FOREIGN_ENTRY = new_api_key("other")
STRANGER, _ = new_api_key("web-app")
OPEN = (
    "/",
    "/page/service.json",
    "/health",
    "/health/live",
    "/health/ready",
    "/docs",
    "/redoc",
    "/openapi.json",
    "/static-offline-docs/swagger-ui.css",
)


def header(key: str) -> dict[str, str]:
    return {"X-API-Key": key}


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    """A service with keys of two owners; the client of the fixture sends none. Analyses of its builders are web-app's."""
    entries = ", ".join(str(entry) for entry in (OWN_ENTRY, FOREIGN_ENTRY, SECOND_ENTRY))
    access = access_settings(api_keys=entries)
    with running_api(api_settings(tmp_path_factory.mktemp("keyed"), access=access)) as running:
        yield running


def operations(api: RunningApi) -> list[tuple[str, str]]:
    document = api.http.get("/openapi.json").json()
    return [(verb.upper(), path) for path, item in document["paths"].items() for verb in item]


@pytest.mark.parametrize("path", OPEN)
def test_health_and_documentation_stay_open(keyed: RunningApi, path: str) -> None:
    assert keyed.http.get(path).status_code == 200


@pytest.mark.parametrize(
    ("headers", "code"), [({}, "api_key_missing"), (header(STRANGER), "api_key_invalid"), (header(""), "api_key_missing")]
)
def test_every_other_operation_asks_for_a_key(keyed: RunningApi, headers: dict[str, str], code: str) -> None:
    asked = [(verb, path) for verb, path in operations(keyed) if not path.startswith("/health")]
    assert len(asked) >= 12
    for verb, path in [*asked, ("GET", "/page"), ("GET", "/nothing"), ("GET", "/metrics")]:
        answer = keyed.http.request(verb, path.replace("{analysis_id}", UNKNOWN_ID), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, code), (verb, path)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"].startswith('Bearer realm="')
        assert STRANGER not in answer.text


@pytest.mark.parametrize("key", [OWN, SECOND], ids=["first", "second"])
def test_both_keys_of_an_owner_are_good_while_one_replaces_the_other(keyed: RunningApi, key: str) -> None:
    analysis_id = keyed.queued()
    for headers in (header(key), {"Authorization": f"Bearer {key}"}):
        assert keyed.http.get(f"/analysis/{analysis_id}", headers=headers).status_code == 200


def test_no_operation_shows_an_analysis_to_another_owner(keyed: RunningApi) -> None:
    """Walks the document, so that a new route cannot forget it; what is not there and what is another's read the same."""
    analysis_id = keyed.completed(frames=build_timeline(5), feedback=build_feedback())
    routes = [(verb, path) for verb, path in operations(keyed) if "{analysis_id}" in path]
    assert len(routes) >= 9
    for verb, path in routes:
        foreign = keyed.http.request(verb, path.format(analysis_id=analysis_id), headers=header(FOREIGN))
        unknown = keyed.http.request(verb, path.format(analysis_id=UNKNOWN_ID), headers=header(FOREIGN))
        assert foreign.status_code == 404, (verb, path)
        assert foreign.text.replace(analysis_id, UNKNOWN_ID) == unknown.text, (verb, path)
    assert keyed.http.get(f"/analysis/{analysis_id}/frames", headers=header(OWN)).status_code == 200


def test_lists_show_the_own_analyses_only(keyed: RunningApi) -> None:
    body = {"s3_bucket": "practice", "s3_key": "a.webm", "user_id": "shared"}
    ids = {key: keyed.http.post("/analyze", json=body, headers=header(key)).json()["analysis_id"] for key in (OWN, FOREIGN)}
    for key in (OWN, FOREIGN):
        listed = keyed.http.get("/analysis/recent", params={"user_id": "shared"}, headers=header(key)).json()["analyses"]
        assert [entry["analysis_id"] for entry in listed] == [ids[key]]


def test_idempotency_keys_of_two_owners_do_not_meet(keyed: RunningApi) -> None:
    def submit(key: str, name: str) -> httpx.Response:
        headers = {**header(key), "Idempotency-Key": "the-same"}
        return keyed.http.post("/analyze", json={"s3_bucket": "practice", "s3_key": name}, headers=headers)

    mine, yours = submit(OWN, "a.webm"), submit(FOREIGN, "b.webm")
    assert mine.status_code == yours.status_code == 202
    assert mine.json()["analysis_id"] != yours.json()["analysis_id"]
    assert submit(SECOND, "a.webm").json()["analysis_id"] == mine.json()["analysis_id"]


def test_only_own_uploads_may_be_analysed(keyed: RunningApi) -> None:
    headers = {**header(OWN), "Content-Type": "video/webm"}
    video = keyed.http.post("/uploads", content=b"video", headers=headers).json()
    body = {"s3_bucket": video["s3_bucket"], "s3_key": video["s3_key"]}
    assert re.match(r"owners/web-app/\d{4}/", video["s3_key"])
    assert keyed.http.post("/analyze", json=body, headers=header(OWN)).status_code == 202
    name = video["s3_key"].removeprefix("owners/web-app/")
    for key in (video["s3_key"], f"owners//web-app/{name}", f"owners/other2/{name}", "uploads/2026/01/01/a.webm"):
        refused = keyed.http.post("/analyze", json={**body, "s3_key": key}, headers=header(FOREIGN))
        assert (refused.status_code, refused.json()["code"]) == (403, "video_forbidden"), key


def test_the_document_names_the_schemes_where_they_are_asked_for(keyed: RunningApi, api: RunningApi) -> None:
    document = keyed.http.get("/openapi.json").json()
    assert document["components"]["securitySchemes"]["ApiKey"] == {"type": "apiKey", "in": "header", "name": "X-API-Key"}
    assert document["paths"]["/analyze"]["post"]["security"] == [{"ApiKey": []}, {"Bearer": []}]
    assert "401" in document["paths"]["/analyze"]["post"]["responses"]
    assert "security" not in document["paths"]["/health"]["get"]
    assert "securitySchemes" not in api.http.get("/openapi.json").json()["components"]


def test_without_keys_a_key_that_is_sent_changes_nothing(api: RunningApi) -> None:
    assert api.http.get(f"/analysis/{api.queued()}", headers=header(STRANGER)).status_code == 200
