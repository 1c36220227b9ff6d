"""Raw frame metrics and series for charts."""

from __future__ import annotations

from pydantic import BaseModel, Field

from interview_analysis.api.schemas.analysis import ObservationDocument


class FramesPage(BaseModel):
    """``frames``: one object a frame, keyed by ``columns``; absent is null. ``next_offset`` is null at the end."""

    analysis_id: str
    total: int
    offset: int
    columns: list[str]
    frames: list[dict[str, float | None]]
    next_offset: int | None


class TimelineDocument(BaseModel):
    """``series``: one list a column, all as long as ``series["timestamp"]`` (seconds); absent is null."""

    analysis_id: str
    duration: float
    series: dict[str, list[float | None]] = Field(examples=[{"timestamp": [0.0, 0.2], "head_yaw": [1.5, None]}])
    observations: list[ObservationDocument]
