"""Bodies that the API accepts."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from interview_analysis.domain.analysis import BUCKET_PATTERN, KEY_PATTERN, AnalysisRequest, AnalysisStatus, VideoReference
from interview_analysis.domain.skippable import Skippable

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
_TEXT = r"^[^\x00]*$"
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=_PRINTABLE)]


def _unless(refused: bool, value: object, name: str) -> object:
    """What would silently be dropped is refused with a code of its own."""
    if refused:
        raise PydanticCustomError("not_supported", "{name} is not available yet", {"name": name})
    return value


def _number(value: object) -> object:
    """A JSON number: neither true nor a string of digits."""
    if isinstance(value, bool | str):
        raise ValueError("a number is wanted")  # noqa: TRY004 - pydantic turns ValueError alone into a validation error
    return value


class RecentQuery(BaseModel):
    """Filters and paging of ``GET /analysis/recent``; all given filters must match."""

    user_id: Identifier | None = None
    session_id: Identifier | None = None
    status: AnalysisStatus | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 10
    cursor: Annotated[str, Field(max_length=200)] | None = None


class AnalyzeOptions(BaseModel):
    """``skip`` switches parts off. ``overlay`` is not available yet and refused when true."""

    skip: list[Skippable] = []
    overlay: Annotated[StrictBool, Field(json_schema_extra={"const": False})] = False

    @field_validator("overlay", mode="before")
    @classmethod
    def _refuse(cls, value: object) -> object:
        return _unless(value is True, value, "options.overlay")


class AnalyzeBody(BaseModel):
    """Which video to analyse, and for whom. Unknown fields are ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "s3_bucket": "interview-videos",
                    "s3_key": "interviews/2025/01/27/interview_001.webm",
                    "user_id": "user123",
                    "session_id": "session456",
                }
            ]
        }
    )

    s3_bucket: Annotated[str, Field(min_length=1, max_length=255, json_schema_extra={"pattern": BUCKET_PATTERN})]
    s3_key: Annotated[str, Field(min_length=1, max_length=1024, json_schema_extra={"pattern": KEY_PATTERN})]
    user_id: Identifier | None = None
    session_id: Identifier | None = None
    question_num: Annotated[int, Field(ge=0, le=100_000), BeforeValidator(_number)] | None = None
    question_text: Annotated[str, Field(max_length=2000, pattern=_TEXT)] | None = None
    options: AnalyzeOptions = AnalyzeOptions()
    callback_url: Annotated[None, Field(description="Not available yet: refused when given.")] = None

    @field_validator("callback_url", mode="before")
    @classmethod
    def _refuse(cls, value: object) -> object:
        return _unless(isinstance(value, str), value, "callback_url")

    def to_domain(self) -> AnalysisRequest:
        """Raises ``InputError`` (``invalid_bucket``, ``invalid_key``)."""
        return AnalysisRequest(
            video=VideoReference(self.s3_bucket, self.s3_key),
            user_id=self.user_id,
            session_id=self.session_id,
            question_num=self.question_num,
            question_text=self.question_text,
            skip=frozenset(self.options.skip),
        )
