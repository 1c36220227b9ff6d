"""Errors → RFC 9457 problem documents, by one table."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.routing import compile_path

from interview_analysis.api.schemas.problem import InvalidField, Problem
from interview_analysis.domain.feedback import Language
from interview_analysis.errors import (
    Conflict,
    DependencyUnavailable,
    Forbidden,
    InputError,
    InterviewAnalysisError,
    ModelUnavailable,
    NotFound,
    StorageFull,
    Unauthenticated,
)
from interview_analysis.messages import message

_log = logging.getLogger(__name__)
PROBLEM_TYPE = "application/problem+json"
_STATUS_OF_CODE = {
    "video_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "saliency_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "picture_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "body_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "request_timeout": HTTPStatus.REQUEST_TIMEOUT,
    "invalid_cursor": HTTPStatus.NOT_FOUND,
}
_STATUS_OF_CLASS: tuple[tuple[type[InterviewAnalysisError], HTTPStatus], ...] = (
    (InputError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Unauthenticated, HTTPStatus.UNAUTHORIZED),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (StorageFull, HTTPStatus.INSUFFICIENT_STORAGE),
    (DependencyUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (ModelUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)
_CODE_OF_STATUS = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    415: "unsupported_media_type",
    416: "invalid_range",
}


def status_of(error: InterviewAnalysisError) -> HTTPStatus:
    """The HTTP status of an error: by its class, but by its code where the request is at fault and the code is listed."""
    if isinstance(error, InputError) and error.code in _STATUS_OF_CODE:
        return _STATUS_OF_CODE[error.code]
    for kind, status in _STATUS_OF_CLASS:
        if isinstance(error, kind):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """``responses=`` of a route: problem documents for these statuses, and for those that any route can answer."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*statuses, 503, 507})
    }


def problem_response(
    status: int, code: str, request: HTTPConnection, *, detail: str = "", fields: list[InvalidField] | None = None
) -> JSONResponse:
    """One problem document, its sentence in the language of the service. After a time-out the connection is closed: the rest of
    the body would keep it open."""
    problem = Problem(
        type=f"urn:interview-analysis:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        message=message(code, _language(request)),
        instance=request.url.path,
        errors=fields or [],
    )
    headers = {"Connection": "close"} if status == HTTPStatus.REQUEST_TIMEOUT else None
    return JSONResponse(problem.model_dump(), status_code=status, media_type=PROBLEM_TYPE, headers=headers)


def install(app: FastAPI) -> None:
    """Register the handlers, those of the framework's own errors included; ``Faults`` is for the rest."""
    app.add_exception_handler(InterviewAnalysisError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _known(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, InterviewAnalysisError)  # noqa: S101 - registered for this class
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.warning("%s %s: %s: %s", request.method, request.url.path, error.code, error.detail)
    return problem_response(status, error.code, request, detail=error.detail)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    fields = [
        InvalidField(field=".".join(str(part) for part in fault["loc"]), problem=fault["msg"]) for fault in error.errors()
    ]
    detail = "; ".join(f"{field.field}: {field.problem}" for field in fields)
    return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", request, detail=detail, fields=fields)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    code = _CODE_OF_STATUS.get(error.status_code, "invalid_request")
    response = problem_response(error.status_code, code, request, detail=str(error.detail))
    response.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (methods := _methods(request)):
        response.headers["Allow"] = ", ".join(sorted(methods))
    return response


def _methods(request: Request) -> set[str]:
    """Of every documented route at this path; the framework names those of the first alone."""
    paths, path = request.app.openapi()["paths"], request.url.path
    exact = [paths[path]] if path in paths else []
    matching = exact or [item for template, item in paths.items() if compile_path(template)[0].fullmatch(path)]
    return {method.upper() for item in matching for method in item}


def _language(request: HTTPConnection) -> Language:
    language = request.app.state.language
    return language if isinstance(language, Language) else Language.KOREAN
