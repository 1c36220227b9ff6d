"""Server-sent events: the state now, every change, an end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from api_builders import RunningApi
from interview_analysis.domain.analysis import Stage


@contextmanager
def listening(api: RunningApi, analysis_id: str) -> Iterator[Iterator[tuple[str, dict[str, Any]]]]:
    """Events as (name, data), as they come; ends when the server ends the stream."""
    with api.http.stream("GET", f"/analysis/{analysis_id}/events", headers={"Accept": "text/event-stream"}) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _parsed(answer.iter_lines())


def _parsed(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_every_change_is_an_event_until_the_end(api: RunningApi) -> None:
    analysis_id, claim = api.processing()
    with listening(api, analysis_id) as events:
        assert next(events)[1]["progress"] == {"stage": "fetch", "percent": 0.0}
        api.heartbeat(claim, Stage.ANALYSE_FRAMES, 40.0)
        assert next(events) == ("progress", api.http.get(f"/analysis/{analysis_id}/status").json())
        api.heartbeat(claim, Stage.ANALYSE_FRAMES, 62.5)
        assert next(events)[1]["progress"] == {"stage": "analyse_frames", "percent": 62.5}
        api.finish(claim)
        last = list(events)
    assert [(name, data["status"]) for name, data in last] == [("end", "completed")]


def test_a_finished_analysis_is_told_once(api: RunningApi) -> None:
    with listening(api, api.failed("video_unreadable")) as events:
        told = list(events)
    assert [(name, data["error"]["code"]) for name, data in told] == [("end", "video_unreadable")]


def test_the_stream_ends_when_the_analysis_is_erased(api: RunningApi) -> None:
    analysis_id = api.queued()
    with listening(api, analysis_id) as events:
        assert next(events)[1]["status"] == "queued"
        api.with_services(lambda services: services.analyses.delete(analysis_id))
        assert list(events) == []


def test_a_listener_that_leaves_disturbs_nobody(api: RunningApi) -> None:
    analysis_id = api.queued()
    with listening(api, analysis_id) as events:
        next(events)
    with listening(api, analysis_id) as events:
        api.with_services(lambda services: services.analyses.cancel(analysis_id))
        assert [data["status"] for _, data in events][-1] == "cancelled"
