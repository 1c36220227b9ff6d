"""How a Celery worker is started."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolConfig:
    """``name``: what Flower and ``inspect`` call the worker; ``concurrency``: processes that analyse. It ends by itself after
    ``max_jobs`` messages, or once none has come for ``idle_seconds``; ``None`` = never."""

    name: str
    concurrency: int
    max_jobs: int | None = None
    idle_seconds: float | None = None
