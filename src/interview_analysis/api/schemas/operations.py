"""Uploads and health."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, Field


class Uploaded(BaseModel):
    """Hand ``s3_bucket`` and ``s3_key`` to ``POST /analyze``."""

    s3_bucket: str = Field(examples=["uploads"])
    s3_key: str = Field(examples=["uploads/2025/01/27/4f6f3d1c9a2b.webm"])
    bytes: int


class Health(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


class DependencyHealth(BaseModel):
    status: Health
    detail: str = ""


class HealthDocument(BaseModel):
    """``down`` when a store does not answer, ``degraded`` when one answers after more than a second, the queue does not answer
    or no worker runs."""

    status: Health
    version: str
    dependencies: dict[str, DependencyHealth]


class Alive(BaseModel):
    status: Health = Health.OK
