"""The HTTP application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi_offline import FastAPIOffline

from interview_analysis.api import errors
from interview_analysis.api.middleware import BodyLimit, SecurityHeaders
from interview_analysis.api.parent import end_with_parent
from interview_analysis.api.routers import analyses, feedback, frames, health, uploads
from interview_analysis.api.schemas.problem import Problem
from interview_analysis.bootstrap import open_services, worker_supervisor
from interview_analysis.log import configure_logging
from interview_analysis.settings import Settings, load_settings

_DESCRIPTION = """
Analyses recorded interview-practice videos: expression, gaze, blinks, head pose and voice, with scores by published formulas.

1. `POST /uploads` a video (or have it in a bucket), 2. `POST /analyze`, 3. poll `GET /analysis/{id}` or follow `/events`.

A score that the footage cannot support is `null` with a reason. Errors are problem documents (RFC 9457) with a stable `code`.
"""
_TAGS = [
    {"name": "analyses", "description": "Submit, read, follow, cancel and erase."},
    {"name": "feedback", "description": "Words for the candidate, written from the numbers."},
    {"name": "frames", "description": "Raw metrics of every analysed frame, and series for charts."},
    {"name": "uploads", "description": "Trying it without a bucket."},
    {"name": "operations", "description": "Health."},
]


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; ``settings`` default to the environment. Its lifespan opens the stores and supervises the workers.

    Raises ``InputError`` (``invalid_settings``).
    """
    settings = settings or load_settings()
    configure_logging(settings.server.log_level, settings.server.log_format, settings.paths.logs_dir)
    app = FastAPIOffline(
        title="Interview Analysis",
        version=version("interview-analysis"),
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        lifespan=_lifespan(settings),
    )
    app.state.language = settings.server.language
    for module in (analyses, feedback, frames, uploads, health):
        app.include_router(module.router)
    errors.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        end_with_parent()
        async with AsyncExitStack() as stack:
            app.state.services = await stack.enter_async_context(open_services(settings))
            if settings.jobs.job_supervise:
                await stack.enter_async_context(worker_supervisor(app.state.services))
            yield

    return lifespan


def _openapi(app: FastAPI) -> dict[str, object]:
    """FastAPI's document plus the problem schema that the error answers refer to."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, tags=app.openapi_tags, routes=app.routes
        )
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(schema.pop("$defs", {}))
        schemas["Problem"] = schema
        app.openapi_schema = document
    return app.openapi_schema
