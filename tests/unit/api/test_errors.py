"""One table decides the status of every error."""

from __future__ import annotations

import pytest

from interview_analysis.api.errors import status_of
from interview_analysis.errors import (
    ClaimLost,
    Conflict,
    DependencyUnavailable,
    Forbidden,
    InputError,
    InterviewAnalysisError,
    ModelUnavailable,
    NotFound,
    StorageFull,
    VideoError,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InputError("", code="invalid_key"), 422),
        (VideoError("", code="video_too_large"), 413),
        (VideoError(), 422),
        (Forbidden(), 403),
        (NotFound(), 404),
        (Conflict(), 409),
        (Conflict("", code="video_too_large"), 409),
        (DependencyUnavailable(), 503),
        (StorageFull(), 507),
        (ModelUnavailable(), 503),
        (ClaimLost(), 500),
        (InterviewAnalysisError(), 500),
    ],
    ids=lambda value: getattr(value, "code", None),
)
def test_status(error: InterviewAnalysisError, status: int) -> None:
    assert status_of(error) == status
