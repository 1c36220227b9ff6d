"""What can go wrong between this service and a language model's, by stable code.

llm_unauthorized      401, 403: the key
llm_rate_limited      429: too many requests
llm_quota_exhausted   429 ``insufficient_quota``: nothing left to spend
llm_request_refused   another 4xx: the model's name, the length of the prompt                          not retried
llm_server_error      5xx
llm_timed_out         no whole answer in time
llm_unreachable       no connection
llm_bad_answer        200, but not of the API: a page of a proxy
llm_bad_json          the reply is not JSON
llm_wrong_schema      the reply is JSON of another form
llm_truncated         the reply reached OPENAI_MAX_OUTPUT_TOKENS
llm_refused           the model declined                                                               not retried
llm_content_filter    the service's filter stopped the prompt or the reply                             not retried
llm_false_figures     not one sentence agrees with the analysis
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interview_analysis.errors import DependencyRefused, DependencyUnavailable

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAIError

_BY_STATUS = {401: "llm_unauthorized", 403: "llm_unauthorized", 408: "llm_timed_out", 429: "llm_rate_limited"}
_FILTERS = ("content_filter", "content_policy_violation")


def of_error(error: OpenAIError) -> DependencyUnavailable:
    """The service's own words stay out of it: they may quote the prompt or the key."""
    from openai import APIConnectionError, APIStatusError, APITimeoutError  # noqa: PLC0415 - takes half a second to import

    if isinstance(error, APITimeoutError):
        return DependencyUnavailable("no whole answer in time", code="llm_timed_out")
    if isinstance(error, APIConnectionError):
        return DependencyUnavailable("no connection", code="llm_unreachable")
    if isinstance(error, APIStatusError):
        return _of_status(error)
    return DependencyUnavailable(type(error).__name__, code="llm_bad_answer")


def _of_status(error: APIStatusError) -> DependencyUnavailable:
    status, told = error.status_code, f"status {error.status_code}"
    if error.code in _FILTERS:
        return DependencyRefused(told, code="llm_content_filter")
    if status == 429 and "insufficient_quota" in (error.code, error.type):
        return DependencyUnavailable(told, code="llm_quota_exhausted")
    if status in _BY_STATUS:
        return DependencyUnavailable(told, code=_BY_STATUS[status])
    if status >= 500:
        return DependencyUnavailable(told, code="llm_server_error")
    return DependencyRefused(told, code="llm_request_refused")


def refused_parameter(error: APIStatusError) -> str | None:
    """The parameter of a request that the model or server does not know, as its error names it; ``None`` for another fault."""
    if error.status_code not in (400, 404, 422):
        return None
    body: Any = error.body
    told = " ".join(map(str, body.values())) if isinstance(body, dict) else str(body)
    named = str(getattr(error, "param", "") or "")
    return next((name for name in ("response_format", "max_completion_tokens") if name in named or name in told), None)
