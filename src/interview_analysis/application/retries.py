"""How often and how long apart something is tried that may fail for a while."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_LONGEST_WAIT = timedelta(hours=4)
_JITTER = 0.2
"""Waits vary by this share, so that what failed together does not come back together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """``retry_seconds`` before the second attempt, doubled for each further one up to four hours. ``lease_seconds``: longer
    than an attempt can take; one whose process died is repeated after it."""

    max_attempts: int
    retry_seconds: float
    lease_seconds: float

    def wait(self, attempt: int) -> timedelta:
        """Time between attempt ``attempt`` (counted from 1) and the next, jitter left out."""
        return min(_LONGEST_WAIT, timedelta(seconds=self.retry_seconds * 2.0 ** min(attempt - 1, 30)))

    def next_time(self, attempt: int) -> datetime:
        """When the attempt after ``attempt`` is due, jitter included."""
        return datetime.now(UTC) + self.wait(attempt) * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - no secret
