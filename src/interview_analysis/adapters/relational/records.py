"""Rows ↔ domain. Composite values are JSON text in UTF-8; a value that would not come back equal in kind is refused."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Row

from interview_analysis.adapters.relational.tables import AnalysisRow
from interview_analysis.domain.analysis import (
    Analysis,
    AnalysisRequest,
    AnalysisResult,
    AnalysisState,
    AnalysisStatus,
    Failure,
    Progress,
    Stage,
    VideoReference,
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


def video_digest(video: VideoReference) -> str:
    """What an index can hold of a bucket and a key of up to 1024 bytes: SHA-256, as hexadecimal digits."""
    return hashlib.sha256(f"{video.bucket}/{video.key}".encode()).hexdigest()


def row_of(analysis: Analysis, idempotency_key: str | None, fingerprint: str) -> AnalysisRow:
    """A new record; ``due_at`` is its creation."""
    return AnalysisRow(
        id=analysis.id,
        owner=analysis.owner,
        idempotency_key=idempotency_key,
        fingerprint=fingerprint,
        user_id=analysis.request.user_id,
        session_id=analysis.request.session_id,
        request=_encode(_requests(), analysis.request),
        video=video_digest(analysis.request.video),
        status=analysis.status.value,
        stage=analysis.progress.stage.value,
        percent=analysis.progress.percent,
        attempt=analysis.attempt,
        priority=analysis.request.priority,
        expires_at=analysis.expires_at,
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
    state = state_of(row)
    return Analysis(
        id=state.id,
        request=_requests().validate_json(row.request),
        status=state.status,
        progress=state.progress,
        created_at=row.created_at,
        owner=row.owner,
        expires_at=row.expires_at,
        attempt=row.attempt,
        started_at=row.started_at,
        finished_at=row.finished_at,
        estimated_completion=state.estimated_completion,
        failure=state.failure,
        result=None if row.result is None else _results().validate_json(row.result),
    )


STATE_COLUMNS = (
    AnalysisRow.id,
    AnalysisRow.status,
    AnalysisRow.stage,
    AnalysisRow.percent,
    AnalysisRow.estimated_completion,
    AnalysisRow.failure_code,
    AnalysisRow.failure_detail,
)
"""What ``state_of`` needs of a row."""


def state_of(row: AnalysisRow | Row[*tuple[Any, ...]]) -> AnalysisState:
    """``row``: a record, or ``STATE_COLUMNS`` of one."""
    return AnalysisState(
        id=row.id,
        status=AnalysisStatus(row.status),
        progress=Progress(Stage(row.stage), row.percent),
        estimated_completion=row.estimated_completion,
        failure=None if row.failure_code is None else Failure(row.failure_code, row.failure_detail or ""),
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
