"""``interview-analysis worker``."""

from __future__ import annotations

import re
import secrets
from typing import Annotated

import typer

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker")(worker)


def worker(
    name: Annotated[str, typer.Option(help="Unique among running workers; made up when not given.")] = "",
    supervised: Annotated[bool, typer.Option("--supervised", hidden=True, help="Stop when standard input ends.")] = False,
) -> None:
    """Carry out analyses until stopped. ``serve`` starts its own workers; this one is for further ones."""
    from interview_analysis.log import configure_logging, divert_native_output
    from interview_analysis.settings import load_settings
    from interview_analysis.worker.app import run_worker

    if name and not _NAME.fullmatch(name):
        raise typer.BadParameter("letters, digits, - and _ only, at most 40", param_hint="--name")
    settings = load_settings()
    divert_native_output(settings.paths.logs_dir)
    configure_logging(settings.server.log_level, settings.server.log_format, settings.paths.logs_dir)
    run_worker(settings, name or f"manual-{secrets.token_hex(4)}", supervised=supervised)
