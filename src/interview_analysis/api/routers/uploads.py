"""Trying it without a bucket."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from interview_analysis.api.dependencies import OwnerDep, ServicesDep
from interview_analysis.api.errors import problems
from interview_analysis.api.schemas.operations import Uploaded
from interview_analysis.application.uploads import new_upload_key
from interview_analysis.bootstrap import Services
from interview_analysis.domain.analysis import VideoReference
from interview_analysis.errors import InputError, VideoError

router = APIRouter(tags=["uploads"])

_FORM_TYPE, _RAW = "multipart/form-data", "application/octet-stream"

_BINARY = {"schema": {"type": "string", "format": "binary", "minLength": 1}}
_FORM = {"schema": {"type": "object", "required": ["file"], "properties": {"file": _BINARY["schema"]}}}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {_FORM_TYPE: _FORM, _RAW: _BINARY, "video/webm": _BINARY},
    }
}
_EXTENSION = re.compile(r"\.(webm|mp4|mkv|mov|avi|m4v|ogv)$", re.IGNORECASE)
_CHUNK = 1 << 20
_FORM_OVERHEAD = 64 * 1024


@router.post("/uploads", status_code=201, openapi_extra=_BODY, responses=problems(400, 413, 415, 422))
async def upload(request: Request, services: ServicesDep, owner: OwnerDep) -> Uploaded:
    """Store a video: a form field `file`, or the file itself as the body. The answer goes into `POST /analyze`."""
    most = services.settings.video.max_bytes
    media_type = request.headers.get("content-type", _RAW).partition(";")[0].strip().lower()
    if media_type == _RAW or media_type.startswith("video/"):
        return await _store(services, owner, ".webm", _limited(request.stream(), most))
    if media_type != _FORM_TYPE:
        raise HTTPException(415, f"{_FORM_TYPE}, {_RAW} or video/*")
    try:
        form = await MultiPartParser(request.headers, _limited(request.stream(), most + _FORM_OVERHEAD), max_files=1).parse()
    except (MultiPartException, KeyError) as error:
        raise InputError(f"malformed form: {getattr(error, 'message', 'no boundary')}") from error
    async with _closing(form) as file:
        found = _EXTENSION.search(file.filename or "")
        return await _store(services, owner, found.group().lower() if found else ".webm", _chunks(file))


async def _store(services: Services, owner: str, extension: str, chunks: AsyncIterator[bytes]) -> Uploaded:
    key = new_upload_key(owner, extension, datetime.now(UTC))
    video = VideoReference(services.settings.video.upload_bucket, key)
    size = await services.videos.put(video, chunks)
    if size == 0:
        await services.videos.delete(video)
        raise InputError("the body is empty")
    return Uploaded(s3_bucket=video.bucket, s3_key=video.key, bytes=size)


class _closing:  # noqa: N801 - reads as a function, like contextlib.closing
    """The one file of a form; all its temporary files are closed at the end. Raises ``InputError`` where there is none."""

    def __init__(self, form: Any) -> None:
        self._form = form

    async def __aenter__(self) -> UploadFile:
        file = self._form.get("file")
        if not isinstance(file, UploadFile):
            await self._form.close()
            raise InputError("the form has no file field named 'file'")
        return file

    async def __aexit__(self, *_: object) -> None:
        await self._form.close()


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk


async def _limited(stream: AsyncIterator[bytes], most: int) -> Any:
    """Raises ``VideoError`` (``video_too_large``) before more than ``most`` bytes are passed on."""
    seen = 0
    async for chunk in stream:
        seen += len(chunk)
        if seen > most:
            raise VideoError(f"more than {most} bytes", code="video_too_large")
        yield chunk
