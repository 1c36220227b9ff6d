"""What each part of the line costs, found by leaving parts out: passes over the same frames, one after the other."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from interview_analysis.application.ports import FrameAnalyzer, VideoDecoder, VoiceAnalyzer
from interview_analysis.bench.usage import Usage
from interview_analysis.domain.face import FrameMetrics
from interview_analysis.domain.media import VideoProbe
from interview_analysis.domain.skippable import Skippable

_MAX_SECONDS = 30.0
"""Passes stop here: enough for steady figures."""
_MILLISECONDS = 1000.0


@dataclass(frozen=True, slots=True)
class Stage:
    """``frames`` that the stage worked on; ``share`` 0–1 of the processor time of all stages."""

    name: str
    cpu_ms_per_frame: float
    frames: int
    share: float


@dataclass(frozen=True, slots=True)
class Parts:
    """What the passes run over."""

    decoder: VideoDecoder
    analyzer: FrameAnalyzer
    voice: VoiceAnalyzer


def measure_stages(clip: Path, parts: Parts) -> list[Stage]:
    """Decoding, face (landmarks, pose, eyes, count), gaze, expression, voice; of the first 30 s. Raises ``VideoError``."""
    probe = parts.decoder.probe(clip)
    decode, frames = _decode(clip, probe, parts)
    face, _ = _analyse(clip, probe, parts, {Skippable.EXPRESSION, Skippable.GAZE})
    with_gaze, gazes = _analyse(clip, probe, parts, {Skippable.EXPRESSION})
    with_expression, rows = _analyse(clip, probe, parts, {Skippable.GAZE})
    voice = _voice(clip, probe, parts)
    gaze_frames = sum(row.face is not None and row.face.gaze is not None for row in gazes)
    expression_frames = sum(row.face is not None and row.face.emotions is not None for row in rows)
    spent = [
        ("decode", decode, frames),
        ("face", face - decode, frames),
        ("gaze", with_gaze - face, gaze_frames),
        ("expression", with_expression - face, expression_frames),
        ("voice", voice, frames),
    ]
    total = sum(max(0.0, cpu) for _, cpu, _ in spent)
    return [_stage(name, max(0.0, cpu), count, total) for name, cpu, count in spent if count]


def _stage(name: str, cpu: float, frames: int, total: float) -> Stage:
    return Stage(name, round(cpu / frames * _MILLISECONDS, 2), frames, round(cpu / total, 3))


def _decode(clip: Path, probe: VideoProbe, parts: Parts) -> tuple[float, int]:
    start, count = Usage.now(), 0
    with parts.decoder.decode(clip, probe) as decoded:
        for frame in decoded:
            count += 1
            if frame.timestamp >= _MAX_SECONDS:
                break
    return Usage.now().since(start).cpu, count


def _analyse(clip: Path, probe: VideoProbe, parts: Parts, skip: set[Skippable]) -> tuple[float, list[FrameMetrics]]:
    start = Usage.now()
    rows: list[FrameMetrics] = []
    with (
        contextlib.closing(parts.analyzer.new_session(frozenset(skip))) as session,
        parts.decoder.decode(clip, probe) as decoded,
    ):
        for row in session.analyse(decoded):
            rows.append(row)
            if row.timestamp >= _MAX_SECONDS:
                break
    return Usage.now().since(start).cpu, rows


def _voice(clip: Path, probe: VideoProbe, parts: Parts) -> float:
    start = Usage.now()
    parts.voice.analyse(clip, min(probe.duration, _MAX_SECONDS))
    return Usage.now().since(start).cpu
