"""Rows ↔ domain. Composite values are JSON text in UTF-8; a value that would not come back equal in kind is refused."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from interview_analysis.adapters.relational.tables import AnalysisRow
from interview_analysis.domain.analysis import (
    Analysis,
    AnalysisRequest,
    AnalysisResult,
    AnalysisStatus,
    Failure,
    Progress,
    Stage,
)
from interview_analysis.domain.feedback import Feedback

_T = TypeVar("_T")


def encode_result(result: AnalysisResult) -> str:
    """Raises ``ValueError`` where a number that must be there is NaN or infinite."""
    return _encode(_results(), result)


def encode_feedback(feedback: Feedback) -> str:
    """Raises ``ValueError`` where a number that must be there is NaN or infinite."""
    return _encode(_feedbacks(), feedback)


def decode_feedback(document: str) -> Feedback:
    """Inverse of ``encode_feedback``."""
    return _feedbacks().validate_json(document)


def row_of(analysis: Analysis, idempotency_key: str | None, fingerprint: str) -> AnalysisRow:
    """A new record; ``due_at`` is its creation."""
    return AnalysisRow(
        id=analysis.id,
        idempotency_key=idempotency_key,
        fingerprint=fingerprint,
        user_id=analysis.request.user_id,
        session_id=analysis.request.session_id,
        request=_encode(_requests(), analysis.request),
        status=analysis.status.value,
        stage=analysis.progress.stage.value,
        percent=analysis.progress.percent,
        attempt=analysis.attempt,
        due_at=None if analysis.status.is_final else analysis.created_at,
        created_at=analysis.created_at,
        started_at=analysis.started_at,
        finished_at=analysis.finished_at,
        estimated_completion=analysis.estimated_completion,
        failure_code=None if analysis.failure is None else analysis.failure.code,
        failure_detail=None if analysis.failure is None else analysis.failure.detail,
        result=None if analysis.result is None else encode_result(analysis.result),
    )


def analysis_of(row: AnalysisRow) -> Analysis:
    """The record as the domain knows it."""
    return Analysis(
        id=row.id,
        request=_requests().validate_json(row.request),
        status=AnalysisStatus(row.status),
        progress=Progress(Stage(row.stage), row.percent),
        created_at=row.created_at,
        attempt=row.attempt,
        started_at=row.started_at,
        finished_at=row.finished_at,
        estimated_completion=row.estimated_completion,
        failure=None if row.failure_code is None else Failure(row.failure_code, row.failure_detail or ""),
        result=None if row.result is None else _results().validate_json(row.result),
    )


def _encode(adapter: TypeAdapter[_T], value: _T) -> str:
    document = adapter.dump_json(value)
    try:
        adapter.validate_json(document)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        raise ValueError(f"cannot be stored: {'.'.join(map(str, fault['loc']))}: {fault['msg']}") from None
    return document.decode()


@cache
def _requests() -> TypeAdapter[AnalysisRequest]:
    return TypeAdapter(AnalysisRequest)


@cache
def _results() -> TypeAdapter[AnalysisResult]:
    return TypeAdapter(AnalysisResult)


@cache
def _feedbacks() -> TypeAdapter[Feedback]:
    return TypeAdapter(Feedback)
