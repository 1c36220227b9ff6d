"""Everything about one user: export and erase."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from interview_analysis.api.dependencies import LanguageDep, OwnerDep, ServicesDep
from interview_analysis.api.errors import problems
from interview_analysis.api.gaze_export import has_gaze
from interview_analysis.api.schemas.requests import IDENTIFIER_LENGTH, PRINTABLE
from interview_analysis.api.schemas.users import UserErasureDocument
from interview_analysis.api.user_export import ZIP, stream_export
from interview_analysis.application.erase_user import erase_user
from interview_analysis.domain.analysis import AnalysisFilter
from interview_analysis.errors import NotFound

router = APIRouter(tags=["users"])

_ARCHIVE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The archive.", "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}}
}
UserId = Annotated[str, Query(min_length=1, max_length=IDENTIFIER_LENGTH, pattern=PRINTABLE, examples=["user123"])]
"""Any text, so it is no part of the path: slashes and dots would be taken for other routes."""


@router.get(
    "/users/export",
    response_class=StreamingResponse,
    responses=problems(404, 422) | _ARCHIVE,
)
async def export(
    user_id: UserId,
    services: ServicesDep,
    owner: OwnerDep,
    language: LanguageDep,
    videos: Annotated[bool, Query(description="With the videos that were uploaded here, and annotated ones.")] = False,
) -> StreamingResponse:
    """A ZIP of everything that is stored about a user: each analysis with feedback, frame metrics (CSV) and the messages that
    were sent about it, sessions and calibration of screen gaze. It is made while it is sent; one that breaks off has no end and
    does not open."""
    wanted = _of_user(user_id, owner)
    if not (await services.analyses.list_recent(wanted, 1)).analyses and not await has_gaze(owner, user_id, services):
        raise NotFound("nothing of this user", code="user_not_found")
    bucket = services.settings.video.upload_bucket if videos else None
    headers = {"Content-Disposition": 'attachment; filename="user-export.zip"', "Cache-Control": "no-store"}
    stream = stream_export(wanted, services, language, bucket)
    return StreamingResponse(stream, media_type=ZIP, headers=headers)


@router.delete("/users", responses=problems(404, 422))
async def erase(user_id: UserId, services: ServicesDep, owner: OwnerDep) -> UserErasureDocument:
    """Erase every analysis of a user, as `DELETE /analysis/{id}` does, every gaze session and the kept calibration. Where
    something cannot be erased or proved now the answer is an error, and the service goes on erasing by itself."""
    erasure = await erase_user(_of_user(user_id, owner), services.settings.video.upload_bucket, services)
    return UserErasureDocument(
        user_id=user_id,
        erased={
            "analyses": erasure.analyses,
            "frames": erasure.frames,
            "feedback": erasure.feedback,
            "videos": erasure.videos,
            "deliveries": erasure.deliveries,
            "llm_wishes": erasure.llm_wishes,
            "gaze_sessions": erasure.gaze_sessions,
            "gaze_frames": erasure.gaze_frames,
            "gaze_profiles": erasure.gaze_profiles,
        },
    )


def _of_user(user_id: str, owner: str) -> AnalysisFilter:
    """Without keys there is no owner to tell apart."""
    return AnalysisFilter(owner=owner or None, user_id=user_id)
