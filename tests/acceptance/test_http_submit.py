"""``POST /analyze``: what is accepted, what is refused and how, idempotency, the estimate."""

from __future__ import annotations

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from api_builders import RunningApi, api_settings, running_api
from interview_analysis.domain.feedback import Language
from interview_analysis.settings.stores import S3Settings
from interview_analysis.settings.work import ServerSettings

VIDEO = {"s3_bucket": "practice", "s3_key": "interviews/2025/01/27/면접 1.webm"}


def seconds_left(answer: httpx.Response) -> float:
    asked = datetime.strptime(answer.headers["date"], "%a, %d %b %Y %H:%M:%S %Z")
    done = datetime.fromisoformat(answer.json()["estimated_completion"])
    return done.timestamp() - asked.replace(tzinfo=done.tzinfo).timestamp()


def test_the_answer_is_the_contract(api: RunningApi) -> None:
    answer = api.http.post("/analyze", json={**VIDEO, "user_id": "User 123!", "session_id": "session456"})
    assert answer.status_code == 202
    accepted = answer.json()
    assert re.fullmatch(r"analysis_\d{8}_\d{6}_user-123_[0-9a-z]{12}", accepted["analysis_id"])
    assert accepted["status"] == "processing"
    assert re.fullmatch(r"영상 분석이 시작되었습니다\. 약 \d+(-\d+)?분 후 결과를 확인하세요\.", accepted["message"])
    assert accepted["estimated_completion"].endswith("Z")


def test_what_was_asked_can_be_read_back(api: RunningApi) -> None:
    words = {"question_text": "자기소개\n두 줄", "spoken_language": "ko"}
    asked = {**VIDEO, "user_id": "u", "session_id": "s", "question_num": 3, **words}
    analysis_id = api.http.post("/analyze", json={**asked, "options": {"skip": ["gaze"]}}).json()["analysis_id"]
    read = api.http.get(f"/analysis/{analysis_id}").json()
    assert {**read, **read["video"]}.items() >= asked.items()
    assert read["status"] == "queued"


def test_fields_of_later_versions_are_ignored(api: RunningApi) -> None:
    assert api.http.post("/analyze", json={**VIDEO, "interviewer": "B"}).status_code == 202


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"s3_bucket": None}, "invalid_request"),
        ({"s3_bucket": 5}, "invalid_request"),
        ({"s3_bucket": ""}, "invalid_request"),
        ({"s3_bucket": ".."}, "invalid_bucket"),
        ({"s3_bucket": "a/b"}, "invalid_bucket"),
        ({"s3_key": "../other/secret.webm"}, "invalid_key"),
        ({"s3_key": "/etc/passwd"}, "invalid_key"),
        ({"s3_key": "a\\b"}, "invalid_key"),
        ({"s3_key": "a\x00b"}, "invalid_key"),
        ({"s3_key": "k" * 1025}, "invalid_request"),
        ({"s3_key": "면" * 400}, "invalid_key"),
        ({"user_id": "u" * 129}, "invalid_request"),
        ({"session_id": "a\nb"}, "invalid_request"),
        ({"question_num": 10**30}, "invalid_request"),
        ({"question_num": "three"}, "invalid_request"),
        ({"question_text": "q" * 2001}, "invalid_request"),
        ({"question_text": "a\x00b"}, "invalid_request"),
        ({"options": {"skip": ["everything"]}}, "invalid_request"),
        ({"options": {"overlay": "yes"}}, "invalid_request"),
        ({"callback_url": "https://example.com/done"}, "callback_not_configured"),
        ({"callback_url": ""}, "invalid_request"),
        ({"consent": "yes"}, "invalid_request"),
        ({"priority": 10}, "invalid_request"),
        ({"priority": True}, "invalid_request"),
        ({"spoken_language": "korean"}, "invalid_request"),
        ({"retention_days": 0}, "invalid_request"),
        ({"retention_days": "7"}, "invalid_request"),
        ({"retention_days": 366}, "retention_too_long"),
    ],
)
def test_a_bad_field_is_named(api: RunningApi, changes: dict[str, object], code: str) -> None:
    answer = api.http.post("/analyze", json={**VIDEO, **changes})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        (b"", {422}),
        (b"not json", {400, 422}),
        (b"[]", {422}),
        (b'{"s3_bucket": "b", "s3_key": "\xff\xfe"}', {400, 422}),
        (rb'{"s3_bucket": "b", "s3_key": "\ud800"}', {422}),
        (rb'{"s3_bucket": "b", "s3_key": "k", "question_text": "\ud800"}', {422}),
        (b'{"s3_bucket": "b", "s3_key": "k", "question_num": 1e400}', {422}),
        (b'{"s3_bucket": "b", "s3_key": "k", "question_num": ' + b"9" * 5000 + b"}", {400, 422}),
        (b"[" * 100_000, {400, 422}),
    ],
    ids=["empty", "text", "list", "bad-utf8", "surrogate", "surrogate-text", "infinite", "huge-integer", "deep"],
)
def test_a_malformed_body_is_a_problem_of_the_caller(api: RunningApi, body: bytes, statuses: set[int]) -> None:
    answer = api.http.post("/analyze", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in statuses
    assert answer.json()["code"] == "invalid_request"


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_a_mebibyte_is_refused(api: RunningApi, chunked: bool) -> None:
    body = b'{"padding": "' + b"x" * (1 << 20) + b'"}'
    answer = api.http.post("/analyze", content=iter([body]) if chunked else body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_values_are_not_echoed_in_problems(api: RunningApi) -> None:
    answer = api.http.post("/analyze", json={**VIDEO, "question_num": "s3cr3t-value"})
    assert [field["field"] for field in answer.json()["errors"]] == ["body.question_num"]
    assert "s3cr3t-value" not in answer.text


def test_the_same_key_and_body_give_the_same_analysis(api: RunningApi) -> None:
    def submit(_: int) -> str:
        reordered = dict(reversed(VIDEO.items()))
        return str(api.http.post("/analyze", json=reordered, headers={"Idempotency-Key": "once"}).json()["analysis_id"])

    first = api.http.post("/analyze", json=VIDEO, headers={"Idempotency-Key": "once"}).json()["analysis_id"]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(submit, range(16))) == {first}


def test_concurrent_submissions_with_a_new_key_give_one_analysis(api: RunningApi) -> None:
    def submit(_: int) -> str:
        return str(api.http.post("/analyze", json=VIDEO, headers={"Idempotency-Key": "at-once"}).json()["analysis_id"])

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(submit, range(16)))) == 1


def test_the_same_key_with_another_body_is_a_conflict(api: RunningApi) -> None:
    headers = {"Idempotency-Key": "reused"}
    api.http.post("/analyze", json=VIDEO, headers=headers)
    answer = api.http.post("/analyze", json={**VIDEO, "user_id": "other"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


@pytest.mark.parametrize("key", [b"with space", b"k" * 256, b"\xed\x82\xa4", b"\xff"])
def test_a_malformed_idempotency_key_is_refused(api: RunningApi, key: bytes) -> None:
    answer = api.http.post("/analyze", json=VIDEO, headers={b"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_the_estimate_grows_with_the_queue(api: RunningApi) -> None:
    before = seconds_left(api.http.post("/analyze", json=VIDEO))
    assert seconds_left(api.http.post("/analyze", json=VIDEO)) > before + 60


def test_a_replayed_submission_of_a_finished_analysis_says_so(api: RunningApi) -> None:
    headers = {"Idempotency-Key": hashlib.sha256(b"finished").hexdigest()}
    analysis_id = api.http.post("/analyze", json=VIDEO, headers=headers).json()["analysis_id"]
    api.with_services(lambda services: services.analyses.cancel(analysis_id))
    replayed = api.http.post("/analyze", json=VIDEO, headers=headers).json()
    assert (replayed["analysis_id"], replayed["status"]) == (analysis_id, "cancelled")


def test_a_bucket_that_is_not_allowed_is_refused_at_once(tmp_path: Path) -> None:
    s3 = S3Settings(s3_allowed_buckets=frozenset({"practice"}), s3_endpoint_url="http://127.0.0.1:9")
    with running_api(api_settings(tmp_path, s3=s3)) as api:
        refused = api.http.post("/analyze", json={**VIDEO, "s3_bucket": "other"})
        assert (refused.status_code, refused.json()["code"]) == (403, "video_forbidden")
        assert api.http.post("/analyze", json=VIDEO).status_code == 202


def test_messages_follow_the_language_of_the_service(tmp_path: Path) -> None:
    with running_api(api_settings(tmp_path, server=ServerSettings(language=Language.ENGLISH))) as api:
        accepted = api.http.post("/analyze", json=VIDEO).json()
        assert accepted["message"] == "The analysis has started. Look for the result in about 2-3 minutes."
        assert api.http.get("/analysis/x").json()["message"] == "There is no such analysis."
