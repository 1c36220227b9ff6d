"""The videos of an analysis: the one that was uploaded, and the annotated one. Parts are read from the store as they are asked
for; nothing is kept here."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Depends, Header, HTTPException, Response
from fastapi.responses import StreamingResponse

from interview_analysis.api.conditions import holds, wanted_part
from interview_analysis.api.dependencies import AnalysisDep, ServicesDep
from interview_analysis.api.errors import problems
from interview_analysis.application.paint_overlay import overlay_of
from interview_analysis.application.read_analysis import result_of
from interview_analysis.application.uploads import is_upload_key
from interview_analysis.bootstrap import Services
from interview_analysis.domain.analysis import VideoReference
from interview_analysis.errors import NotFound

router = APIRouter(tags=["report"])

WEBM: Final = "video/webm"
_MEDIA_TYPES: Final = {
    ".webm": WEBM,
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".avi": "video/x-msvideo",
    ".ogv": "video/ogg",
}
"""By the name that the upload was stored under, which is one of these; browsers are told not to guess."""
_FILE = {"schema": {"type": "string", "format": "binary"}}


def _answers(*media_types: str) -> dict[int | str, dict[str, Any]]:
    content = {"content": dict.fromkeys(media_types, _FILE)}
    return {
        200: content,
        206: content | {"description": "The part that `Range` asks for."},
        304: {"description": "Not modified since the ETag that was sent."},
    }


class _Wanted(NamedTuple):
    """Which part of which version."""

    part: str
    version: str
    known: str


async def _wanted(
    part: Annotated[str, Header(alias="Range", max_length=200, description="한 구간 / One range of bytes.")] = "",
    version: Annotated[str, Header(alias="If-Range", max_length=200)] = "",
    known: Annotated[str, Header(alias="If-None-Match", max_length=2000)] = "",
) -> _Wanted:
    return _Wanted(part, version, known)


WantedDep = Annotated[_Wanted, Depends(_wanted)]


@router.get("/analysis/{analysis_id}/overlay", response_class=Response, responses=problems(404, 409, 416, 422) | _answers(WEBM))
async def read_overlay(analysis: AnalysisDep, services: ServicesDep, wanted: WantedDep) -> Response:
    """The video with what was measured drawn over it (WebM with sound), where `options.overlay` asked for it. `Range` is
    understood."""
    result_of(analysis)
    if not analysis.request.overlay:
        raise NotFound("options.overlay was not set", code="overlay_not_found")
    video = overlay_of(analysis.id, services.settings.video.upload_bucket)
    try:
        return await _send(video, f"{analysis.id}-overlay.webm", services, wanted)
    except NotFound as error:
        raise NotFound("no annotated video is stored", code="overlay_not_found") from error


@router.get(
    "/analysis/{analysis_id}/video",
    response_class=Response,
    responses=problems(404, 416, 422) | _answers(*dict.fromkeys(_MEDIA_TYPES.values())),
)
async def read_video(analysis: AnalysisDep, services: ServicesDep, wanted: WantedDep) -> Response:
    """The analysed video itself, where it was uploaded by `POST /uploads` and is still kept; else 404 (`video_not_kept`):
    videos of other buckets belong to the application that recorded them. `Range` is understood."""
    video = analysis.request.video
    if video.bucket != services.settings.video.upload_bucket or not is_upload_key(video.key):
        raise NotFound("the video was not uploaded to this service", code="video_not_kept")
    try:
        return await _send(video, f"{analysis.id}{PurePosixPath(video.key).suffix}", services, wanted)
    except NotFound as error:
        raise NotFound("the uploaded video is no longer there", code="video_not_kept") from error


async def _send(video: VideoReference, name: str, services: Services, wanted: _Wanted) -> Response:
    """Raises ``NotFound``, ``Forbidden``, ``DependencyUnavailable``, and ``HTTPException`` (416)."""
    size, tag = await services.videos.look_up(video)
    headers = {
        "ETag": f'"{tag}"',
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'inline; filename="{name}"',
    }
    if holds(wanted.known, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    # Another version than the one that the caller has parts of is sent whole.
    asked = wanted.part if wanted.version in ("", headers["ETag"]) else ""
    try:
        part = wanted_part(asked, size)
    except ValueError as error:
        raise HTTPException(416, str(error), {"Content-Range": f"bytes */{size}"}) from error
    start, stop = part or (0, size)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    headers["Content-Length"] = str(stop - start)
    pieces = services.videos.read(video, start, stop, tag)
    media_type = _MEDIA_TYPES.get(PurePosixPath(video.key).suffix, "application/octet-stream")
    return StreamingResponse(pieces, 200 if part is None else 206, headers, media_type)
