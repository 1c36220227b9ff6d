"""How often and for how long a delivery is tried."""

from __future__ import annotations

from datetime import timedelta

import pytest

from interview_analysis.application.retries import RetryPolicy
from interview_analysis.settings.edge import CallbackSettings


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 10.0), (2, 20.0), (5, 160.0), (11, 10_240.0), (12, 14_400.0), (10_000, 14_400.0)]
)
def test_waits_double_up_to_four_hours(attempt: int, seconds: float) -> None:
    policy = RetryPolicy(max_attempts=17, retry_seconds=10.0, lease_seconds=50.0)
    assert policy.wait(attempt) == timedelta(seconds=seconds)


def test_by_default_the_last_attempt_comes_about_a_day_after_the_first(clean_environment: object) -> None:
    callbacks = CallbackSettings()
    attempts = callbacks.callback_max_attempts
    policy = RetryPolicy(max_attempts=attempts, retry_seconds=callbacks.callback_retry_seconds, lease_seconds=50.0)
    whole = sum((policy.wait(attempt) for attempt in range(1, attempts)), timedelta())
    assert timedelta(hours=20) < whole < timedelta(hours=30)
