"""All measurements of one ``bench``, in an order in which none disturbs another."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from interview_analysis.audio.analyzer import SpeechVoiceAnalyzer
from interview_analysis.bench.line import run_line
from interview_analysis.bench.stages import Parts, Stage, measure_stages
from interview_analysis.bench.usage import Machine, this_machine
from interview_analysis.bootstrap.line import build_decoder, build_frame_analyzer, model_store, runtime_options
from interview_analysis.one_off import Wishes
from interview_analysis.settings import Settings
from interview_analysis.vision.gaze.l2cs import L2csGaze, load_l2cs

_L2CS = "l2cs-gaze360"


@dataclass(frozen=True, slots=True)
class Clip:
    name: str
    duration: float
    width: int
    height: int
    codec: str
    frame_rate: float
    analysed_frames: int


@dataclass(frozen=True, slots=True)
class Report:
    """``real_time_factor`` seconds of video a second; ``wall_s`` and ``cpu_s`` (ffmpeg included) of the whole line, models
    loaded before; ``runtimes`` what each network ran in (``None`` = no network); ``naive_ratio`` how many times faster than the
    naive pipeline, which ran on ``naive_seconds`` of the clip."""

    machine: Machine
    clip: Clip
    real_time_factor: float
    wall_s: float
    cpu_s: float
    peak_rss_mib: float
    stages: list[Stage]
    runtimes: dict[str, str | None]
    naive_ratio: float
    naive_seconds: float


def make_report(clip: Path, settings: Settings, *, use_l2cs: bool, random_weights: bool) -> Report:
    """The line comes first, so that its memory holds nothing of the others (the naive pipeline loads torch).

    Raises ``VideoError``, ``ModelUnavailable``.
    """
    machine = this_machine()
    gaze = _l2cs(settings, random_weights=random_weights) if use_l2cs else None
    line = run_line(clip, settings, Wishes(analyzer=build_frame_analyzer(settings, gaze) if gaze else None))
    with contextlib.closing(build_frame_analyzer(settings, gaze)) as analyzer:
        stages = measure_stages(clip, Parts(build_decoder(settings), analyzer, SpeechVoiceAnalyzer()))
        runtimes = {"expression": analyzer.info.expression_runtime, "gaze": analyzer.info.gaze_runtime}
    naive, naive_seconds = _naive(clip, settings, line.video.frame_rate)
    video = line.video
    return Report(
        machine=machine,
        clip=Clip(clip.name, video.duration, video.width, video.height, video.codec, video.frame_rate, video.analysed_frames),
        real_time_factor=round(line.real_time_factor, 2),
        wall_s=round(line.used.wall, 2),
        cpu_s=round(line.used.cpu, 2),
        peak_rss_mib=round(line.peak_rss_mib, 1),
        stages=stages,
        runtimes=runtimes,
        naive_ratio=round(naive * line.real_time_factor, 2),
        naive_seconds=round(naive_seconds, 1),
    )


def _l2cs(settings: Settings, *, random_weights: bool) -> L2csGaze:
    store = model_store(settings)
    spec = store.manifest.get(_L2CS)
    checkpoint = None if random_weights else store.path(spec.name)
    return load_l2cs(checkpoint, spec, runtime_options(settings))


def _naive(clip: Path, settings: Settings, rate: float) -> tuple[float, float]:
    from interview_analysis.bench.naive import naive_seconds_per_second  # noqa: PLC0415 - loads torch
    from interview_analysis.domain.emotion import EMOTIONS  # noqa: PLC0415
    from interview_analysis.training.networks import EfficientNetLite0  # noqa: PLC0415 - loads torch

    landmarker = model_store(settings).path("face-landmarker")
    return naive_seconds_per_second(clip, landmarker, EfficientNetLite0(len(EMOTIONS)), rate)
