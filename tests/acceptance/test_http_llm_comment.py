"""Words of a language model through the whole service: beside the analysis, tried again, told apart, erased."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api_builders import RunningApi, api_settings, running_api
from interview_analysis.bootstrap import Services
from interview_analysis.domain.feedback import FeedbackRequest
from interview_analysis.settings.feedback import OpenAiSettings
from openai_stub import CUT, HANG, HTML, REPLY, OpenAiStub, Scripted, completion, failed, openai_stub
from processes import wait_until
from store_builders import START, build_analysis, build_result

pytestmark = pytest.mark.slow

TIMEOUT = 3.0
FAILURES: dict[str, tuple[Scripted, str, str]] = {
    "401": (failed(401, "invalid_api_key"), "llm_unauthorized", "pending"),
    "429": (failed(429, "rate_limit_exceeded"), "llm_rate_limited", "pending"),
    "429 quota": (failed(429, "insufficient_quota"), "llm_quota_exhausted", "pending"),
    "500": (failed(500), "llm_server_error", "pending"),
    "silence": (HANG, "llm_timed_out", "pending"),
    "HTML": (HTML, "llm_bad_answer", "pending"),
    "bad JSON": (completion("no JSON"), "llm_bad_json", "pending"),
    "wrong schema": (completion('{"score": 99}'), "llm_wrong_schema", "pending"),
    "truncation": (completion(finish="length"), "llm_truncated", "pending"),
    "refusal": (completion("", refusal="no"), "llm_refused", "failed"),
    "filter": (completion("", finish="content_filter"), "llm_content_filter", "failed"),
    "unreachable": (CUT, "llm_unreachable", "pending"),
}


def question_of(request: dict[str, Any]) -> str:
    return str(json.loads(request["messages"][1]["content"])["untrusted"]["question"])


@pytest.fixture(scope="module")
def stub() -> Iterator[OpenAiStub]:
    """Answers by the analysis's question, which names a row of the table."""
    with openai_stub() as running:
        running.answer_to = lambda request: FAILURES.get(question_of(request), (completion(),))[0]
        yield running


@pytest.fixture(scope="module")
def api(stub: OpenAiStub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    wanted = OpenAiSettings.model_validate(
        {"openai_api_key": "sk-secret", "openai_base_url": stub.base_url, "openai_timeout_seconds": TIMEOUT}
        | {"openai_retry_seconds": 3600.0}
    )
    with running_api(api_settings(tmp_path_factory.mktemp("llm"), openai=wanted)) as running:
        yield running


_numbers = iter(range(1, 1000))


def completed(api: RunningApi, *questions: str, wished: bool = True) -> list[str]:
    """Finished analyses as the line leaves them: words of the rules, and a wish for better ones."""

    async def finish(services: Services, question: str) -> str:
        known = build_analysis(next(_numbers))
        request = replace(known.request, question_text=question)
        await services.analyses.add(replace(known, request=request, expires_at=None, created_at=START))
        claimed = await services.analyses.claim_next("worker", 600.0, known.id)
        assert claimed is not None
        result = build_result()
        wish = FeedbackRequest(scores=result.scores, video=result.video, language=api.settings.server.language)
        await services.feedback.save(known.id, await services.writer.write(wish))
        if wished:
            await services.comments.wish(known.id)
        await services.analyses.finish(claimed[1], result)
        return known.id

    async def all_of_them(services: Services) -> list[str]:
        return [await finish(services, question) for question in questions]

    return api.with_services(all_of_them)


def comment(api: RunningApi, analysis_id: str) -> dict[str, Any]:
    answer = api.http.get(f"/analysis/{analysis_id}/llm-comment")
    assert answer.status_code == 200
    return dict(answer.json())


def asked(stub: OpenAiStub, question: str) -> int:
    return sum(question_of(request) == question for request in stub.requests)


def test_the_models_words_replace_the_rules_without_being_asked_for(api: RunningApi) -> None:
    (analysis_id,) = completed(api, "자기소개")
    wait_until(lambda: comment(api, analysis_id)["llm_status"] == "written", 60.0)
    found = comment(api, analysis_id)
    assert (found["source"], found["llm_model"], found["prompt_version"], found["reason"]) == ("openai", "gpt-4", "1", None)
    assert found["overall_feedback"] == REPLY["overall_feedback"]
    assert found["usage"] == {"prompt_tokens": 1200, "completion_tokens": 300, "cost_usd": None}
    assert found["emotion_score"] == 45.2


def test_whatever_goes_wrong_the_rules_words_stand_and_the_reason_is_told(api: RunningApi, stub: OpenAiStub) -> None:
    """Every row at once: one that hangs does not hold up the others."""
    ids = dict(zip(FAILURES, completed(api, *FAILURES), strict=True))
    wait_until(lambda: all(comment(api, one)["reason"] for one in ids.values()), 90.0)
    for row, (_, code, state) in FAILURES.items():
        found = comment(api, ids[row])
        assert (row, found["source"], found["reason"], found["llm_status"]) == (row, "rules", code, state)
        assert found["overall_feedback"]
        assert found["reason_message"]
        assert (row, asked(stub, row)) == (row, 1)
        assert api.http.get(f"/analysis/{ids[row]}").json()["status"] == "completed"


def test_asking_tries_at_once_and_falls_back(api: RunningApi, stub: OpenAiStub) -> None:
    (analysis_id,) = completed(api, "later", wished=False)
    assert comment(api, analysis_id)["llm_status"] == "off"
    before = stub.answer_to
    stub.answer_to = lambda request: failed(500)
    try:
        refused = api.http.post(f"/analysis/{analysis_id}/llm-comment").json()
    finally:
        stub.answer_to = before
    assert (refused["source"], refused["reason"], refused["llm_status"]) == ("rules", "llm_server_error", "pending")
    written = api.http.post(f"/analysis/{analysis_id}/llm-comment").json()
    assert (written["source"], written["reason"], written["llm_status"]) == ("openai", None, "written")
    assert comment(api, analysis_id) == written


def test_words_that_are_there_outlive_a_failure(api: RunningApi, stub: OpenAiStub) -> None:
    (analysis_id,) = completed(api, "keeps", wished=False)
    written = api.http.post(f"/analysis/{analysis_id}/llm-comment").json()
    before = stub.answer_to
    stub.answer_to = lambda request: HTML
    try:
        again = api.http.post(f"/analysis/{analysis_id}/llm-comment").json()
    finally:
        stub.answer_to = before
    assert (again["source"], again["overall_feedback"]) == ("openai", written["overall_feedback"])
    assert (again["llm_status"], again["reason"]) == ("pending", "llm_bad_answer")


def test_an_analysis_that_is_erased_while_the_model_thinks_leaves_nothing(api: RunningApi, stub: OpenAiStub) -> None:
    (analysis_id,) = completed(api, "silence", wished=False)
    before = asked(stub, "silence")

    async def erase_meanwhile(services: Services) -> None:
        await services.comments.wish(analysis_id)
        await asyncio.to_thread(wait_until, lambda: asked(stub, "silence") > before, 60.0)
        answer = await asyncio.to_thread(api.http.delete, f"/analysis/{analysis_id}")
        assert answer.json()["erased"]["llm_wish"] is True
        assert await services.comments.get(analysis_id) is None

    api.with_services(erase_meanwhile)
    assert api.http.get(f"/analysis/{analysis_id}/llm-comment").status_code == 404


def test_what_may_be_spent_in_a_day_is_spent_once(stub: OpenAiStub, tmp_path: Path) -> None:
    wanted = OpenAiSettings.model_validate({"openai_base_url": stub.base_url, "openai_tokens_per_day": 1000})
    with running_api(api_settings(tmp_path, openai=wanted)) as small:
        (analysis_id,) = completed(small, "too dear")
        found = small.http.post(f"/analysis/{analysis_id}/llm-comment").json()
        wait_until(lambda: comment(small, analysis_id)["reason"] is not None)
        assert (found["source"], comment(small, analysis_id)["reason"]) == ("rules", "llm_daily_cap")
        assert asked(stub, "too dear") == 0
        due = small.with_services(lambda services: services.comments.claim_due(1.0))
        assert due is None, f"not before tomorrow; now it is {datetime.now(UTC)}"
