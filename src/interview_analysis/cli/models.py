"""``interview-analysis models``: what the manifest lists, what is there, and fetching the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from interview_analysis.cli.output import print_json, print_table, stderr
from interview_analysis.cli.progress import download_bars
from interview_analysis.errors import InputError, ModelUnavailable
from interview_analysis.settings import load_settings

if TYPE_CHECKING:
    from interview_analysis.vision.runtime.store import ModelStore

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Names = Annotated[list[str] | None, typer.Argument(help="Default: the required models.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    group = typer.Typer(no_args_is_help=True, help="List, fetch and verify the model files.")
    group.command("list")(list_models)
    group.command()(pull)
    group.command()(verify)
    app.add_typer(group, name="models")


def list_models(json: Json = False) -> None:
    """Every model of the manifest, with its licence and whether its file is there."""
    _print_models(_store(), json)


def pull(names: Names = None) -> None:
    """Fetch missing models into the models folder; the first source whose bytes match the checksum wins."""
    store = _store()
    known = {spec.name for spec in store.manifest.models}
    if unknown := [name for name in names or () if name not in known]:
        raise InputError(f"no model {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    with download_bars() as on_progress:
        fetched = store.pull(names or None, on_progress)
    stderr.print(f"fetched: {', '.join(fetched)}" if fetched else "nothing to fetch: all are there and verified")


def verify(json: Json = False) -> None:
    """Check every file that is there, and that no required one is missing; exit 3 otherwise."""
    from interview_analysis.vision.runtime.store import ModelStatus

    store = _store()
    _print_models(store, json)
    faults = [
        f"{spec.name} is {status}"
        for spec, status in ((spec, store.status(spec.name)) for spec in store.manifest.models)
        if status is ModelStatus.CORRUPT or (spec.required and status is ModelStatus.MISSING)
    ]
    if faults:
        raise ModelUnavailable("; ".join(faults))


def _store() -> ModelStore:
    from interview_analysis.bootstrap.line import model_store

    return model_store(load_settings())


def _print_models(store: ModelStore, json: bool) -> None:
    rows = [
        {
            "name": spec.name,
            "job": spec.job.value,
            "file": spec.file,
            "bytes": spec.bytes,
            "required": spec.required,
            "status": store.status(spec.name).value,
            "licence": spec.licence.model_dump(),
        }
        for spec in store.manifest.models
    ]
    if json:
        print_json({"folder": str(store.folder), "models": rows})
        return
    columns = ("name", "job", "file", "bytes", "required", "status")
    print_table(columns, [[row[column] for column in columns] for row in rows], title=f"models in {store.folder}")
