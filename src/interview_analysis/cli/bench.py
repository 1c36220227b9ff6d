"""``interview-analysis bench``: speed and memory on this machine, stage by stage, against the naive pipeline."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interview_analysis.cli.output import print_json, print_pairs, print_table, stderr
from interview_analysis.errors import InputError
from interview_analysis.log import divert_native_output
from interview_analysis.settings import Settings, VisionSettings, load_settings

if TYPE_CHECKING:
    from interview_analysis.bench.report import Report


class GazeChoice(StrEnum):
    """Which gaze model to measure."""

    DEFAULT = "default"
    L2CS = "l2cs"


Clip = Annotated[Path | None, typer.Argument(help="Default: the demo's 20 s clip, made anew.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Rates = Annotated[str, typer.Option(help="Analysed frames a second, as landmarks=15,expression=5,gaze=5.")]
Gaze = Annotated[GazeChoice, typer.Option(help="default: as the server would choose.")]
RandomWeights = Annotated[bool, typer.Option("--random-weights", help="With --gaze l2cs: measure speed without its file.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(bench)


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
