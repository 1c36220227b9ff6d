"""``interview-analysis serve``."""

from __future__ import annotations

import ipaddress
import logging
from typing import Annotated

import typer

_log = logging.getLogger(__name__)
_GRACE_SECONDS = 5
_MESSAGE_HEAD_BYTES = 8 * 1024
"""Of a WebSocket message, what is not its picture."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; PORT.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="HTTP processes; analyses have their own (JOB_WORKERS).")] = 1,
    reload: Annotated[bool, typer.Option("--reload", help="Restart on code changes (development).")] = False,
) -> None:
    """Serve the HTTP interface and supervise the workers."""
    import uvicorn

    from interview_analysis.log import configure_logging, log_bounds
    from interview_analysis.settings import load_settings

    settings = load_settings()
    server = settings.server
    if not settings.access.api_keys and not _is_loopback(host or server.host):
        configure_logging(server.log_level, server.log_format, settings.paths.logs_dir, log_bounds(settings))
        _log.warning("API_KEYS is not set and %s is not loopback: whoever reaches it reads everything", host or server.host)
    uvicorn.run(
        "interview_analysis.api.app:create_app",
        factory=True,
        host=host or server.host,
        port=server.port if port is None else port,
        workers=workers,
        reload=reload,
        http="interview_analysis.api.protocol:BoundedHttp",
        ws="interview_analysis.api.protocol:BoundedWebSocket",
        ws_max_size=max(settings.live.max_frame_bytes, settings.gaze.max_frame_bytes) + _MESSAGE_HEAD_BYTES,
        ws_per_message_deflate=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
