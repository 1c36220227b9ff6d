"""What a call to the service may raise."""

from __future__ import annotations

from interview_analysis.errors import DependencyUnavailable, InterviewAnalysisError


class ServiceError(InterviewAnalysisError):
    """The service answered with a problem document. ``code`` is stable, ``message`` a sentence in the service's language,
    ``status`` the HTTP status, ``retry_after`` seconds where it named them."""

    def __init__(self, detail: str, *, code: str, status: int, message: str = "", retry_after: float | None = None) -> None:
        super().__init__(detail, code=code)
        self.status = status
        self.message = message
        self.retry_after = retry_after


class NoAnswer(DependencyUnavailable):
    """No connection, none in time, or an answer that is not the service's, such as a proxy's with HTTP ``status``. ``sent`` is
    false where the request certainly never reached it."""

    def __init__(self, detail: str, *, sent: bool = True, status: int | None = None) -> None:
        super().__init__(detail)
        self.sent = sent
        self.status = status
