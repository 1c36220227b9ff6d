"""``interview-analysis keys``: keys of the HTTP interface."""

from __future__ import annotations

from typing import Annotated

import typer

Owner = Annotated[str, typer.Argument(help="Who will hold the key: letters, digits, dots, dashes, underscores.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Keys of the HTTP interface.", no_args_is_help=True)
    group.command("new")(new)
    group.callback()(_group)
    app.add_typer(group, name="keys")


def _group() -> None:
    """Keys of the HTTP interface."""


def new(owner: Owner, as_json: AsJson = False) -> None:
    """Make a key. It is shown this once; the service keeps its digest alone."""
    from interview_analysis.cli.output import print_json, stderr
    from interview_analysis.domain.api_key import new_api_key
    from interview_analysis.errors import InputError

    try:
        key, entry = new_api_key(owner)
    except ValueError as error:
        raise InputError(str(error)) from None
    if as_json:
        print_json({"owner": owner, "key": key, "entry": str(entry)})
        return
    stderr.print(f"For {owner}, to be sent as X-API-Key. It is not shown again:", highlight=False)
    typer.echo(key)
    stderr.print("For .env, added to the list in API_KEYS; then start the service again:", highlight=False)
    typer.echo(f"API_KEYS={entry}")
