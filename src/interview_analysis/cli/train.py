"""``interview-analysis train``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Annotated, Any, get_type_hints

import typer

from interview_analysis.cli.output import print_json, stderr
from interview_analysis.cli.progress import share_bar
from interview_analysis.errors import InputError
from interview_analysis.training.config import ExpressionConfig


def register(app: typer.Typer) -> None:
    """Add the command."""
    group = typer.Typer(no_args_is_help=True, help="Train a model from labelled data.", callback=lambda: None)
    group.command("expression", help=_expression.__doc__)(_with_options_of(ExpressionConfig, _expression))
    app.add_typer(group, name="train")


def _expression(**options: Any) -> None:
    """Train the expression network; called again on the same --out it goes on from the last epoch.

    --train and --validation are NPZ files or folders of labelled face pictures. Leaves in --out the checkpoint, the history,
    the ONNX model, its manifest entry and its card, and prints the figures on the validation pictures as JSON.
    """
    try:
        config = ExpressionConfig(**options)
    except ValueError as error:
        raise InputError(str(error)) from error
    from interview_analysis.training.emotion import train_expression

    with share_bar("train expression") as report:
        trained = train_expression(config, report)
    stderr.print(f"model {trained.model}\ncard  {trained.card}\nentry {trained.entry}")
    print_json(trained.evaluation)


def _with_options_of(config: type, command: Callable[..., None]) -> Callable[..., None]:
    """``command`` as one that Typer sees with an option for each field of the dataclass, with the field's default."""
    types = get_type_hints(config)
    parameters = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=Annotated[types[field.name], typer.Option()],
        )
        for field in fields(config)
    ]

    def run(**options: Any) -> None:
        command(**options)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run
