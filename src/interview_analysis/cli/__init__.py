"""The command line. Each module here registers its commands; heavy imports happen inside the commands."""

from __future__ import annotations

import sys

import typer

from interview_analysis.cli import (
    analyze,
    bench,
    child_processes,
    db,
    demo,
    evaluate,
    keys,
    live,
    load,
    models,
    preprocess,
    saliency,
    serve,
    train,
    worker,
)
from interview_analysis.errors import DependencyUnavailable, InputError, InterviewAnalysisError, ModelUnavailable, NotFound

_EXIT_USAGE, _EXIT_MISSING, _EXIT_FAILED = 2, 3, 4


def build_app() -> typer.Typer:
    """All commands on one Typer application."""
    app = typer.Typer(
        name="interview-analysis",
        help="Analyse recorded interview-practice videos.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for module in (
        *(serve, worker, db, keys, analyze, models, evaluate, bench, load, train, preprocess, demo, live, saliency),
        child_processes,
    ):
        module.register(app)
    return app


def main() -> None:
    """Exit 0 done, 2 bad usage or input, 3 a dependency or model is missing, 4 failed."""
    try:
        build_app()()
    except InterviewAnalysisError as error:
        sys.stderr.write(f"{error.code}: {error.detail}\n")
        sys.exit(_exit_status(error))


def _exit_status(error: InterviewAnalysisError) -> int:
    if isinstance(error, InputError | NotFound):
        return _EXIT_USAGE
    if isinstance(error, DependencyUnavailable | ModelUnavailable):
        return _EXIT_MISSING
    return _EXIT_FAILED
