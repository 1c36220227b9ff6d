"""Problem documents (RFC 9457)."""

from __future__ import annotations

from pydantic import BaseModel, Field


class InvalidField(BaseModel):
    """One field that was refused."""

    field: str = Field(examples=["body.s3_key"])
    problem: str


class Problem(BaseModel):
    """``code`` is stable, ``message`` is a sentence in the language of the service, ``detail`` is technical."""

    type: str = Field(examples=["urn:interview-analysis:problem:analysis_not_found"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str
    code: str = Field(examples=["analysis_not_found"])
    message: str = Field(examples=["분석을 찾을 수 없습니다."])
    instance: str
    errors: list[InvalidField] = []
