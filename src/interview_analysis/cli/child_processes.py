"""The processes that a server runs for pictures; they take them from standard input, until it ends."""

from __future__ import annotations

import typer

from interview_analysis.log import configure_logging, divert_native_output, log_bounds
from interview_analysis.settings import Settings, load_settings


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("live-process", hidden=True)(live_process)
    app.command("gaze-process", hidden=True)(gaze_process)


def live_process() -> None:
    """Analyse pictures of cameras."""
    from interview_analysis.live_service import serve_live

    serve_live(_settings())


def gaze_process() -> None:
    """Measure single pictures of eyes."""
    from interview_analysis.gaze_service import serve_gaze

    serve_gaze(_settings())


def _settings() -> Settings:
    settings = load_settings()
    divert_native_output(settings.paths.logs_dir)
    configure_logging(settings.server.log_level, settings.server.log_format, settings.paths.logs_dir, log_bounds(settings))
    return settings
