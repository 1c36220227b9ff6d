"""Calibration of screen gaze."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator
from pydantic.types import JsonValue

from interview_analysis.api.schemas.analysis import Number
from interview_analysis.api.schemas.gaze import GazeErrorDocument, PictureText, Pixels, ScreenBody, decoded
from interview_analysis.api.schemas.requests import Identifier
from interview_analysis.application.calibrate_gaze import Calibrated, CalibrationRequest, Drift, Fallen, TargetPictures
from interview_analysis.domain.screen_gaze import GazeProblem, GazeSessionKey, ScreenPoint

MOST_POINTS = 13
MOST_PICTURES = 20
_PICTURES = "그 점을 보는 동안 찍은 그림 / JPEG, PNG or WebP in base64, taken while the eyes rest on the point."
_PROFILE = "`user_id`의 프로필로도 보관 / Keep it as the profile of `user_id` too, for their other sessions; ask them first."
_FALLEN = "그 점을 보는 동안 잰 시선의 중앙값 / Median of the measured gaze; null where no picture shows open eyes."


class TargetBody(BaseModel):
    """A point of the screen, pixels from its upper left corner."""

    x: Pixels = Field(examples=[96.0])
    y: Pixels = Field(examples=[54.0])
    pictures: Annotated[list[PictureText], Field(min_length=1, max_length=MOST_PICTURES, description=_PICTURES)]

    def to_domain(self) -> TargetPictures:
        return TargetPictures(ScreenPoint(self.x, self.y), tuple(decoded(text) for text in self.pictures))


TargetBodies = Annotated[list[TargetBody], Field(min_length=1, max_length=MOST_POINTS)]


class CalibrationBody(BaseModel):
    """At least four points that are apart; 9 of 12 pictures each do well."""

    session_id: Identifier = Field(examples=["session456"])
    user_id: Identifier | None = Field(default=None, examples=["user123"])
    keep_profile: StrictBool = Field(default=False, description=_PROFILE)
    consent: StrictBool | None = Field(default=None, description="REQUIRE_CONSENT asks for true.")
    screen: ScreenBody
    points: TargetBodies

    @model_validator(mode="after")
    def _is_whole(self) -> CalibrationBody:
        if self.keep_profile and self.user_id is None:
            raise ValueError("keep_profile needs a user_id")
        if not all(0 <= point.x <= self.screen.width and 0 <= point.y <= self.screen.height for point in self.points):
            raise ValueError("a point lies outside of the screen")
        return self

    def to_domain(self, owner: str) -> CalibrationRequest:
        return CalibrationRequest(
            key=GazeSessionKey(owner, self.session_id),
            screen=self.screen.to_domain(),
            shown=tuple(point.to_domain() for point in self.points),
            user_id=self.user_id if self.keep_profile else None,
        )


class DriftBody(BaseModel):
    """Three points do."""

    session_id: Identifier = Field(examples=["session456"])
    points: TargetBodies


class FaceBody(BaseModel):
    """One picture of the camera."""

    picture: PictureText


class FaceDocument(BaseModel):
    """Whether gaze can be measured in a picture; nothing of it is kept."""

    problem: GazeProblem | None
    distance_mm: Number | None = Field(
        description="카메라까지의 거리, 홍채 크기에서 / From the camera, by the size of the iris."
    )


class PointDocument(BaseModel):
    x: Number
    y: Number


class FallenDocument(BaseModel):
    target: PointDocument
    gaze: PointDocument | None = Field(description=_FALLEN)


_POINT: JsonValue = {"target": {"x": 96.0, "y": 54.0}, "gaze": {"x": 121.4, "y": 80.2}}


class CalibrationDocument(BaseModel):
    """What the session's gaze is computed by from now on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "session_id": "session456",
                    "error": {"pixels": 74.2, "low": 51.0, "high": 99.8, "degrees": 1.9},
                    "points": 9,
                    "samples": 102,
                    "dropped": 6,
                    "kept_as_profile": False,
                    "map": [_POINT],
                }
            ]
        }
    )

    session_id: str
    error: GazeErrorDocument
    points: int = Field(description="쓰인 점 수 / Points that counted.")
    samples: int = Field(description="쓰인 그림 수 / Pictures that counted.")
    dropped: int = Field(
        description="눈이 안 보이거나 튀어 뺀 그림 수 / Pictures without open eyes, or far off their point's others."
    )
    kept_as_profile: bool
    map: list[FallenDocument] = Field(description="보정에 쓴 점에서 / At the points that it was fitted to.")


class DriftDocument(BaseModel):
    """Whether the calibration still holds."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"session_id": "session456", "error_px": 81.0, "expected_px": 74.2, "recalibrate": False, "map": [_POINT]}
            ]
        }
    )

    session_id: str
    error_px: Number
    expected_px: Number = Field(description="보정할 때의 오차 / The calibration's own error.")
    recalibrate: bool = Field(description="다시 보정할지 / Over 1.5 times the expected error and above its interval.")
    map: list[FallenDocument]


def calibration_document(calibrated: Calibrated) -> CalibrationDocument:
    calibration = calibrated.calibration
    error = calibration.error
    return CalibrationDocument(
        session_id=calibration.session_id,
        error=GazeErrorDocument(pixels=error.pixels, low=error.low, high=error.high, degrees=error.degrees),
        points=calibration.points,
        samples=calibration.samples,
        dropped=calibration.dropped,
        kept_as_profile=calibration.user_id is not None,
        map=[_fallen(one) for one in calibrated.fallen],
    )


def drift_document(session_id: str, drift: Drift) -> DriftDocument:
    return DriftDocument(
        session_id=session_id,
        error_px=drift.error,
        expected_px=drift.expected,
        recalibrate=drift.recalibrate,
        map=[_fallen(one) for one in drift.fallen],
    )


def _fallen(one: Fallen) -> FallenDocument:
    return FallenDocument(target=_point(one.target), gaze=None if one.gaze is None else _point(one.gaze))


def _point(point: ScreenPoint) -> PointDocument:
    return PointDocument(x=point.x, y=point.y)
