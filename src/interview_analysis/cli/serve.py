"""``interview-analysis serve`` and ``db upgrade``."""

from __future__ import annotations

from typing import Annotated

import typer

_GRACE_SECONDS = 5


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("serve")(serve)
    database = typer.Typer(help="The database.", no_args_is_help=True)
    database.command("upgrade")(upgrade)
    database.callback()(_group)
    app.add_typer(database, name="db")


def _group() -> None:
    """The database."""


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; PORT.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="HTTP processes; analyses have their own (JOB_WORKERS).")] = 1,
    reload: Annotated[bool, typer.Option("--reload", help="Restart on code changes (development).")] = False,
) -> None:
    """Serve the HTTP interface and supervise the workers."""
    import uvicorn

    from interview_analysis.settings import load_settings

    server = load_settings().server
    uvicorn.run(
        "interview_analysis.api.app:create_app",
        factory=True,
        host=host or server.host,
        port=server.port if port is None else port,
        workers=workers,
        reload=reload,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def upgrade() -> None:
    """Create or migrate the database."""
    from interview_analysis.adapters.relational.schema import upgrade as migrate
    from interview_analysis.bootstrap import database_url
    from interview_analysis.settings import load_settings

    migrate(database_url(load_settings()))
