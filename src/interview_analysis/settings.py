"""The only reader of the environment. Nothing set = everything embedded: SQLite, a local folder as bucket, own workers.

Groups are frozen; names are those of ``.env.example``. A half-set group is refused here with the missing name.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from interview_analysis.domain.feedback import Language
from interview_analysis.errors import InputError


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class _Group(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)


class PathSettings(_Group):
    """Folders, relative to the working directory."""

    data_dir: Path = Path("data")
    models_dir: Path = Path("models")
    logs_dir: Path = Path("logs")

    @property
    def database(self) -> Path:
        return self.data_dir / "interview_analysis.db"

    @property
    def buckets(self) -> Path:
        """Local stand-in for S3: one sub-folder a bucket."""
        return self.data_dir / "buckets"

    @property
    def work(self) -> Path:
        """Bounded temporary files of running analyses, one sub-folder each."""
        return self.data_dir / "work"

    @property
    def model_cache(self) -> Path:
        """Compiled networks; may be removed at any time."""
        return self.data_dir / "model-cache"


class ServerSettings(_Group):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    language: Language = Language.KOREAN
    log_level: str = "INFO"
    log_format: LogFormat = LogFormat.TEXT


class S3Settings(_Group):
    """Switched on by ``AWS_ACCESS_KEY_ID``, ``S3_ENDPOINT_URL`` or ``S3_ALLOWED_BUCKETS``."""

    aws_access_key_id: str | None = None
    aws_secret_access_key: SecretStr | None = None
    aws_default_region: str = "ap-northeast-2"
    s3_endpoint_url: str | None = None
    s3_allowed_buckets: Annotated[frozenset[str], NoDecode] = frozenset()

    @field_validator("s3_allowed_buckets", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return frozenset(name.strip() for name in value.split(",") if name.strip())
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.aws_access_key_id is None) != (self.aws_secret_access_key is None):
            missing = "AWS_ACCESS_KEY_ID" if self.aws_access_key_id is None else "AWS_SECRET_ACCESS_KEY"
            raise ValueError(f"{missing} is missing: set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither")
        return self

    @property
    def enabled(self) -> bool:
        return bool(self.aws_access_key_id or self.s3_endpoint_url or self.s3_allowed_buckets)


class MariaDbSettings(_Group):
    """Analyses and feedback on a MariaDB server; switched on by ``MARIADB_HOST``."""

    mariadb_host: str | None = None
    mariadb_port: Annotated[int, Field(ge=1, le=65535)] = 3306
    mariadb_user: str | None = None
    mariadb_password: SecretStr = SecretStr("")
    mariadb_database: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        needed = {
            "MARIADB_HOST": self.mariadb_host,
            "MARIADB_USER": self.mariadb_user,
            "MARIADB_DATABASE": self.mariadb_database,
        }
        _refuse_half(needed, begun=any(needed.values()) or bool(self.mariadb_password.get_secret_value()))
        return self


class MongoDbSettings(_Group):
    """Raw frame metrics in MongoDB; switched on by ``MONGODB_URL``."""

    mongodb_url: SecretStr | None = None
    mongodb_database: str = "interview_analysis"


class VideoSettings(_Group):
    """Limits of one video, and where uploads go."""

    upload_bucket: str = "uploads"
    max_video_mib: Annotated[int, Field(ge=1)] = 1024
    max_video_seconds: Annotated[float, Field(gt=0)] = 1800.0
    max_video_pixels: Annotated[int, Field(ge=64 * 64)] = 4096 * 2304
    decode_seconds_factor: Annotated[float, Field(gt=0)] = 4.0
    """A decode may take this many times the video's duration plus 60 s, then it is stopped."""

    @property
    def max_bytes(self) -> int:
        return self.max_video_mib * 1024 * 1024


class VisionSettings(_Group):
    """Analysed frames per second by stage, and what networks run on."""

    rate_landmarks: Annotated[float, Field(ge=1, le=60)] = 15.0
    rate_expression: Annotated[float, Field(ge=0.2, le=60)] = 5.0
    rate_gaze: Annotated[float, Field(ge=0.2, le=60)] = 5.0
    rate_face_count: Annotated[float, Field(ge=0.1, le=15)] = 2.0
    max_frame_side: Annotated[int, Field(ge=64, le=3840)] = 640
    runtime_device: Literal["auto", "cpu", "cuda"] = "auto"
    runtime_precision: Literal["auto", "f32", "bf16", "int8"] = "auto"
    """Arithmetic of networks on the CPU."""


class JobSettings(_Group):
    job_workers: Annotated[int, Field(ge=0, le=256)] = 0
    """Worker processes; 0 = one for every two cores, since one analysis keeps two busy."""
    job_supervise: bool = True
    """Whether the server starts and watches worker processes itself."""
    job_max_attempts: Annotated[int, Field(ge=1, le=20)] = 3
    job_lease_seconds: Annotated[float, Field(ge=2)] = 15.0
    job_retry_seconds: Annotated[float, Field(gt=0)] = 5.0
    """Wait before the second attempt; doubled for each further one."""

    @property
    def workers(self) -> int:
        return self.job_workers or max(1, len(os.sched_getaffinity(0)) // 2)


class Settings(_Group):
    """All groups. Build with ``load_settings``."""

    paths: PathSettings = Field(default_factory=PathSettings)
    server: ServerSettings = Field(default_factory=ServerSettings)
    s3: S3Settings = Field(default_factory=S3Settings)
    mariadb: MariaDbSettings = Field(default_factory=MariaDbSettings)
    mongodb: MongoDbSettings = Field(default_factory=MongoDbSettings)
    video: VideoSettings = Field(default_factory=VideoSettings)
    vision: VisionSettings = Field(default_factory=VisionSettings)
    jobs: JobSettings = Field(default_factory=JobSettings)


def _refuse_half(needed: Mapping[str, object], *, begun: bool) -> None:
    """Raises ``ValueError`` naming what is missing of a group that was begun."""
    missing = [name for name, value in needed.items() if not value]
    if begun and missing:
        raise ValueError(f"{', '.join(missing)} is missing: set all of {', '.join(needed)}, or none")


def load_settings() -> Settings:
    """Read environment and ``.env``. Raises ``InputError`` (``invalid_settings``) naming each bad variable, never its value."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']).upper() or 'settings'}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        )
        raise InputError(faults, code="invalid_settings") from None
