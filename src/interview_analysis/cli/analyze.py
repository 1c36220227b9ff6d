"""``interview-analysis analyze``: one video in this process, without a server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interview_analysis.cli.output import print_json
from interview_analysis.cli.progress import share_bar
from interview_analysis.domain.feedback import Language
from interview_analysis.errors import DependencyUnavailable, InputError, InterviewAnalysisError, ModelUnavailable
from interview_analysis.log import divert_native_output
from interview_analysis.messages import message
from interview_analysis.settings import Settings, load_settings

if TYPE_CHECKING:
    from interview_analysis.one_off import Outcome

_EXIT_INPUT, _EXIT_MISSING = 2, 3

Source = Annotated[str, typer.Argument(help="A video file, or s3://bucket/key in the configured store.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, as GET /analysis/{id} answers.")]
Frames = Annotated[Path | None, typer.Option(help="Write the metrics of every analysed frame: OUT.csv or OUT.parquet.")]
Words = Annotated[Language | None, typer.Option(help="Language of messages and grades. Default: LANGUAGE.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(analyze)


def analyze(source: Source, json: Json = False, frames: Frames = None, language: Words = None) -> None:
    """Analyse one video. Exit 2 where the video cannot be analysed, 3 where a model or a service is missing."""
    if frames is not None and frames.suffix not in (".csv", ".parquet"):
        raise InputError(f"{frames}: the frames can be written as .csv or .parquet")
    settings = _with_language(load_settings(), language)
    divert_native_output(settings.paths.logs_dir)
    words = settings.server.language
    try:
        outcome = _analyse(source, settings, frames)
    except InterviewAnalysisError as error:
        if json:
            failure = {"code": error.code, "message": message(error.code, words), "detail": error.detail}
            print_json({"status": "failed", "error": failure})
        raise
    _print(outcome, words, json=json)
    if outcome.error is not None:
        missing = isinstance(outcome.error, DependencyUnavailable | ModelUnavailable)
        raise typer.Exit(_EXIT_MISSING if missing else _EXIT_INPUT)


def _with_language(settings: Settings, language: Language | None) -> Settings:
    if language is None:
        return settings
    return settings.model_copy(update={"server": settings.server.model_copy(update={"language": language})})


def _analyse(source: str, settings: Settings, frames: Path | None) -> Outcome:
    from interview_analysis.one_off import Wishes, analyse_once

    with share_bar(Path(source).name) as move:
        wishes = Wishes(frames=frames)
        return asyncio.run(analyse_once(source, settings, lambda progress: move(progress.percent / 100), wishes))


def _print(outcome: Outcome, language: Language, *, json: bool) -> None:
    from interview_analysis.api.documents import analysis_document
    from interview_analysis.api.schemas.feedback import feedback_document
    from interview_analysis.cli.result import print_comment, print_result

    document = analysis_document(outcome.analysis, language)
    if json:
        print_json(document.model_dump(mode="json"))
        return
    print_result(document)
    if outcome.feedback is not None:
        print_comment(feedback_document(outcome.analysis.id, outcome.feedback))
