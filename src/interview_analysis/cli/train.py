"""``interview-analysis train``."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import typer
from dotenv import dotenv_values
from pydantic.fields import FieldInfo

from interview_analysis.cli import train_landmarks, train_screen_gaze
from interview_analysis.cli.output import print_json, stderr
from interview_analysis.cli.progress import share_bar
from interview_analysis.errors import DependencyUnavailable
from interview_analysis.training.config import ExpressionConfig
from interview_analysis.training.config_sources import gather_config, recipe_names, variable_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    group = typer.Typer(no_args_is_help=True, help="Train a model from labelled data.", callback=lambda: None)
    group.command("expression", help=_expression.__doc__)(_with_expression_options(_expression))
    train_landmarks.register(group)
    train_screen_gaze.register(group)
    app.add_typer(group, name="train")


def _expression(config: Path | None, **options: str | None) -> None:
    """Train the expression network; called again on the same --out it goes on from the last epoch.

    Every value comes from the --config file, then the environment or .env (names in parentheses), then an option; what comes
    later wins. Leaves in --out checkpoints, history, curves, TensorBoard events, the ONNX model, its manifest entry and its
    card, and prints the figures on the validation pictures as JSON.
    """
    hyperparameters = gather_config(config, dotenv_values(".env") | os.environ, options)
    try:
        from interview_analysis.training.emotion import train_expression
    except ModuleNotFoundError as error:
        raise DependencyUnavailable(f"{error.name} is missing: pip install 'interview-analysis[train]'") from error
    with share_bar("train expression") as report:
        trained = train_expression(hyperparameters, report)
    stderr.print(f"model {trained.model}\ncard  {trained.card}\nentry {trained.entry}")
    print_json({name: value for name, value in asdict(trained.evaluation).items() if name != "plots"})


def _with_expression_options(command: Callable[..., None]) -> Callable[..., None]:
    """``command`` as one that Typer sees with an option for each field of ``ExpressionConfig``, as text or ``None``."""
    recipes = f"YAML file, or a recipe of this package: {', '.join(recipe_names())}."
    annotations: dict[str, Any] = {"config": Annotated[Path | None, typer.Option(help=recipes)]}
    for name, field in ExpressionConfig.model_fields.items():
        annotations[name] = Annotated[str | None, _option(name, field)]

    def run(**options: Any) -> None:
        command(**options)

    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
            for name, annotation in annotations.items()
        ]
    )
    run.__annotations__ = annotations
    return run


def _option(name: str, field: FieldInfo) -> Any:
    """The default stands in the help only: an option that is not given must not hide the file's or the environment's value."""
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    default = field.get_default()
    shown = "" if field.is_required() or default in (None, "") else f"; default {_as_text(default)}"
    return typer.Option(
        f"--{name.replace('_', '-')}",
        metavar="|".join(choices) or None,
        help=f"{field.description} ({variable_of(name)}{shown})",
    )


def _as_text(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)
