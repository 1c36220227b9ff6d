"""``/sessions/{id}/summary`` and ``/users/{id}/progress``."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from api_builders import LEASE_SECONDS, RunningApi, access_settings, api_settings, running_api
from interview_analysis.application import summarise_session
from interview_analysis.bootstrap import Services
from interview_analysis.domain.analysis import Analysis, AnalysisStatus, Failure
from interview_analysis.domain.api_key import new_api_key
from session_builders import Answer, answered, result_of

AWKWARD = ["면접 연습/1회차", "a/b", "a//b/", "a/summary", "..", ".", "1.2.3", "100% of?them#", "a b+c&d", "😀", "\\x", "/"]
_places = itertools.count(1)


def stored(api: RunningApi, *answers: Answer) -> list[str]:
    """As the submissions and the workers would leave them."""
    records = [(answered(next(_places), answer), answer) for answer in answers]

    async def store(services: Services) -> None:
        for record, answer in records:
            await _store(services, record, answer)

    api.with_services(store)
    return [record.id for record, _ in records]


async def _store(services: Services, record: Analysis, answer: Answer) -> None:
    await services.analyses.add(replace(record, status=AnalysisStatus.QUEUED, failure=None, result=None))
    if answer.status is AnalysisStatus.QUEUED:
        return
    claimed = await services.analyses.claim_next("worker", LEASE_SECONDS, record.id)
    assert claimed is not None
    if answer.status is AnalysisStatus.FAILED:
        await services.analyses.fail(claimed[1], Failure("video_unreadable", "no frame"))
    else:
        await services.analyses.finish(claimed[1], result_of(answer))


def encoded(text: str) -> str:
    """As ``encodeURIComponent`` does, and dots too: a bare ``..`` would be taken for a step up."""
    return quote(text, safe="").replace(".", "%2E")


def summary(api: RunningApi, session: str, **query: str) -> httpx.Response:
    return api.http.get(f"/sessions/{encoded(session)}/summary", params=query)


def progress(api: RunningApi, user: str, key: str = "") -> httpx.Response:
    return api.http.get(f"/users/{encoded(user)}/progress", headers={"X-API-Key": key} if key else {})


def test_a_session_is_told_question_by_question(api: RunningApi) -> None:
    ids = stored(
        api,
        Answer(session="whole", number=2, share=0.5, text="지원 동기"),
        Answer(session="whole", number=1, share=0.3),
        Answer(session="whole", number=1, share=0.4, minute=1),
        Answer(session="whole", number=3, status=AnalysisStatus.FAILED),
        Answer(session="whole", number=4, share=None),
        Answer(session="another", number=1),
    )
    told = summary(api, "whole").json()
    assert [(one["question_num"], one["analysis_id"], one["overall_score"]) for one in told["questions"]] == [
        (1, ids[2], 40.0),
        (2, ids[0], 50.0),
        (3, ids[3], None),
        (4, ids[4], None),
    ]
    assert [one["difference"] for one in told["questions"][0]["other_attempts"]] == [10.0]
    assert told["questions"][2]["error_code"] == "video_unreadable"
    assert told["questions"][3]["overall_reason"] == "too_little_face"
    assert (told["strongest_question"]["analysis_id"], told["weakest_question"]["analysis_id"]) == (ids[0], ids[2])
    assert [one["reason"] for one in told["coverage"]["missing"]] == ["video_unreadable", "too_little_face"]
    assert (told["coverage"]["analyses"], told["coverage"]["scored"], told["trend"]["overall"]) == (5, 2, None)
    assert (told["means"]["overall"], told["language"]) == (45.0, "ko")
    assert told["summary_feedback"].startswith("질문 4개 가운데 2개의 종합 점수를 알 수 있고 평균은 45.0점입니다.")


def test_progress_is_told_session_by_session(api: RunningApi) -> None:
    stored(api, *(Answer(user="on the way", session=f"s{n}", minute=n, share=0.2 * n, blink=0.9) for n in (1, 2, 3)))
    told = progress(api, "on the way").json()
    assert [one["session_id"] for one in told["sessions"]] == ["s1", "s2", "s3"]
    assert (told["change_since_first"]["overall"], told["trend"]["overall"]) == (40.0, 20.0)
    assert (told["best_category"], told["truncated"]) == ("blink", False)


@pytest.mark.parametrize("awkward", AWKWARD)
def test_any_id_is_found_and_no_other(api: RunningApi, awkward: str) -> None:
    stored(api, Answer(session=awkward, user=awkward), Answer(session=f"{awkward}-", user=f"{awkward}-"))
    found = summary(api, awkward)
    assert (found.status_code, found.json()["session_id"], found.json()["coverage"]["analyses"]) == (200, awkward, 1)
    told = progress(api, awkward).json()
    assert (told["user_id"], [one["session_id"] for one in told["sessions"]]) == (awkward, [awkward])


def test_a_session_of_several_users_can_be_told_apart(api: RunningApi) -> None:
    stored(api, Answer(session="1", user="kim", share=0.1), Answer(session="1", user="lee", share=0.9))
    assert summary(api, "1", user_id="lee").json()["means"]["overall"] == 90.0


@pytest.mark.parametrize("path", ["/sessions/nobody/summary", "/users/nobody/progress"])
def test_what_is_not_there_is_not_found(api: RunningApi, path: str) -> None:
    answer = api.http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, f"{path.split('/')[1][:-1]}_not_found")


@pytest.mark.parametrize("path", [f"/sessions/{'s' * 129}/summary", "/sessions/a%00b/summary", "/users/a%09b/progress"])
def test_what_cannot_be_an_id_is_refused(api: RunningApi, path: str) -> None:
    answer = api.http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_other_methods_are_refused(api: RunningApi) -> None:
    for path in ("/sessions/a/summary", "/sessions/a%2Fb/summary"):
        answer = api.http.post(path)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


def test_a_key_sees_its_own_and_reading_leaves_a_line(tmp_path: Path) -> None:
    (own, own_entry), (other, other_entry) = new_api_key("web-app"), new_api_key("other")
    with running_api(api_settings(tmp_path, access=access_settings(api_keys=f"{own_entry},{other_entry}"))) as api:
        stored(api, Answer(session="s", user="u", owner="web-app"), Answer(session="s", user="u", owner="other", share=0.9))
        for key, mean in ((own, 50.0), (other, 90.0)):
            told = api.http.get("/sessions/s/summary", headers={"X-API-Key": key}).json()
            assert (told["means"]["overall"], told["coverage"]["analyses"]) == (mean, 1)
            assert len(progress(api, "u", key).json()["sessions"]) == 1
        assert api.http.get("/sessions/s/summary").status_code == 401
    lines = [json.loads(line) for file in tmp_path.glob("logs/audit_*") for line in file.read_text().splitlines()]
    assert [(one["owner"], one["action"]) for one in lines] == [
        ("web-app", "read_session"),
        ("web-app", "read_progress"),
        ("other", "read_session"),
        ("other", "read_progress"),
    ]


def test_a_session_of_too_many_analyses_is_cut_and_says_so(api: RunningApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summarise_session, "_PAGE", 2)
    monkeypatch.setattr(summarise_session, "_MOST_OF_SESSION", 3)
    stored(api, *(Answer(session="long", number=n, minute=n, status=AnalysisStatus.QUEUED) for n in range(5)))
    told = summary(api, "long").json()
    assert (told["coverage"]["truncated"], [one["question_num"] for one in told["questions"]]) == (True, [2, 3, 4])
