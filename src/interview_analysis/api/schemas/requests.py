"""Bodies that the API accepts."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from interview_analysis.domain.analysis import AnalysisRequest, VideoReference
from interview_analysis.domain.skippable import Skippable

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=_PRINTABLE)]


class AnalyzeOptions(BaseModel):
    """``skip`` switches parts off. ``overlay`` is not available yet and refused when true."""

    skip: list[Skippable] = []
    overlay: bool = False


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

    s3_bucket: Annotated[str, Field(min_length=1, max_length=255)]
    s3_key: Annotated[str, Field(min_length=1, max_length=1024)]
    user_id: Identifier | None = None
    session_id: Identifier | None = None
    question_num: Annotated[int, Field(ge=0, le=100_000)] | None = None
    question_text: Annotated[str, Field(max_length=2000)] | None = None
    options: AnalyzeOptions = AnalyzeOptions()
    callback_url: Annotated[str, Field(max_length=2000, description="Not available yet: refused when given.")] | None = None

    @model_validator(mode="after")
    def _refuse_what_would_be_dropped(self) -> Self:
        if self.callback_url is not None:
            raise PydanticCustomError("not_supported", "callback_url is not available yet")
        if self.options.overlay:
            raise PydanticCustomError("not_supported", "options.overlay is not available yet")
        return self

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
