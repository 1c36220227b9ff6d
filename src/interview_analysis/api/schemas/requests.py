"""Bodies that the API accepts."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints

from interview_analysis.domain.analysis import BUCKET_PATTERN, KEY_PATTERN, AnalysisRequest, AnalysisStatus, VideoReference
from interview_analysis.domain.skippable import Skippable

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
IDENTIFIER_LENGTH = 128
_TEXT = r"^[^\x00]*$"
_CALLBACK = "Told by a signed POST when the analysis ends: https, a public host or one that the operator has named."
_RETENTION = "Days after which everything of it is erased; RETENTION_DAYS where it is not given, at most RETENTION_MAX_DAYS."
_SPOKEN = "답변에 쓰는 언어. Language of the answer (ISO 639-1): ko and en have bands of pace; without it none is reported."
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=IDENTIFIER_LENGTH, pattern=PRINTABLE)]


def json_number(value: object) -> object:
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
    """``skip`` switches parts off; without the voice there is no transcript either.
    ``overlay``: an annotated video too, for `GET /analysis/{id}/overlay`; the analysis takes longer then."""

    skip: list[Skippable] = []
    overlay: StrictBool = False


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
    question_num: Annotated[int, Field(ge=0, le=100_000), BeforeValidator(json_number)] | None = None
    question_text: Annotated[str, Field(max_length=2000, pattern=_TEXT)] | None = None
    options: AnalyzeOptions = AnalyzeOptions()
    callback_url: Annotated[str, Field(min_length=1, max_length=2048, description=_CALLBACK)] | None = None
    consent: Annotated[StrictBool, Field(description="Whether the candidate agreed; REQUIRE_CONSENT asks for true.")] | None = (
        None
    )
    retention_days: Annotated[int, Field(ge=1, description=_RETENTION), BeforeValidator(json_number)] | None = None
    priority: Annotated[int, Field(ge=0, le=9, description="Higher first."), BeforeValidator(json_number)] = 0
    spoken_language: Annotated[str, Field(pattern=r"^[a-z]{2}$", description=_SPOKEN, examples=["ko"])] | None = None

    def to_domain(self) -> AnalysisRequest:
        """Raises ``InputError`` (``invalid_bucket``, ``invalid_key``)."""
        return AnalysisRequest(
            video=VideoReference(self.s3_bucket, self.s3_key),
            user_id=self.user_id,
            session_id=self.session_id,
            question_num=self.question_num,
            question_text=self.question_text,
            skip=frozenset(self.options.skip),
            overlay=self.options.overlay,
            priority=self.priority,
            consent=self.consent,
            callback_url=self.callback_url,
            spoken_language=self.spoken_language,
        )
