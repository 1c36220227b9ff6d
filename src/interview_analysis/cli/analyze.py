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
    from interview_analysis.one_off import Outcome, Wishes

_EXIT_INPUT, _EXIT_MISSING = 2, 3

Source = Annotated[str, typer.Argument(help="A video file, or s3://bucket/key in the configured store.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, as GET /analysis/{id} answers.")]
Frames = Annotated[Path | None, typer.Option(help="Write the metrics of every analysed frame: OUT.csv or OUT.parquet.")]
Report = Annotated[Path | None, typer.Option(help="Write a report for people: OUT.html or OUT.pdf.")]
Overlay = Annotated[Path | None, typer.Option(help="Write the video with what was measured drawn over it: OUT.webm.")]
Words = Annotated[Language | None, typer.Option(help="Language of messages and grades. Default: LANGUAGE.")]
Spoken = Annotated[Language | None, typer.Option(help="Language of the answer: its bands of pace are reported.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("analyze")
    def analyze(  # noqa: PLR0913, PLR0917 - the options are the interface
        source: Source,
        json: Json = False,
        frames: Frames = None,
        report: Report = None,
        overlay: Overlay = None,
        language: Words = None,
        spoken_language: Spoken = None,
    ) -> None:
        """Analyse one video. Exit 2 where the video cannot be analysed, 3 where a model or a service is missing."""
        if frames is not None and frames.suffix not in (".csv", ".parquet"):
            raise InputError(f"{frames}: the frames can be written as .csv or .parquet")
        if report is not None and report.suffix not in (".html", ".pdf"):
            raise InputError(f"{report}: the report can be written as .html or .pdf")
        if overlay is not None and overlay.suffix != ".webm":
            raise InputError(f"{overlay}: the annotated video is written as .webm")
        from interview_analysis.one_off import Wishes

        wishes = Wishes(frames=frames, report=report, overlay=overlay, spoken_language=spoken_language)
        _run(source, wishes, _with_language(load_settings(), language), json=json)


def _run(source: str, wishes: Wishes, settings: Settings, *, json: bool) -> None:
    divert_native_output(settings.paths.logs_dir)
    words = settings.server.language
    try:
        outcome = _analyse(source, settings, wishes)
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


def _analyse(source: str, settings: Settings, wishes: Wishes) -> Outcome:
    from interview_analysis.one_off import analyse_once

    with share_bar(Path(source).name) as move:
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
