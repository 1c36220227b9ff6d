"""The OpenAPI document: the routes', and what the layers around them add."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from interview_analysis.api.access import KEY_HEADER, is_public
from interview_analysis.api.errors import problems
from interview_analysis.api.schemas.gaze import GazeFrameBody
from interview_analysis.api.schemas.problem import Problem
from interview_analysis.settings import Settings
from interview_analysis.settings.edge import AccessSettings

_SCHEMES = {
    "ApiKey": {"type": "apiKey", "in": "header", "name": KEY_HEADER},
    "Bearer": {"type": "http", "scheme": "bearer"},
}
_NO_CALLBACKS = {"type": "null", "title": "Callback Url", "description": "Not here: `WEBHOOK_SECRET` is not set."}


def build_document(app: FastAPI, settings: Settings) -> dict[str, Any]:
    """FastAPI's document with the schemas of problems and of bodies that routes read themselves, the security schemes where
    there are keys, and what the edge answers."""
    access = settings.access
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, tags=app.openapi_tags, routes=app.routes
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for model in (Problem, GazeFrameBody):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[model.__name__] = schema
    _say_what_is_set(schemas["AnalyzeBody"]["properties"], settings)
    if access.api_keys:
        components["securitySchemes"] = _SCHEMES
    for path, item in document["paths"].items():
        for operation in item.values():
            _complete(operation, access, public=is_public(path))
    return document


def _say_what_is_set(body: dict[str, Any], settings: Settings) -> None:
    """What `POST /analyze` takes depends on settings too."""
    if not settings.callbacks.signing_keys:
        body["callback_url"] = _NO_CALLBACKS
    body["retention_days"]["anyOf"][0]["maximum"] = settings.privacy.retention_max_days
    if settings.privacy.require_consent:
        body["consent"] = {"const": True, "title": "Consent", "description": "Nothing is analysed without it."}


def _complete(operation: dict[str, Any], access: AccessSettings, *, public: bool) -> None:
    statuses = [408] if "requestBody" in operation else []
    if access.api_keys and not public:
        operation["security"] = [{name: []} for name in _SCHEMES]
        statuses.append(401)
    if (access.rate_limit or access.rate_limit_analyze) and not public:
        statuses.append(429)
    known = problems(*statuses)
    operation["responses"].update({str(status): known[status] for status in statuses})
