"""``POST /gaze``: pictures of somebody who looks at a screen, one by one, and the sessions that they belong to."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import orjson
from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from interview_analysis.api.dependencies import GazeDep, LanguageDep, OwnerDep, ServicesDep
from interview_analysis.api.errors import problems
from interview_analysis.api.gaze_documents import delivery_document, frame_document, session_document
from interview_analysis.api.schemas.gaze import (
    GazeErasureDocument,
    GazeFrameBody,
    GazeFrameDocument,
    GazeFrameFields,
    GazeSessionDocument,
    frame_schema,
)
from interview_analysis.api.schemas.requests import IDENTIFIER_LENGTH, PRINTABLE
from interview_analysis.application.erase_gaze import erase_gaze_session
from interview_analysis.application.gaze_session import SentFrame
from interview_analysis.domain.gaze_session import session_digest
from interview_analysis.domain.screen_gaze import GazeSessionKey
from interview_analysis.errors import InputError, NotFound

router = APIRouter(tags=["gaze"])

_FORM_TYPE, _JSON_TYPE = "multipart/form-data", "application/json"
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            _JSON_TYPE: {"schema": {"$ref": "#/components/schemas/GazeFrameBody"}},
            _FORM_TYPE: {"schema": frame_schema()},
        },
    }
}
_MOST_FIELDS = 16
_FIELD_BYTES = 4096
_NOT_TEXT = ("frame_number", "seconds", "last", "screen", "video_rect", "consent")
"""Fields of a form that hold JSON."""
_Body = TypeVar("_Body", bound=BaseModel)
_ENCODED = "Percent-encoded, slashes too (`encodeURIComponent`)."
SessionId = Annotated[
    str, Path(min_length=1, max_length=IDENTIFIER_LENGTH, pattern=PRINTABLE, examples=["session456"], description=_ENCODED)
]


@router.post("/gaze", openapi_extra=_BODY, responses=problems(400, 409, 413, 415, 422))
async def take(request: Request, desk: GazeDep, owner: OwnerDep, language: LanguageDep) -> GazeFrameDocument:
    """사진 한 장으로 화면의 어디를 보는지 답합니다.

    Where on the screen somebody looks in one picture: JSON with base64, or a form with a file `image`. The first picture begins
    the session; pictures may come in any order, twice (the first counts) and to any replica. With `last` the answer has a
    preliminary result; the final one follows after `GAZE_GRACE_SECONDS` in `GET /gaze/sessions/{session_id}` and, where
    `GAZE_AGGREGATOR_URL` is set, at the aggregator. Pictures are not stored."""
    session_id, sent = await _read(request, desk.settings.gaze.max_frame_bytes)
    taken = await desk.intake.take(GazeSessionKey(owner, session_id), sent)
    if taken.is_first or sent.is_last:
        _note(request, "gaze", session_id)
    return frame_document(taken, language)


@router.get("/gaze/sessions/{session_id:path}", responses=problems(404, 422))
async def read(request: Request, session_id: SessionId, services: ServicesDep, owner: OwnerDep) -> GazeSessionDocument:
    """세션의 상태와 결과. State, result and delivery of a session."""
    key = GazeSessionKey(owner, session_id)
    session = await services.gaze.get(key)
    if session is None or session.result is not None:
        _note(request, "read_gaze", session_id)
    if session is None:
        raise NotFound("no such gaze session", code="gaze_session_not_found")
    sent = await services.deliveries.of_gaze_session(session_digest(key))
    return session_document(
        session,
        await services.gaze.count_frames(key),
        await services.calibrations.of_session(key),
        delivery_document(sent, services.settings.gaze.gaze_aggregator_url),
    )


@router.delete("/gaze/sessions/{session_id:path}", responses=problems(404, 422))
async def erase(request: Request, session_id: SessionId, services: ServicesDep, owner: OwnerDep) -> GazeErasureDocument:
    """세션을 지웁니다. Erase a session with frames, calibration, result and message; its user's kept calibration stays."""
    _note(request, "erase_gaze", session_id)
    erasure = await erase_gaze_session(GazeSessionKey(owner, session_id), services)
    return GazeErasureDocument(
        session_id=session_id,
        erased={
            "session": erasure.session,
            "frames": erasure.frames,
            "calibration": erasure.calibration,
            "deliveries": erasure.deliveries,
        },
    )


def _note(request: Request, action: str, session_id: str) -> None:
    """For the audit log."""
    request.state.audited_as, request.state.gaze_session = action, session_id


async def _read(request: Request, most_bytes: int) -> tuple[str, SentFrame]:
    """The session's id and the frame."""
    media_type = request.headers.get("content-type", _JSON_TYPE).partition(";")[0].strip().lower()
    if media_type == _JSON_TYPE:
        body = _validated(GazeFrameBody, _json(await request.body(), "body"))
        return body.session_id, body.to_domain(body.picture, most_bytes)
    if media_type != _FORM_TYPE:
        raise HTTPException(415, f"{_JSON_TYPE} or {_FORM_TYPE}")
    async with request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=_FIELD_BYTES) as form:
        fields = _validated(GazeFrameFields, _fields(form))
        image = form.get("image")
        if not isinstance(image, UploadFile):
            raise InputError("the form has no file field named 'image'")
        return fields.session_id, fields.to_domain(await image.read(most_bytes + 1), most_bytes)


def _fields(form: FormData) -> dict[str, object]:
    if len(form.multi_items()) > len(form):
        raise InputError("a field of the form comes twice")
    given = {name: value for name, value in form.items() if isinstance(value, str)}
    return {name: _json(value.encode(), name) if name in _NOT_TEXT else value for name, value in given.items()}


def _json(text: bytes, name: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestValidationError([{"loc": (name,), "msg": f"not JSON: {error}", "type": "json_invalid"}]) from None


def _validated(form: type[_Body], given: object) -> _Body:
    try:
        return form.model_validate(given)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        raise RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in faults]) from None
