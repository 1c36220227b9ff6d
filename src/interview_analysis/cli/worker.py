"""``interview-analysis worker``."""

from __future__ import annotations

import re
import secrets
import socket
from typing import Annotated

import typer

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker")(worker)


def worker(
    name: Annotated[str, typer.Option(help="Unique among running workers; made up when not given.")] = "",
    concurrency: Annotated[
        int | None, typer.Option(min=1, max=256, help="With RabbitMQ: processes that analyse; JOB_WORKERS.")
    ] = None,
    max_jobs: Annotated[int | None, typer.Option(min=1, help="With RabbitMQ: end after so many messages.")] = None,
    idle_exit: Annotated[
        float | None, typer.Option(min=1, metavar="SECONDS", help="With RabbitMQ: end when no message has come for so long.")
    ] = None,
    supervised: Annotated[bool, typer.Option("--supervised", hidden=True, help="Stop when standard input ends.")] = False,
) -> None:
    """Carry out analyses until stopped. Without RabbitMQ ``serve`` starts its own workers, and this one is for further ones;
    with RABBITMQ_URL this is a Celery worker, on this machine or any other."""
    from interview_analysis.adapters.jobs.pool import PoolConfig
    from interview_analysis.log import configure_logging, divert_native_output, log_bounds
    from interview_analysis.settings import load_settings
    from interview_analysis.worker.app import run_pool, run_worker

    if name and not _NAME.fullmatch(name):
        raise typer.BadParameter("letters, digits, - and _ only, at most 40", param_hint="--name")
    settings = load_settings()
    if settings.rabbitmq.rabbitmq_url is None and (concurrency or max_jobs or idle_exit):
        raise typer.BadParameter("they need RABBITMQ_URL", param_hint="--concurrency, --max-jobs, --idle-exit")
    divert_native_output(settings.paths.logs_dir)
    configure_logging(settings.server.log_level, settings.server.log_format, settings.paths.logs_dir, log_bounds(settings))
    if settings.rabbitmq.rabbitmq_url is not None:
        host = f"{name or f'worker-{secrets.token_hex(4)}'}@{socket.gethostname()}"
        pool = PoolConfig(
            name=host, concurrency=concurrency or settings.jobs.workers, max_jobs=max_jobs, idle_seconds=idle_exit
        )
        raise typer.Exit(run_pool(settings, pool))
    run_worker(settings, name or f"manual-{secrets.token_hex(4)}", supervised=supervised)
