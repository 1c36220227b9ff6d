"""What is said over ``WS /live`` beside pictures."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from interview_analysis.domain.live import Smoothing


class LiveHello(BaseModel):
    """The client's first message."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["hello"]
    key: str | None = Field(default=None, max_length=256)
    smoothing: Smoothing = Smoothing.KALMAN
    landmarks: bool = False


class LiveWelcome(BaseModel):
    """The server's answer to it: what it measures with, and its limits."""

    type: Literal["hello"] = "hello"
    models: dict[str, str | None]
    max_faces: int
    max_side: int
    max_frame_bytes: int
    max_rate: int
    idle_seconds: float
