"""Waiting and repeating, step by step: each test answers what the operation asks for, so nothing is sent and nothing sleeps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

import pytest

from interview_analysis.client import NoAnswer, ServiceError, State
from interview_analysis.client.operations import Wish, analyze, erase, result, upload, wait_until_ready
from interview_analysis.client.steps import Answer, Course, Listen, NextLine, Operation, Pause, Request, Step
from interview_analysis.client.waiting import wait

T = TypeVar("T")
Came = Answer | str | NoAnswer | None
EVENTS = {"content-type": "text/event-stream; charset=utf-8"}
LOST = NoAnswer("cut off")
UNSENT = NoAnswer("refused", sent=False)
REQUEST = Request("GET", "/")
WISH = Wish("bucket", "a.webm", "user123", {"session_id": "s1"}, None)


def answer(status: int, document: object = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(REQUEST, status, named, json.dumps(document).encode())


def problem(status: int, code: str, **headers: str) -> Answer:
    return answer(status, {"code": code, "detail": f"it is {code}", "message": "문제"}, **headers)


def state(status: str, percent: float) -> dict[str, Any]:
    progress = {"stage": "analyse_frames", "percent": percent}
    return {"analysis_id": "x", "status": status, "progress": progress, "estimated_completion": None, "error": None}


def event(status: str, percent: float) -> str:
    return f"data: {json.dumps(state(status, percent))}"


def play(operation: Operation[T], *script: Came) -> tuple[T, list[Step]]:
    """Answer each step from ``script``, pauses at once; what came of it, and the steps without the lines."""
    course, answers, taken = Course(operation), iter(script), list[Step]()
    while course.step is not None:
        if not isinstance(course.step, NextLine):
            taken.append(course.step)
        course.tell(None if isinstance(course.step, Pause) else next(answers))
    assert list(answers) == []
    return course.result(), taken


def pauses(steps: list[Step]) -> list[float]:
    return [step.seconds for step in steps if isinstance(step, Pause)]


ACCEPTED: Mapping[str, str] = {
    "analysis_id": "x",
    "status": "processing",
    "message": "…",
    "estimated_completion": "2025-01-27T14:33:22Z",
}


def test_one_stream_tells_every_change_once_and_ends_the_wait() -> None:
    told: list[State] = []
    lines = [
        event("processing", 1),
        event("processing", 1),
        ": heartbeat",
        "",
        event("processing", 50),
        event("completed", 100),
    ]
    ended, steps = play(wait("x", told.append, None), Answer(REQUEST, 200, EVENTS), *lines)
    assert [one.progress.percent for one in told] == [1, 50, 100]
    assert (ended.status, ended.is_final) == ("completed", True)
    assert steps == [Listen("/analysis/x/events")]


def test_a_stream_that_breaks_off_is_opened_again() -> None:
    opened = Answer(REQUEST, 200, EVENTS)
    ended, steps = play(wait("x", None, None), opened, event("processing", 1), None, LOST, opened, event("failed", 5))
    assert ended.status == "failed"
    assert [type(step) for step in steps] == [Listen, Pause, Listen, Pause, Listen]


@pytest.mark.parametrize(
    "blocked",
    [(Answer(REQUEST, 200, EVENTS), None), (answer(200, content_type="text/html"),), (answer(502, "<html>"),)],
    ids=["silent", "no-stream", "refused-by-a-proxy"],
)
def test_where_no_events_come_through_it_polls_as_often_as_it_is_told(blocked: tuple[Came, ...]) -> None:
    polled: list[Came] = [answer(200, state("processing", 5), retry_after="7"), LOST, answer(200, state("completed", 100))]
    ended, steps = play(wait("x", None, None), *blocked, *blocked, *polled)
    assert ended.status == "completed"
    assert sum(isinstance(step, Listen) for step in steps) == 2
    assert [step.path for step in steps if isinstance(step, Request)] == ["/analysis/x"] * 3
    assert 7.0 in pauses(steps)


def test_too_many_requests_are_waited_for() -> None:
    script: list[Came] = [problem(429, "rate_limited", retry_after="9"), Answer(REQUEST, 200, EVENTS), event("completed", 100)]
    assert pauses(play(wait("x", None, None), *script)[1]) == [9.0]


def test_an_analysis_that_is_not_there_is_no_reason_to_wait() -> None:
    with pytest.raises(ServiceError, match="analysis_not_found") as caught:
        play(wait("x", None, None), problem(404, "analysis_not_found"))
    assert (caught.value.status, caught.value.message) == (404, "문제")


def test_without_progress_patience_ends() -> None:
    with pytest.raises(NoAnswer, match="no progress for 0 s"):
        play(wait("x", None, 0.0), Answer(REQUEST, 200, EVENTS), ": heartbeat")


def test_a_service_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interview_analysis.client.waiting._OUTAGE_SECONDS", -1.0)
    with pytest.raises(NoAnswer, match="refused"):
        play(wait("x", None, None), UNSENT)


def test_signs_of_life_keep_a_long_wait_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours in the queue, then a restart of the service: what counts is when it was last heard, not when it had news."""
    clock = iter(range(0, 10_000, 40))
    monkeypatch.setattr("interview_analysis.client.waiting.time.monotonic", lambda: float(next(clock)))
    opened = Answer(REQUEST, 200, EVENTS)
    queued: list[Came] = [opened, event("queued", 0), *[": heartbeat"] * 50, None]
    ended, _ = play(wait("x", None, None), *queued, UNSENT, opened, event("completed", 100))
    assert ended.status == "completed"


@pytest.mark.parametrize(("operation", "asked"), [(wait("x", None, None), 3), (result("x"), 1)], ids=["wait", "result"])
def test_a_page_that_is_not_there_is_not_asked_for_again(operation: Operation[Any], asked: int) -> None:
    with pytest.raises(NoAnswer, match="404"):
        play(operation, *[answer(404, "<html>")] * asked)


def test_analyze_repeats_under_one_key() -> None:
    done, steps = play(analyze(WISH), LOST, answer(503, {}), answer(202, ACCEPTED))
    sent = [step for step in steps if isinstance(step, Request)]
    assert done.analysis_id == "x"
    assert len({request.headers["Idempotency-Key"] for request in sent}) == 1
    assert sent[0].json == {"s3_bucket": "bucket", "s3_key": "a.webm", "user_id": "user123", "session_id": "s1"}
    assert pauses(steps) == [0.5, 1.0]


def test_two_analyses_have_two_keys() -> None:
    keys = [play(analyze(WISH), answer(202, ACCEPTED))[1][0] for _ in range(2)]
    assert keys[0] != keys[1]


@pytest.mark.parametrize("came", [LOST, problem(503, "erasure_unverified"), answer(502, "<html>")])
def test_an_erasure_that_may_have_happened_is_not_sent_again(came: Came) -> None:
    with pytest.raises((NoAnswer, ServiceError)):
        play(erase("x"), came)


@pytest.mark.parametrize("came", [UNSENT, problem(429, "rate_limited", retry_after="3")])
def test_what_was_not_taken_is_sent_again_whatever_it_is(came: Came) -> None:
    erased = {"erased": {"analysis": True}, "verified": True}
    done, steps = play(erase("x"), came, answer(200, erased))
    assert done.verified
    assert len(steps) == 3


def test_repeats_end() -> None:
    with pytest.raises(NoAnswer, match="cut off"):
        play(result("x"), LOST, LOST, LOST, LOST)


@pytest.mark.parametrize(
    ("came", "code"),
    [
        (problem(429, "rate_limited", retry_after="3600"), "rate_limited"),
        (problem(503, "dependency_unavailable", retry_after="3600"), "dependency_unavailable"),
        (problem(422, "invalid_request"), "invalid_request"),
    ],
    ids=["429-for-an-hour", "503-for-an-hour", "422"],
)
def test_what_cannot_help_is_not_repeated(came: Answer, code: str) -> None:
    with pytest.raises(ServiceError) as caught:
        play(result("x"), came)
    assert caught.value.code == code


@pytest.mark.parametrize("content", ["[]", '{"status": "completed"}', "null"])
def test_an_answer_of_something_else_is_told(content: str) -> None:
    with pytest.raises(NoAnswer, match="not this service's answer"):
        play(result("x"), answer(200, json.loads(content)))


@pytest.mark.parametrize("name", ["../users", "a/b", "a?b", "면접", "a b#c"])
def test_no_id_leads_to_another_route(name: str) -> None:
    with pytest.raises(ServiceError):
        play(result(name), problem(404, "analysis_not_found"))
    asked = Course(result(name)).step
    assert isinstance(asked, Request)
    assert asked.path.removeprefix("/analysis/").isascii()
    assert not set(asked.path.removeprefix("/analysis/")) & set("/?# ")


def test_ready_is_asked_until_it_is_agreed() -> None:
    _, steps = play(wait_until_ready(60), UNSENT, answer(503, {}), answer(200, {}))
    assert len(pauses(steps)) == 2


def test_a_video_that_is_not_there_is_told_before_anything_is_sent(tmp_path: Any) -> None:
    with pytest.raises(FileNotFoundError):
        Course(upload(tmp_path / "none.webm"))
