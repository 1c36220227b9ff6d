"""Raw frame metrics and series for charts."""

from __future__ import annotations

from pydantic import BaseModel, Field

from interview_analysis.api.schemas.analysis import ObservationDocument

_ANXIETY = (
    "`anxiety` is there only where a model for it was installed: 0–1, how much the face resembles those that the model's "
    "training data label anxious. It is no diagnosis, no measure of what a person feels, and enters no score. / "
    "`anxiety`는 해당 모델이 설치된 경우에만 있습니다. 학습 데이터에서 '불안'으로 표시된 얼굴과 닮은 정도(0–1)이며, "
    "진단이나 감정의 측정이 아니고 어떤 점수에도 쓰이지 않습니다."
)

_UNITS = (
    "Times in seconds, angles in degrees relative to the camera axis, boxes as shares of the picture. `gaze_deviation`: "
    "standard deviation of the gaze, as far as the measurement itself can tell. / "
    "시각은 초, 각도는 카메라 축 기준 도(°), 상자는 화면에 대한 비율입니다. "
    "`gaze_deviation`은 측정값 자체에서 추정한 시선의 표준편차(°)입니다."
)


class FramesPage(BaseModel):
    """``frames``: one object a frame, keyed by ``columns``; absent is null. ``next_offset`` is null at the end."""

    analysis_id: str
    total: int
    offset: int
    columns: list[str] = Field(description=_UNITS)
    frames: list[dict[str, float | None]] = Field(description=_ANXIETY)
    next_offset: int | None


class TimelineDocument(BaseModel):
    """``series``: one list a column, all as long as ``series["timestamp"]`` (seconds); absent is null."""

    analysis_id: str
    duration: float
    series: dict[str, list[float | None]] = Field(
        description=_ANXIETY, examples=[{"timestamp": [0.0, 0.2], "head_yaw": [1.5, None]}]
    )
    observations: list[ObservationDocument]
