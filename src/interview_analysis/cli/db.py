"""``interview-analysis db``: the schema of the database."""

from __future__ import annotations

from typing import Annotated

import typer

To = Annotated[str, typer.Option(metavar="REVISION", help="An earlier revision, or base for nothing at all; else one step.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="The database.", no_args_is_help=True)
    group.command("upgrade")(upgrade)
    group.command("downgrade")(downgrade)
    group.callback()(_group)
    app.add_typer(group, name="db")


def _group() -> None:
    """The database."""


def upgrade() -> None:
    """Create or migrate the database."""
    from interview_analysis.adapters.relational.schema import upgrade as migrate
    from interview_analysis.bootstrap.outside import database_url
    from interview_analysis.settings import load_settings

    migrate(database_url(load_settings()))


def downgrade(to: To = "-1") -> None:
    """Take the schema back, before an older version of the program is started. What the newer schema had added is lost; stop
    server and workers first."""
    from interview_analysis.adapters.relational.schema import downgrade as take_back
    from interview_analysis.bootstrap.outside import database_url
    from interview_analysis.settings import load_settings

    typer.echo(take_back(database_url(load_settings()), to) or "base")
