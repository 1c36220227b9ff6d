"""An analysis with something in every store, and stores that fail, die or lie at a given step of its erasure."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from api_builders import api_settings
from interview_analysis.application.erase_user import EraseUserPorts
from interview_analysis.application.paint_overlay import overlay_of
from interview_analysis.bootstrap import Services, open_services
from interview_analysis.domain.analysis import AnalysisFilter, VideoReference
from interview_analysis.errors import DependencyUnavailable
from store_builders import build_analysis, build_feedback, build_timeline

UPLOADS = "uploads"
VIDEO = VideoReference(UPLOADS, "uploads/2026/01/27/a.webm")
ID = build_analysis().id
ROWS = 600
_PORTS = ("videos", "analyses", "frames", "feedback", "deliveries", "comments", "gaze", "calibrations")

Fault = Callable[[], None]


def embedded(folder: Path) -> AbstractAsyncContextManager[Services]:
    return open_services(api_settings(folder))


async def fill(services: Services, number: int = 1, user: str = "user123") -> str:
    """A cancelled analysis of an uploaded video that does not expire, with an annotated video, frames, feedback, a wish for a
    language model's words and a message to its callback."""
    known = build_analysis(number, user=user)
    video = replace(VIDEO, key=f"uploads/2026/01/27/{number}.webm")
    await services.videos.put(video, _chunks(b"video"))
    await services.videos.put(overlay_of(known.id, UPLOADS), _chunks(b"overlay"))
    await services.analyses.add(replace(known, expires_at=None, request=replace(known.request, video=video, overlay=True)))
    await services.frames.save(known.id, 1, build_timeline(ROWS))
    await services.feedback.save(known.id, build_feedback())
    await services.comments.wish(known.id)
    await services.analyses.cancel(known.id)
    return known.id


async def stored(services: Services, analysis_id: str, number: int = 1) -> set[str]:
    """Where something of it is."""
    recent = (await services.analyses.list_recent(AnalysisFilter(), 100)).analyses
    found = {
        "analysis": any(analysis.id == analysis_id for analysis in recent),
        "frames": await services.frames.holds(analysis_id),
        "feedback": await services.feedback.get(analysis_id) is not None,
        "deliveries": bool((await services.deliveries.of_analyses([analysis_id]))[analysis_id]),
        "comments": await services.comments.get(analysis_id) is not None,
        "overlay": await services.videos.exists(overlay_of(analysis_id, UPLOADS)),
        "video": await services.videos.exists(replace(VIDEO, key=f"uploads/2026/01/27/{number}.webm")),
    }
    return {name for name, there in found.items() if there}


class Faulty:
    """The services' stores; ``fault`` happens in place of call number ``step`` (from 0)."""

    def __init__(self, services: Services, step: int, fault: Fault) -> None:
        self.calls = 0
        self._step = step
        self._fault = fault
        self.ports = cast(
            "EraseUserPorts", SimpleNamespace(**{name: _Watched(getattr(services, name), self) for name in _PORTS})
        )

    def count(self) -> None:
        self.calls += 1
        if self.calls == self._step + 1:
            self._fault()


class _Watched:
    def __init__(self, store: object, watch: Faulty) -> None:
        self._store = store
        self._watch = watch

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*arguments: object) -> Any:
            self._watch.count()
            return await getattr(self._store, name)(*arguments)

        return call


def be_unavailable() -> None:
    raise DependencyUnavailable("does not answer")


def die() -> None:
    """As ``kill -9``: nothing is closed."""
    os._exit(9)


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    yield data
