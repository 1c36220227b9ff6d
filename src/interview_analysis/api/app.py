"""The HTTP application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from interview_analysis.api import errors
from interview_analysis.api.edge import add_edge
from interview_analysis.api.gaze_desk import gaze_desk
from interview_analysis.api.live_desk import live_desk
from interview_analysis.api.openapi import build_document
from interview_analysis.api.parent import end_with_parent
from interview_analysis.api.probes import Probes
from interview_analysis.api.routers import (
    analyses,
    feedback,
    frames,
    gaze,
    gaze_calibration,
    gaze_stream,
    health,
    live,
    metrics,
    page,
    report,
    saliency,
    sessions,
    transcript,
    uploads,
    users,
    videos,
)
from interview_analysis.api.state_feed import StateFeed
from interview_analysis.bootstrap import background_work, open_services
from interview_analysis.gaze_service import open_gaze_meter
from interview_analysis.log import configure_logging, log_bounds
from interview_analysis.observability.tracing import tracing
from interview_analysis.report.pdf import PdfPress
from interview_analysis.settings import Settings, load_settings

_DESCRIPTION = """
Analyses recorded interview-practice videos: expression, gaze, blinks, head pose and voice, with scores by published formulas.

1. `POST /uploads` a video (or have it in a bucket), 2. `POST /analyze`, 3. poll `GET /analysis/{id}` or follow `/events`.
A camera goes to the WebSocket `/live`, which this page cannot show: see `docs/live.md`. There is a page for it at `/live`.
Where on the screen somebody looks: `POST /gaze` picture by picture, or the WebSocket `/gaze/stream` (`docs/screen-gaze.md`).

A score that the footage cannot support is `null` with a reason. Errors are problem documents (RFC 9457) with a stable `code`.
"""
_TAGS = [
    {"name": "analyses", "description": "Submit, read, follow, cancel and erase."},
    {"name": "feedback", "description": "Words for the candidate, written from the numbers."},
    {"name": "transcript", "description": "What was said, word by word, where a transcriber is on."},
    {"name": "frames", "description": "Raw metrics of every analysed frame, and series for charts."},
    {"name": "sessions", "description": "Several analyses together: of one session by question, of one user over sessions."},
    {"name": "report", "description": "For people: everything on one page, HTML and PDF; the video, as it came and annotated."},
    {"name": "users", "description": "Everything about one user: export and erase."},
    {"name": "uploads", "description": "Trying it without a bucket."},
    {"name": "saliency", "description": "Where a shown video draws the eye, map by map."},
    {"name": "gaze", "description": "Where on the screen somebody looks while a video runs, and what that comes to."},
    {"name": "operations", "description": "Health and metrics."},
]


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; ``settings`` default to the environment. Its lifespan opens the stores and keeps what is queued moving.

    Raises ``InputError`` (``invalid_settings``).
    """
    settings = settings or load_settings()
    configure_logging(settings.server.log_level, settings.server.log_format, settings.paths.logs_dir, log_bounds(settings))
    app = FastAPIOffline(
        title="Interview Analysis",
        version=version("interview-analysis"),
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        lifespan=_lifespan(settings),
    )
    app.state.open_gaze_meter = open_gaze_meter
    app.state.language = settings.server.language
    calls = (analyses, feedback, transcript, frames, report, videos, sessions, users, uploads, saliency, gaze, gaze_calibration)
    for module in (*calls, health, metrics, page, live, gaze_stream):
        app.include_router(module.router)
    errors.install(app)
    add_edge(app, settings)
    app.openapi = lambda: _openapi(app, settings)  # type: ignore[method-assign]
    return app


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        end_with_parent()
        async with AsyncExitStack() as stack:
            stack.enter_context(tracing(settings.observability.traces_endpoint, "interview-analysis-api"))
            app.state.services = await stack.enter_async_context(open_services(settings))
            app.state.probes = Probes(app.state.services)
            app.state.press = PdfPress()
            app.state.feed = StateFeed(app.state.services.analyses)
            meter = app.state.open_gaze_meter(settings)
            app.state.gaze = await stack.enter_async_context(gaze_desk(app.state.services, meter))
            app.state.live = await stack.enter_async_context(live_desk(settings))
            for work in background_work(app.state.services):
                await stack.enter_async_context(work)
            yield

    return lifespan


def _openapi(app: FastAPI, settings: Settings) -> dict[str, object]:
    """Built once, when it is first asked for."""
    if app.openapi_schema is None:
        app.openapi_schema = build_document(app, settings)
    return app.openapi_schema
