"""Every error that the program raises on purpose.

    InterviewAnalysisError          code, retryable
    ├── InputError                  the caller's request or video is at fault; trying again changes nothing
    │   └── VideoError              the video cannot be analysed: unreadable, no video stream, too large, too long
    ├── Unauthenticated             no API key, or one that nobody holds
    ├── Forbidden                   the caller or the service may not read this
    ├── NotFound                    no such analysis, video or feedback
    ├── Conflict                    the present state does not allow it: idempotency key reused, already finished
    ├── DependencyUnavailable       a store, queue or service did not answer (retryable)
    │   ├── StorageFull             no space left for temporary or stored data (retryable)
    │   └── DependencyRefused       it answered that it will not: credentials, rights, form (not retryable)
    ├── ModelUnavailable            a required model is missing or its checksum is wrong
    ├── ClaimLost                   another worker owns this attempt now; drop the work, write nothing
    └── AnalysisCancelled           the user cancelled while the work was going on

``code`` is stable and part of the HTTP contract; the sentence for people is looked up in ``messages``. ``detail`` is a
technical English sentence for logs and for the error document.
"""

from __future__ import annotations

from typing import ClassVar


class InterviewAnalysisError(Exception):
    """Base of all: ``code`` names the fault, ``detail`` explains this instance."""

    default_code: ClassVar[str] = "internal_error"
    retryable: ClassVar[bool] = False

    def __init__(self, detail: str = "", *, code: str | None = None) -> None:
        super().__init__(detail or code or self.default_code)
        self.code = code or self.default_code
        self.detail = detail


class InputError(InterviewAnalysisError):
    default_code = "invalid_request"


class VideoError(InputError):
    """Codes: ``video_unreadable``, ``no_video_stream``, ``video_too_large``, ``video_too_long``."""

    default_code = "video_unreadable"


class Unauthenticated(InterviewAnalysisError):
    """Codes: ``api_key_missing``, ``api_key_invalid``."""

    default_code = "api_key_missing"


class Forbidden(InterviewAnalysisError):
    default_code = "video_forbidden"


class NotFound(InterviewAnalysisError):
    default_code = "analysis_not_found"


class Conflict(InterviewAnalysisError):
    default_code = "conflict"


class DependencyUnavailable(InterviewAnalysisError):
    default_code = "dependency_unavailable"
    retryable = True


class StorageFull(DependencyUnavailable):
    default_code = "storage_full"


class DependencyRefused(DependencyUnavailable):
    """Codes: ``dependency_refused``, ``database_newer``."""

    default_code = "dependency_refused"
    retryable = False


class ModelUnavailable(InterviewAnalysisError):
    default_code = "model_unavailable"


class ClaimLost(InterviewAnalysisError):
    default_code = "claim_lost"


class AnalysisCancelled(InterviewAnalysisError):
    default_code = "analysis_cancelled"
