"""``interview-analysis bench``: speed and memory on this machine, stage by stage, against the naive pipeline."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from interview_analysis.cli.output import print_json, print_pairs, print_table, stderr
from interview_analysis.errors import InputError
from interview_analysis.log import divert_native_output
from interview_analysis.settings import Settings, load_settings
from interview_analysis.settings.work import VisionSettings

if TYPE_CHECKING:
    from interview_analysis.bench.gaze import GazeReport
    from interview_analysis.bench.report import Report


class GazeChoice(StrEnum):
    """Which gaze model to measure."""

    DEFAULT = "default"
    L2CS = "l2cs"


Clip = Annotated[Path | None, typer.Argument(help="Default: the demo's 20 s clip, made anew.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Rates = Annotated[str, typer.Option(help="Analysed frames a second, as landmarks=15,expression=5,gaze=5.")]
Gaze = Annotated[GazeChoice, typer.Option(help="default: as the server would choose.")]
Seconds = Annotated[float, typer.Option(min=0.2, max=600, help="Of each of the two measurements.")]
Sessions = Annotated[int, typer.Option(min=1, max=1000, help="Side by side.")]
PictureRate = Annotated[float, typer.Option(min=1, max=60, help="Pictures a second of each session.")]
PictureSize = Annotated[str, typer.Option("--size", help="Of a picture, pixels, as 320x240.")]
Http = Annotated[bool, typer.Option("--http", help="POST /gaze in place of the WebSocket.")]
RandomWeights = Annotated[bool, typer.Option("--random-weights", help="With --gaze l2cs: measure speed without its file.")]


def register(app: typer.Typer) -> None:
    """Add the commands: ``bench [CLIP]``, ``bench live [CLIP]``, ``bench gaze [CLIP]``."""
    group = typer.Typer(cls=_StagesUnlessNamed, help="Speed and memory on this machine: stages [CLIP] unless a part is named.")
    group.command("stages")(bench)
    group.command("live")(live)
    _register_gaze(group)
    app.add_typer(group, name="bench")


class _StagesUnlessNamed(TyperGroup):
    """``bench CLIP`` means ``bench stages CLIP``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or args[0] not in (*self.commands, "--help"):
            args = ["stages", *args]
        return super().parse_args(ctx, args)


def bench(
    clip: Clip = None,
    json: Json = False,
    rates: Rates = "",
    gaze: Gaze = GazeChoice.DEFAULT,
    random_weights: RandomWeights = False,
) -> None:
    """Analyse a clip and print where the time goes. A figure from a busy machine says nothing: see its load."""
    from interview_analysis.bench.report import make_report

    if clip is not None and not clip.is_file():
        raise InputError(f"there is no file {clip}", code="video_not_found")
    settings = _with_rates(load_settings(), rates)
    divert_native_output(settings.paths.logs_dir)
    with tempfile.TemporaryDirectory() as folder:
        measured = clip or _sample(Path(folder), settings)
        stderr.print(f"measuring {measured.name}")
        report = make_report(measured, settings, use_l2cs=gaze is GazeChoice.L2CS, random_weights=random_weights)
    if json:
        print_json(asdict(report))
    else:
        _print(report)


def live(clip: Clip = None, json: Json = False, seconds: Seconds = 10.0) -> None:
    """Pictures of a clip through the WebSocket of a server of its own: how many a second, and how long an answer takes."""
    from interview_analysis.bench.live import CAMERA_RATE, measure_live

    if clip is not None and not clip.is_file():
        raise InputError(f"there is no file {clip}", code="video_not_found")
    settings = load_settings()
    divert_native_output(settings.paths.logs_dir)
    with tempfile.TemporaryDirectory() as folder:
        report = measure_live(clip or _sample(Path(folder), settings), settings, Path(folder), seconds)
    if json:
        print_json(asdict(report))
        return
    machine = report.machine
    pairs: dict[str, object] = {
        "machine": f"{machine.cpu}, {machine.cores} cores, load {machine.load:.1f}",
        "pictures": f"{report.clip}, {report.width}×{report.height}, {report.faces} face(s)",
        "analysed pictures a second": f"{report.frames_per_second:.1f}",
        f"answer at {CAMERA_RATE:.0f} pictures/s, median, ms": f"{report.latency_median_ms:.0f}",
        f"answer at {CAMERA_RATE:.0f} pictures/s, 95 %, ms": f"{report.latency_p95_ms:.0f}",
        "first answer, models not loaded, s": f"{report.first_answer_s:.1f}",
    }
    print_pairs(pairs)


def _register_gaze(group: typer.Typer) -> None:
    @group.command("gaze")
    def gaze(  # noqa: PLR0913, PLR0917 - the options are the interface
        clip: Clip = None,
        sessions: Sessions = 30,
        rate: PictureRate = 10.0,
        seconds: Seconds = 30.0,
        size: PictureSize = "640x480",
        http: Http = False,
        json: Json = False,
    ) -> None:
        """Screen-gaze sessions side by side against a server of its own, a connection each: how long answers take, and how many
        there are none for."""
        from interview_analysis.bench.gaze import GazePlan, measure_gaze

        if clip is not None and not clip.is_file():
            raise InputError(f"there is no file {clip}", code="video_not_found")
        plan = GazePlan(sessions=sessions, rate=rate, seconds=seconds, size=_size(size), http=http)
        settings = load_settings()
        divert_native_output(settings.paths.logs_dir)
        with tempfile.TemporaryDirectory() as folder:
            report = measure_gaze(clip or _sample(Path(folder), settings), settings, Path(folder), plan)
        if json:
            print_json(asdict(report))
        else:
            _print_gaze(report)


def _print_gaze(report: GazeReport) -> None:
    from interview_analysis.bench.gaze import BUDGET_MS

    machine, found = report.machine, report.answers
    times = (found.p50_ms, found.p95_ms, found.p99_ms, found.max_ms)
    pairs: dict[str, object] = {
        "machine": f"{machine.cpu}, {machine.cores} cores, load {machine.load:.1f}",
        "pictures": f"{report.clip}, {report.width}×{report.height}, {report.picture_kib:.0f} KiB each",
        "load": f"{report.sessions} sessions × {report.rate:g} pictures/s for {report.seconds:g} s, {report.form}",
        "answered, p50 / p95 / p99 / max, ms": " / ".join("–" if value is None else f"{value:.0f}" for value in times),
        "sent, answered, refused, no answer": f"{report.sent}, {report.answered}, {report.refused}, {report.unanswered}",
        "answers": ", ".join(f"{count} × {status}" for status, count in found.statuses.items()),
        "cores used, server and sender": f"{report.server_cores:.2f}, {report.client_cores:.2f}",
        "first answer, models not loaded, s": f"{report.first_answer_s:.1f}",
        f"all answered, 95 % within {BUDGET_MS:.0f} ms": "yes" if report.is_met else "no",
    }
    print_pairs(pairs)


def _size(words: str) -> tuple[int, int]:
    width, _, height = words.partition("x")
    with contextlib.suppress(ValueError):
        found = int(width), int(height)
        if min(found) >= 64 and max(found) <= 4096:
            return found
    raise InputError(f"--size {words!r} is not WIDTHxHEIGHT, 64 to 4096 each")


def _sample(folder: Path, settings: Settings) -> Path:
    from interview_analysis.cli.demo import make_clip

    clip = folder / "demo.webm"
    make_clip(clip, settings)
    return clip


def _with_rates(settings: Settings, rates: str) -> Settings:
    """Raises ``InputError`` for an unknown stage or a rate out of its bounds."""
    given: dict[str, float] = {}
    for entry in filter(None, rates.split(",")):
        name, _, value = entry.partition("=")
        with contextlib.suppress(ValueError):
            given[f"rate_{name.strip()}"] = float(value)
            continue
        raise InputError(f"{entry!r} is not STAGE=RATE")
    if unknown := given.keys() - VisionSettings.model_fields.keys():
        raise InputError(f"no such stage: {', '.join(sorted(unknown)).replace('rate_', '')}")
    vision = settings.vision.model_dump() | given
    try:
        return settings.model_copy(update={"vision": VisionSettings(**vision)})
    except ValueError as error:
        raise InputError(f"rates: {error}") from None


def _print(report: Report) -> None:
    machine, clip = report.machine, report.clip
    rows = [(s.name, f"{s.cpu_ms_per_frame:.2f}", s.frames, f"{s.share:.0%}") for s in report.stages]
    print_table(("stage", "CPU-ms a frame", "frames", "share of CPU"), rows)
    pairs: dict[str, object] = {
        "machine": f"{machine.cpu}, {machine.cores} cores, load {machine.load:.1f}",
        "clip": f"{clip.name}, {clip.duration:.1f} s, {clip.width}×{clip.height} {clip.codec}",
        "networks": ", ".join(f"{name} {runtime or 'none'}" for name, runtime in report.runtimes.items()),
        "real-time factor": f"{report.real_time_factor:.1f}",
        "wall, s": f"{report.wall_s:.1f}",
        "CPU, s": f"{report.cpu_s:.1f}",
        "peak resident memory, MiB": f"{report.peak_rss_mib:.0f}",
        "times faster than the naive pipeline": f"{report.naive_ratio:.1f} (measured on {report.naive_seconds:.0f} s)",
    }
    print_pairs(pairs)
