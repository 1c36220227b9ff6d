"""``interview-analysis train landmarks``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from interview_analysis.cli.output import print_json, stderr
from interview_analysis.cli.progress import share_bar
from interview_analysis.errors import DependencyUnavailable, InputError
from interview_analysis.training.landmarks_config import LandmarksConfig


def register(group: typer.Typer) -> None:
    """Add the command to ``train``."""
    group.command("landmarks", help=_landmarks.__doc__)(_with_options(_landmarks))


def _landmarks(**options: Any) -> None:
    """Train the network that tells neutral from anxious face meshes; called again on the same --out it goes on.

    The CSV (or .csv.gz) has the columns label and x0, y0, z0 … z477; also person, split, width and height where they are known.
    Leaves in --out the checkpoint, the history, the ONNX model, its manifest entry and its card, and prints the figures on the
    test part as JSON, with those of a logistic regression. --start with --epochs 0 measures and exports a checkpoint as it is.
    """
    try:
        config = LandmarksConfig(**options)
    except ValueError as error:
        raise InputError(str(error)) from error
    try:
        from interview_analysis.training.landmarks import train_landmarks
    except ModuleNotFoundError as error:
        raise DependencyUnavailable(f"{error.name} is missing: pip install 'interview-analysis[train]'") from error
    with share_bar("train landmarks") as report:
        trained = train_landmarks(config, report)
    stderr.print(f"model {trained.model}\ncard  {trained.card}\nentry {trained.entry}")
    rows = {name: len(part) for name, part in trained.parts._asdict().items()}
    evaluation = {name: value for name, value in asdict(trained.evaluation).items() if name != "plots"}
    print_json(evaluation | {"threshold": trained.threshold, "rows": rows})


def _with_options(command: Callable[..., None]) -> Callable[..., None]:
    """``command`` as one that Typer sees with the data as argument and an option for each other field of the dataclass."""
    types = get_type_hints(LandmarksConfig)
    parameters = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=Annotated[Path, typer.Argument(metavar="CSV")]
            if field.name == "data"
            else Annotated[types[field.name], typer.Option()],
        )
        for field in fields(LandmarksConfig)
    ]

    def run(**options: Any) -> None:
        command(**options)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run
