"""Saliency maps."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import BaseModel, Field

from interview_analysis.api.schemas.analysis import Number
from interview_analysis.application.score_saliency import SaliencyScore
from interview_analysis.domain.saliency_maps import MapsInfo, MapsSource
from interview_analysis.domain.saliency_score import GazePoint, SaliencyFigure

SOURCE = (
    "지도의 출처. given: 받은 지도; spectral_residual: 영상에서 추정한 지도 / "
    "Where the maps come from. given: handed in; spectral_residual: guessed from the video"
)


class SaliencyDocument(BaseModel):
    """Which maps of a video are stored."""

    video_id: str = Field(examples=["stimulus-1"])
    rate: float = Field(description="초당 지도 수 / Maps a second, the first at the video's start.")
    frames: int = Field(description="지도 수 / Maps.")
    width: int = Field(description="지도의 너비(픽셀) / Of a map, pixels.")
    height: int = Field(description="지도의 높이(픽셀) / Of a map, pixels.")
    duration: Number = Field(description="초 / Seconds that the maps cover.")
    source: MapsSource = Field(description=SOURCE)


class SaliencyErasure(BaseModel):
    """How many maps went."""

    video_id: str
    erased: int


def saliency_document(video_id: str, info: MapsInfo) -> SaliencyDocument:
    return SaliencyDocument(
        video_id=video_id,
        rate=info.rate,
        frames=info.frames,
        width=info.width,
        height=info.height,
        duration=info.duration,
        source=info.source,
    )


class GazePointBody(BaseModel):
    """Shares of the picture, from its upper left corner."""

    seconds: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False, description="영상 시각(초) / Time of the video.")]
    x: Annotated[float, Field(allow_inf_nan=False, examples=[0.5])]
    y: Annotated[float, Field(allow_inf_nan=False, examples=[0.5])]


class GazeBody(BaseModel):
    """Where somebody looked while the video ran."""

    points: Annotated[list[GazePointBody], Field(min_length=1, max_length=5000)]

    def to_domain(self) -> list[GazePoint]:
        return [GazePoint(point.seconds, point.x, point.y) for point in self.points]


class FigureDocument(BaseModel):
    """Null where it does not exist, the interval also where gaze covers less than two seconds."""

    value: Number | None
    low: Number | None = Field(description="95 % 구간 / Of the 95 % interval, from a bootstrap over whole seconds.")
    high: Number | None
    chance: Number | None = Field(description="아무것도 모르는 지도의 값 / Of a map that knows nothing.")


class SaliencyScoreDocument(BaseModel):
    """``figures``: ``nss``, ``auc_judd``, ``cc``, ``sim``, ``kl`` (0 is best), ``share_above_p70``; means over the frames
    that had gaze. Points outside the picture or the maps' time do not count."""

    video_id: str
    frames: int = Field(description="시선이 있던 지도 수 / Maps on whose frame there was gaze.")
    points: int = Field(description="쓰인 시선점 수 / Points that counted.")
    source: MapsSource = Field(description=SOURCE)
    figures: dict[str, FigureDocument]


def score_document(video_id: str, score: SaliencyScore) -> SaliencyScoreDocument:
    documents = {name: _figure(figure) for name, figure in score.figures.items()}
    return SaliencyScoreDocument(
        video_id=video_id, frames=score.frames, points=score.points, source=score.source, figures=documents
    )


def _figure(figure: SaliencyFigure) -> FigureDocument:
    return FigureDocument(
        value=_known(figure.value), low=_known(figure.low), high=_known(figure.high), chance=_known(figure.chance)
    )


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
