"""``interview-analysis load-test``: how a running service answers under load."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from interview_analysis.cli.output import print_json, print_pairs, print_table, stderr
from interview_analysis.errors import InputError

if TYPE_CHECKING:
    from interview_analysis.bench.load import Latencies, LoadPlan, LoadReport
    from interview_analysis.bench.throughput import Throughput

Url = Annotated[str, typer.Argument(help="Of the running service.")]
Video = Annotated[str, typer.Option(help="BUCKET/KEY of a video that the service can read; it is analysed --analyses times.")]
Analyses = Annotated[int, typer.Option(min=1, help="Submitted before the reading begins.")]
SubmitRate = Annotated[float, typer.Option(min=0.1, help="Submissions a second.")]
ReadRate = Annotated[float, typer.Option(min=0.1, help="GET /analysis/{id} a second.")]
Listeners = Annotated[int, typer.Option(min=0, help="Streams of /events that are held open.")]
Seconds = Annotated[float, typer.Option(min=0.1, help="Of reading.")]
Key = Annotated[str, typer.Option(envvar="INTERVIEW_ANALYSIS_API_KEY", help="Where the service asks for one.")]
Process = Annotated[int | None, typer.Option(help="Process id of the server, when on this machine, to watch its memory.")]
ToTheEnd = Annotated[bool, typer.Option(help="Wait for all analyses and print how fast they were worked off.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("load-test")
    def load_test(  # noqa: PLR0913 - the options are the interface
        url: Url = "http://127.0.0.1:8000",
        *,
        video: Video,
        analyses: Analyses = 20,
        submit_rate: SubmitRate = 10.0,
        read_rate: ReadRate = 200.0,
        listeners: Listeners = 0,
        seconds: Seconds = 30.0,
        api_key: Key = "",
        process: Process = None,
        to_the_end: ToTheEnd = False,
        json: Json = False,
    ) -> None:
        """Submit analyses, then read them at a steady rate, and print how long the answers took.

        The analyses are real: their workers run meanwhile, and their records stay. Latencies count from when a request was due.
        """
        bucket, slash, key = video.partition("/")
        if not slash or not key:
            raise InputError(f"--video {video!r} is not BUCKET/KEY")
        from interview_analysis.bench.load import LoadPlan

        plan = LoadPlan(
            url=url,
            bucket=bucket,
            key=key,
            analyses=analyses,
            submit_rate=submit_rate,
            read_rate=read_rate,
            listeners=listeners,
            seconds=seconds,
            api_key=api_key,
            process=process,
            to_the_end=to_the_end,
        )
        _run(plan, json=json)


def _run(plan: LoadPlan, *, json: bool) -> None:
    from interview_analysis.bench.load import run_load

    report = asyncio.run(run_load(plan, lambda text: stderr.print(text, markup=False)))
    if json:
        print_json(asdict(report))
    else:
        _print(report)


def _print(report: LoadReport) -> None:
    rows = [_row("POST /analyze", report.submits), _row("GET /analysis/{id}", report.reads)]
    print_table(("request", "count", "p50 ms", "p95 ms", "p99 ms", "max ms", "answers"), rows)
    listening, memory = report.listening, report.memory_mib
    print_pairs(
        {
            "listeners": f"{listening.connected} connected, {listening.events} events, {listening.ended} ended, "
            f"{listening.broken} broken",
            "memory of the server, MiB": "not watched" if memory is None else "{:.0f} → {:.0f}, at most {:.0f}".format(*memory),
            "analyses finished meanwhile": report.finished,
        }
        | ({} if report.throughput is None else _worked_off(report.throughput))
    )


def _worked_off(found: Throughput) -> dict[str, object]:
    return {
        "all worked off": f"{found.completed} completed, {found.failed} not, in {found.seconds:.1f} s",
        "one of the first third, of the last": f"{found.early:.1f} s, {found.late:.1f} s",
    }


def _row(name: str, found: Latencies) -> tuple[object, ...]:
    times = (found.p50_ms, found.p95_ms, found.p99_ms, found.max_ms)
    shown = ["–" if value is None else f"{value:.1f}" for value in times]
    return (name, found.count, *shown, ", ".join(f"{count} × {status}" for status, count in found.statuses.items()))
