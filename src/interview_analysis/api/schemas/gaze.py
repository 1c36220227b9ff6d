"""Screen gaze: frames in, points out, and the session that collects them."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints

from interview_analysis.api.schemas.analysis import CallbackDocument, Number
from interview_analysis.api.schemas.gaze_examples import ANSWER, FRAME, SESSION
from interview_analysis.api.schemas.requests import PRINTABLE, Identifier, json_number
from interview_analysis.api.schemas.saliency import SOURCE, FigureDocument
from interview_analysis.application.gaze_session import SentFrame
from interview_analysis.domain.gaze_session import MOST_FRAMES, GazeSessionDetails, GazeSessionState, VideoRect
from interview_analysis.domain.saliency_maps import MapsSource
from interview_analysis.domain.screen_gaze import GazeProblem, GazeSource, Screen
from interview_analysis.errors import InputError

_IMAGE = r"^(data:image/(jpeg|png|webp);base64,)?([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
PictureText = Annotated[
    str, Field(min_length=4, pattern=_IMAGE, description="JPEG, PNG, WebP: base64, or a data URL", examples=["/9j/4AA="])
]
_FARTHEST = 100_000
_Whole = BeforeValidator(json_number)
Pixels = Annotated[float, Field(ge=-_FARTHEST, le=_FARTHEST, allow_inf_nan=False), _Whole]
Length = Annotated[float, Field(ge=1, le=_FARTHEST, allow_inf_nan=False), _Whole]
_SECONDS = "영상 시각(초). Time of the video; without it the frame's number counts its maps."
_LAST = "마지막 프레임인지. After it late frames count for GAZE_GRACE_SECONDS, then the session is finished."


def decoded(picture: str) -> bytes:
    """Of a ``PictureText``."""
    return base64.b64decode(picture.rpartition(",")[2])


class ScreenBody(BaseModel):
    """The screen as the browser counts its pixels."""

    width: Annotated[int, Field(ge=1, le=32_768), _Whole]
    height: Annotated[int, Field(ge=1, le=32_768), _Whole]
    width_mm: Annotated[float, Field(ge=30, le=20_000, allow_inf_nan=False), _Whole] | None = None

    def to_domain(self) -> Screen:
        return Screen(self.width, self.height, self.width_mm)


class VideoRectBody(BaseModel):
    """Where on the screen the video is shown, pixels from the screen's upper left corner; the whole screen where it is not
    given."""

    x: Pixels
    y: Pixels
    width: Length
    height: Length

    def to_domain(self) -> VideoRect:
        return VideoRect(self.x, self.y, self.width, self.height)


class GazeFrameNote(BaseModel):
    """What may come with every picture."""

    seconds: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False, description=_SECONDS), _Whole] | None = None
    last: Annotated[StrictBool, Field(description=_LAST)] = False
    screen: ScreenBody | None = None
    video_rect: VideoRectBody | None = None


class GazeSessionNote(BaseModel):
    """What is told of a session; the first word holds."""

    video_id: Identifier | None = None
    user_id: Identifier | None = None
    ip_address: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=PRINTABLE)] | None = None
    consent: Annotated[StrictBool, Field(description="REQUIRE_CONSENT asks for true.")] | None = None


FrameNumber = Annotated[int, Field(ge=0, lt=MOST_FRAMES), _Whole]


class GazeFrameFields(GazeSessionNote, GazeFrameNote):
    """Everything of a frame but its picture."""

    session_id: Identifier
    frame_number: FrameNumber

    def to_domain(self, picture: bytes, most_bytes: int) -> SentFrame:
        """Raises ``InputError`` (``picture_too_large``)."""
        return sent_frame(self.frame_number, picture, self, self, most_bytes)


class GazeFrameBody(GazeFrameFields):
    """One picture of a session, which is begun by its first. Unknown fields are ignored."""

    model_config = ConfigDict(json_schema_extra={"examples": [FRAME]})

    image: PictureText

    @property
    def picture(self) -> bytes:
        return decoded(self.image)


def sent_frame(number: int, picture: bytes, note: GazeFrameNote, about: GazeSessionNote, most_bytes: int) -> SentFrame:
    """Raises ``InputError`` (``picture_too_large``; ``invalid_request`` for nothing)."""
    if not picture:
        raise InputError("the picture is empty")
    if len(picture) > most_bytes:
        raise InputError(f"a picture of {len(picture)} bytes, at most {most_bytes}", code="picture_too_large")
    details = GazeSessionDetails(
        video_id=about.video_id,
        user_id=about.user_id,
        ip_address=about.ip_address,
        consent=about.consent,
        screen=None if note.screen is None else note.screen.to_domain(),
        video_rect=None if note.video_rect is None else note.video_rect.to_domain(),
    )
    return SentFrame(number=number, picture=picture, seconds=note.seconds, is_last=note.last, details=details)


class GazePointDocument(BaseModel):
    """Pixels of the screen, and shares of the video's picture: below 0 and from 1 on the gaze is beside it."""

    x: Number
    y: Number
    video_x: Number
    video_y: Number


class GazeErrorDocument(BaseModel):
    """Of targets left out of the fit: mean distance in pixels with its 95 % interval; degrees where the screen's width is
    known."""

    pixels: Number
    low: Number
    high: Number
    degrees: Number | None


class UsedCalibration(GazeErrorDocument):
    """Which calibration placed the gaze, and how far off that is."""

    points: int


class SaliencyPart(BaseModel):
    """As of `POST /saliency/{video_id}/score`."""

    frames: int
    points: int
    source: MapsSource = Field(description=SOURCE)
    figures: dict[str, FigureDocument]


class GazeResultDocument(BaseModel):
    """What a session came to. Shares are null where there is nothing to share out."""

    schema_: Literal["gaze-result/1"] = Field(alias="schema", serialization_alias="schema")
    session_id: str
    video_id: str | None
    ip_address: str | None = None
    frames: int
    last_frame: int | None = Field(description="마지막 프레임 번호. Number of the frame that was marked as the last.")
    face_coverage: Number | None = Field(description="얼굴이 보인 비율. Share of frames in which a face was seen.")
    gaze_coverage: Number | None = Field(description="시선이 있는 비율. Share of frames with gaze.")
    in_video_share: Number | None = Field(description="영상 위 시선의 비율. Of the frames with gaze, the share on the video.")
    problems: dict[str, int] = Field(description="코드별 시선 없는 프레임 수. Frames without gaze by code.")
    sources: dict[str, int] = Field(description="시선의 근거별 프레임 수. Frames with gaze by what placed it.")
    calibration: UsedCalibration | None
    saliency: SaliencyPart | None
    saliency_reason: str | None = Field(
        description="점수가 없는 까닭. Code of why there is none: too_little_gaze, saliency_not_found, video_not_named, …"
    )


class GazeFrameDocument(BaseModel):
    """The frame as it is stored. ``result``: preliminary with the last frame while the session is closing."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWER]})

    session_id: str
    frame_number: int
    gaze: GazePointDocument | None
    problem: GazeProblem | None = Field(description="시선이 없는 까닭. Why there is no gaze.")
    problem_message: str | None
    source: GazeSource | None
    calibrated: bool
    session: GazeSessionState
    result: GazeResultDocument | None


class SessionCalibration(UsedCalibration):
    """The session's own calibration."""

    samples: int
    dropped: int
    created_at: datetime


class GazeSessionDocument(BaseModel):
    """A session and how far it has come. ``delivery``: of its result to the aggregator; null where none is set."""

    model_config = ConfigDict(json_schema_extra={"examples": [SESSION]})

    session_id: str
    session: GazeSessionState
    video_id: str | None
    user_id: str | None
    ip_address: str | None
    screen: ScreenBody | None
    video_rect: VideoRectBody | None
    consent: bool | None
    created_at: datetime
    expires_at: datetime | None
    closing_at: datetime | None
    finished_at: datetime | None
    frames: int
    calibration: SessionCalibration | None
    result: GazeResultDocument | None
    delivery: CallbackDocument | None


class GazeErasureDocument(BaseModel):
    """What was there and is gone; ``verified``: each store was read again afterwards and holds nothing of it."""

    session_id: str
    erased: dict[str, int | bool] = Field(examples=[{"session": True, "frames": 300, "calibration": True, "deliveries": 1}])
    verified: Literal[True] = True


class GazeStreamHello(GazeSessionNote, GazeFrameNote):
    """The first message of ``WS /gaze/stream``."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["hello"]
    key: str | None = Field(default=None, max_length=256)


class GazeStreamWelcome(BaseModel):
    """The answer to it: limits."""

    type: Literal["hello"] = "hello"
    session_id: str
    max_frame_bytes: int
    window: int
    idle_seconds: float


def frame_schema() -> dict[str, Any]:
    """Of ``POST /gaze`` as a form."""
    text = {"type": "string", "format": "binary", "minLength": 1}
    fields = GazeFrameFields.model_json_schema(ref_template="#/components/schemas/{model}")
    fields.pop("$defs", None)
    return {
        "type": "object",
        "required": [*fields["required"], "image"],
        "properties": {**fields["properties"], "image": text},
    }
