"""Where data lie: each server is switched on by its own address."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from interview_analysis.settings.group import Group, listed, refuse_half


class PathSettings(Group):
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
    def metrics(self) -> Path:
        """What the processes of this machine have counted."""
        return self.data_dir / "metrics"

    @property
    def model_cache(self) -> Path:
        """Compiled networks; may be removed at any time."""
        return self.data_dir / "model-cache"


class S3Settings(Group):
    """Switched on by ``AWS_ACCESS_KEY_ID``, ``S3_ENDPOINT_URL`` or ``S3_ALLOWED_BUCKETS``."""

    aws_access_key_id: str | None = None
    aws_secret_access_key: SecretStr | None = None
    aws_default_region: str = "ap-northeast-2"
    s3_endpoint_url: str | None = None
    s3_allowed_buckets: Annotated[frozenset[str], NoDecode] = frozenset()

    @field_validator("s3_allowed_buckets", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return frozenset(listed(value)) if isinstance(value, str) else value

    @field_validator("s3_endpoint_url")
    @classmethod
    def _without_password(cls, value: str | None) -> str | None:
        if value is not None and "@" in value:
            raise ValueError("an address without user and password is wanted: keys have settings of their own")
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


class MariaDbSettings(Group):
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
        refuse_half(needed, begun=any(needed.values()) or bool(self.mariadb_password.get_secret_value()))
        return self


class MongoDbSettings(Group):
    """Raw frame metrics in MongoDB; switched on by ``MONGODB_URL``."""

    mongodb_url: SecretStr | None = None
    mongodb_database: str = "interview_analysis"

    @field_validator("mongodb_url")
    @classmethod
    def _is_address(cls, value: SecretStr | None) -> SecretStr | None:
        """What is no address would be taken for a host name, and names stand in logs."""
        if value is not None and not value.get_secret_value().startswith(("mongodb://", "mongodb+srv://")):
            raise ValueError("an address is wanted, as mongodb://USER:PASSWORD@HOST:PORT/")
        return value


class RabbitMqSettings(Group):
    """Analyses handed to Celery workers on any machine; switched on by ``RABBITMQ_URL``."""

    rabbitmq_url: SecretStr | None = None
    rabbitmq_queue: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$")] = "analyses"

    @field_validator("rabbitmq_url")
    @classmethod
    def _scheme(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("amqp://", "amqps://")):
            raise ValueError("it begins with amqp:// or amqps://")
        return value
