"""The analysis itself, the processes that carry it out, and what they tell."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from interview_analysis.domain.feedback import Language
from interview_analysis.settings.group import Group


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class ServerSettings(Group):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    language: Language = Language.KOREAN
    log_level: str = "INFO"
    log_format: LogFormat = LogFormat.TEXT


class VideoSettings(Group):
    """Limits of one video, and where uploads go."""

    upload_bucket: str = "uploads"
    upload_keep_hours: Annotated[float, Field(ge=0, le=24 * 365)] = 24.0
    """An upload that nobody has had analysed by then is erased; 0 = never."""
    max_video_mib: Annotated[int, Field(ge=1)] = 1024
    max_video_seconds: Annotated[float, Field(gt=0)] = 1800.0
    max_video_pixels: Annotated[int, Field(ge=64 * 64)] = 4096 * 2304
    decode_seconds_factor: Annotated[float, Field(gt=0)] = 4.0
    """A decode may take this many times the video's duration plus 60 s, then it is stopped."""

    @property
    def max_bytes(self) -> int:
        return self.max_video_mib * 1024 * 1024


class VisionSettings(Group):
    """Analysed frames per second by stage, and what networks run on."""

    rate_landmarks: Annotated[float, Field(ge=1, le=60)] = 15.0
    rate_expression: Annotated[float, Field(ge=0.2, le=60)] = 5.0
    rate_gaze: Annotated[float, Field(ge=0.2, le=60)] = 5.0
    rate_face_count: Annotated[float, Field(ge=0.1, le=15)] = 2.0
    max_frame_side: Annotated[int, Field(ge=64, le=3840)] = 640
    runtime_device: Literal["auto", "cpu", "cuda"] = "auto"
    runtime_precision: Literal["auto", "f32", "bf16", "int8"] = "auto"
    """Arithmetic of networks on the CPU."""


class JobSettings(Group):
    job_workers: Annotated[int, Field(ge=0, le=256)] = 0
    """Worker processes; 0 = one for every two cores, since one analysis keeps two busy."""
    job_supervise: bool = True
    """Whether the server starts and watches worker processes itself; with RabbitMQ it does not."""
    job_max_attempts: Annotated[int, Field(ge=1, le=20)] = 3
    job_lease_seconds: Annotated[float, Field(ge=2)] = 15.0
    job_retry_seconds: Annotated[float, Field(gt=0)] = 5.0
    """Wait before the second attempt; doubled for each further one."""
    job_niceness: Annotated[int, Field(ge=0, le=19)] = 19
    """How far workers stand back behind the HTTP processes of the same machine; 0 = not at all."""

    @property
    def workers(self) -> int:
        return self.job_workers or max(1, len(os.sched_getaffinity(0)) // 2)


class ObservabilitySettings(Group):
    """The log's bounds, metrics of workers elsewhere, traces."""

    log_keep_days: Annotated[int, Field(ge=1, le=3650)] = 30
    log_max_mib: Annotated[int, Field(ge=1)] = 256
    """Of one day; what comes after goes to the console alone."""
    worker_metrics_port: Annotated[int, Field(ge=0, le=65535)] = 0
    """A worker serves its machine's metrics here; 0 = it does not."""
    traces_endpoint: Annotated[str, Field(pattern=r"^https?://[^/@\s]+(/\S*)?$")] | None = None
    """Where an OpenTelemetry collector takes OTLP over HTTP, path included."""
