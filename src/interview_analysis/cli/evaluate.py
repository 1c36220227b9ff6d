"""``interview-analysis evaluate``: a model's figures on labelled data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interview_analysis.cli.output import print_json, print_table
from interview_analysis.errors import ModelUnavailable
from interview_analysis.settings import load_settings

if TYPE_CHECKING:
    from interview_analysis.training.evaluate import Evaluation
    from interview_analysis.vision.emotion import ExpressionClassifier

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Model = Annotated[str | None, typer.Option(help="Name in the manifest. Default: the one that serves.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    group = typer.Typer(no_args_is_help=True, callback=lambda: None, help="Measure on labelled data, with 95 % intervals.")
    group.command()(expression)
    app.add_typer(group, name="evaluate")


def expression(data: Annotated[Path, typer.Argument(metavar="NPZ|DIR")], model: Model = None, json: Json = False) -> None:
    """Accuracy, macro F1, calibration error and confusion of the expression network.

    DATA is an NPZ file (arrays image, label), a folder with publictest.npz, or one with a sub-folder of face pictures a class.
    """
    from interview_analysis.training.datasets import load_faces
    from interview_analysis.training.evaluate import evaluate_expression

    faces = load_faces(data)
    _print(evaluate_expression(_expression_classifier(model), faces, data.name), json)


def _expression_classifier(name: str | None) -> ExpressionClassifier:
    from interview_analysis.bootstrap import model_store
    from interview_analysis.vision.emotion import ExpressionClassifier
    from interview_analysis.vision.runtime.session import OpenVinoSession
    from interview_analysis.vision.runtime.specs import Job

    store = model_store(load_settings())
    spec = store.manifest.get(name) if name else store.best(Job.EXPRESSION)
    if spec is None:
        raise ModelUnavailable("no expression model is ready")
    return ExpressionClassifier(OpenVinoSession(store.path(spec.name)), spec)


def _print(evaluation: Evaluation, json: bool) -> None:
    if json:
        print_json(evaluation)
        return
    title = f"{evaluation.task} · {evaluation.data} · n {evaluation.n} · coverage {evaluation.coverage:.3f}"
    rows = [(name, f"{x.value:.3f}", f"{x.low:.3f} – {x.high:.3f}") for name, x in evaluation.metrics.items()]
    print_table(("figure", "value", "95 % interval"), rows, title)
    if evaluation.confusion is not None:
        labels = evaluation.confusion.labels
        counts = [(label, *row) for label, row in zip(labels, evaluation.confusion.rows, strict=True)]
        print_table(("truth \\ answer", *labels), counts)
