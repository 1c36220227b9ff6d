"""The only reader of the environment. Nothing set = everything embedded: SQLite, a local folder as bucket, own workers.

Groups are frozen; names are those of ``.env.example``. A half-set group is refused here with the missing name.
"""

from __future__ import annotations

from typing import Self

from pydantic import Field, ValidationError, model_validator

from interview_analysis.errors import InputError
from interview_analysis.settings.edge import AccessSettings, CallbackSettings, PrivacySettings
from interview_analysis.settings.feedback import OpenAiSettings
from interview_analysis.settings.gaze import GazeSettings
from interview_analysis.settings.group import Group
from interview_analysis.settings.live import LiveSettings
from interview_analysis.settings.stores import MariaDbSettings, MongoDbSettings, PathSettings, RabbitMqSettings, S3Settings
from interview_analysis.settings.transcriber import TranscriberSettings
from interview_analysis.settings.work import (
    JobSettings,
    ObservabilitySettings,
    ServerSettings,
    VideoSettings,
    VisionSettings,
)


class Settings(Group):
    """All groups. Build with ``load_settings``."""

    paths: PathSettings = Field(default_factory=PathSettings)
    server: ServerSettings = Field(default_factory=ServerSettings)
    access: AccessSettings = Field(default_factory=AccessSettings)
    s3: S3Settings = Field(default_factory=S3Settings)
    mariadb: MariaDbSettings = Field(default_factory=MariaDbSettings)
    mongodb: MongoDbSettings = Field(default_factory=MongoDbSettings)
    rabbitmq: RabbitMqSettings = Field(default_factory=RabbitMqSettings)
    video: VideoSettings = Field(default_factory=VideoSettings)
    vision: VisionSettings = Field(default_factory=VisionSettings)
    jobs: JobSettings = Field(default_factory=JobSettings)
    observability: ObservabilitySettings = Field(default_factory=ObservabilitySettings)
    privacy: PrivacySettings = Field(default_factory=PrivacySettings)
    callbacks: CallbackSettings = Field(default_factory=CallbackSettings)
    openai: OpenAiSettings = Field(default_factory=OpenAiSettings)
    transcription: TranscriberSettings = Field(default_factory=TranscriberSettings)
    live: LiveSettings = Field(default_factory=LiveSettings)
    gaze: GazeSettings = Field(default_factory=GazeSettings)

    @model_validator(mode="after")
    def _transcriber_has_a_key(self) -> Self:
        if self.transcription.transcriber == "openai" and self.openai.openai_api_key is None:
            raise ValueError("OPENAI_API_KEY is missing: TRANSCRIBER=openai needs it")
        return self

    @model_validator(mode="after")
    def _results_of_gaze_are_signed(self) -> Self:
        if self.gaze.gaze_aggregator_url is not None and not self.callbacks.signing_keys:
            raise ValueError("WEBHOOK_SECRET is missing: GAZE_AGGREGATOR_URL needs it")
        return self


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
