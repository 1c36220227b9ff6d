"""Ids and estimates."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from interview_analysis.application.submit_analysis import estimated_seconds, new_analysis_id
from interview_analysis.domain.analysis import QueueState

NOW = datetime(2025, 1, 27, 14, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("user", "slug"),
    [
        ("user123", "user123"),
        ("홍길동", "anonymous"),
        (None, "anonymous"),
        ("A b/../c\n", "a-b-c"),
        ("x" * 200, "x" * 32),
        ("---", "anonymous"),
    ],
)
def test_id_keeps_its_readable_prefix(user: str | None, slug: str) -> None:
    assert re.fullmatch(rf"analysis_20250127_143022_{slug}_[0-9a-z]{{12}}", new_analysis_id(user, NOW))


def test_ids_differ() -> None:
    assert len({new_analysis_id("u", NOW) for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("state", "seconds"),
    [
        (QueueState(ahead=0, seconds_each=20.0), 20.0),
        (QueueState(ahead=3, seconds_each=20.0), 80.0),
        (QueueState(ahead=3, seconds_each=20.0, workers=2), 40.0),
        (QueueState(ahead=0, seconds_each=0.0), 0.0),
    ],
)
def test_estimate_follows_throughput_and_queue(state: QueueState, seconds: float) -> None:
    assert estimated_seconds(state) == seconds


def test_estimate_grows_with_the_queue_before_anything_was_measured() -> None:
    waits = [estimated_seconds(QueueState(ahead=ahead, seconds_each=None)) for ahead in range(5)]
    assert waits == sorted(set(waits))
