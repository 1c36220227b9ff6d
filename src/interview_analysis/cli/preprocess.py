"""``interview-analysis preprocess``: from a data set as it is published to pictures that can be trained on."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interview_analysis.cli.output import print_json, print_table, stderr
from interview_analysis.cli.progress import share_bar
from interview_analysis.errors import InputError, ModelUnavailable
from interview_analysis.log import divert_native_output
from interview_analysis.settings import load_settings
from interview_analysis.training.aihub.config import AihubConfig

if TYPE_CHECKING:
    from interview_analysis.training.aihub.report import Report
    from interview_analysis.training.mesh_table import MeshReport
    from interview_analysis.vision.runtime.store import ModelStore

Data = Annotated[Path, typer.Argument(metavar="DIR|ZIP", help="Folder with the downloaded ZIP files or pictures, or one ZIP.")]
Out = Annotated[Path, typer.Option(help="Output folder; the same one again goes on with a run that was interrupted.")]
Pictures = Annotated[Path, typer.Argument(metavar="DIR", help="Folder with class folders, or with train/ and validation/.")]
Table = Annotated[Path, typer.Option(help="The table to write: .csv, or .csv.gz.")]
Classes = Annotated[str, typer.Option(help="Of happy, sad, neutral, embarrassed, anxiety, angry, hurt.")]
Share = Annotated[float, typer.Option(help="Share of the persons that go to validation, 0–1.")]
Seed = Annotated[int, typer.Option(help="Of the split and of the choice under --per-zip.")]
PerZip = Annotated[int, typer.Option(help="Pictures of one ZIP file, or of one folder, at most; 0 = all.")]
Pattern = Annotated[str, typer.Option(help="Regular expression on the file name; its first group names the person.")]
MinSide = Annotated[int, typer.Option(help="Drop smaller crops, pixels.")]
MaxSide = Annotated[int, typer.Option(help="Scale larger crops down to this, pixels.")]
Jobs = Annotated[int, typer.Option(help="Worker processes; 0 = one for each CPU.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

_DEFAULTS = AihubConfig(Path(), Path())
_CLASSES = ",".join(_DEFAULTS.classes)


def register(app: typer.Typer) -> None:
    """Add the command."""
    group = typer.Typer(no_args_is_help=True, callback=lambda: None, help="Prepare a published data set for training.")

    @group.command()
    def aihub(  # noqa: PLR0913 - the options are the interface
        data: Data,
        *,
        out: Out,
        classes: Classes = _CLASSES,
        validation_share: Share = _DEFAULTS.validation_share,
        seed: Seed = _DEFAULTS.seed,
        per_zip: PerZip = _DEFAULTS.per_zip,
        person_pattern: Pattern = _DEFAULTS.person_pattern,
        min_side: MinSide = _DEFAULTS.min_side,
        max_side: MaxSide = _DEFAULTS.max_side,
        jobs: Jobs = _DEFAULTS.jobs,
        json: Json = False,
    ) -> None:
        """AI Hub "한국인 감정인식을 위한 복합 영상" → face crops in OUT/train/CLASS and OUT/validation/CLASS, split by person.

        Reads the ZIP files as they were downloaded. What was dropped and why is printed, and lies in OUT/report.json.
        """
        try:
            config = AihubConfig(
                data=data,
                out=out,
                classes=tuple(name.strip() for name in classes.split(",") if name.strip()),
                validation_share=validation_share,
                seed=seed,
                per_zip=per_zip,
                person_pattern=person_pattern,
                min_side=min_side,
                max_side=max_side,
                jobs=jobs,
            )
        except ValueError as error:
            raise InputError(str(error)) from error
        report = _prepare(config)
        if json:
            print_json(asdict(report))
        else:
            _print(report)

    @group.command()
    def meshes(data: Pictures, *, out: Table, person_pattern: Pattern = _DEFAULTS.person_pattern, json: Json = False) -> None:
        """Pictures in folders named neutral (중립) and anxious (anxiety, 불안) → the CSV of meshes for `train landmarks`.

        Takes what `preprocess aihub` leaves as it is: train/ and validation/ become the column split.
        """
        report = _measure(data, out, person_pattern)
        if json:
            print_json(asdict(report))
            return
        print_table(("", "pictures"), [*report.kept.items(), *report.dropped.items()], f"{out}")
        if report.other_folders:
            stderr.print(f"left out: {', '.join(report.other_folders)}", markup=False)

    app.add_typer(group, name="preprocess")


def _measure(data: Path, out: Path, person_pattern: str) -> MeshReport:
    from interview_analysis.bootstrap.line import model_store
    from interview_analysis.training.mesh_table import write_mesh_table

    settings = load_settings()
    divert_native_output(settings.paths.logs_dir)
    store = model_store(settings)
    with share_bar("preprocess meshes") as on_progress:
        return write_mesh_table(data, out, store.path(_landmarker(store)), on_progress, person_pattern)


def _prepare(config: AihubConfig) -> Report:
    from interview_analysis.bootstrap.line import model_store
    from interview_analysis.training.aihub.prepare import prepare_aihub

    settings = load_settings()
    divert_native_output(settings.paths.logs_dir)
    store = model_store(settings)
    with share_bar("preprocess aihub") as on_progress:
        return prepare_aihub(config, store.path(_landmarker(store)), _crop_scale(store), on_progress)


def _landmarker(store: ModelStore) -> str:
    from interview_analysis.vision.runtime.specs import Job

    spec = store.best(Job.LANDMARKS)
    if spec is None:
        raise ModelUnavailable("no landmark model is installed: run `interview-analysis models pull`")
    return spec.name


def _crop_scale(store: ModelStore) -> float:
    """As the expression networks of the manifest are served: they agree on it, and a new one is exported with the same."""
    from interview_analysis.vision.runtime.specs import Job

    return next(spec.input.crop_scale for spec in store.manifest.for_job(Job.EXPRESSION) if spec.input is not None)


def _print(report: Report) -> None:
    sides = list(report.classes)
    rows = [(label, *(report.classes[side][label] for side in sides)) for label in report.classes[sides[0]]]
    print_table(("class", *sides), [*rows, ("persons", *(report.persons[side] for side in sides))], "face crops")
    kept = [("kept", report.kept), *report.dropped.items(), ("pictures", report.pictures)]
    print_table(("", "pictures"), kept, "what became of them")
    for source in report.bad_sources:
        stderr.print(f"could not be read: {source.name}: {source.reason}", markup=False)
    for warning in report.warnings:
        stderr.print(warning, markup=False)
