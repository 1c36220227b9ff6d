"""Several analyses together: a session by question, a user over sessions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from interview_analysis.api.dependencies import LanguageDep, OwnerDep, ServicesDep
from interview_analysis.api.errors import problems
from interview_analysis.api.schemas.requests import IDENTIFIER_LENGTH, PRINTABLE
from interview_analysis.api.schemas.sessions import SessionSummaryDocument, UserProgressDocument
from interview_analysis.api.session_documents import progress_document, session_document
from interview_analysis.application.summarise_session import follow_user, summarise_session
from interview_analysis.domain.analysis import AnalysisFilter

router = APIRouter(tags=["sessions"])

_ENCODED = "Percent-encoded, slashes too (`encodeURIComponent`). Browsers cannot send `.` or `..` alone."
SessionId = Annotated[
    str,
    Path(min_length=1, max_length=IDENTIFIER_LENGTH, pattern=PRINTABLE, examples=["session456"], description=_ENCODED),
]
UserId = Annotated[
    str, Path(min_length=1, max_length=IDENTIFIER_LENGTH, pattern=PRINTABLE, examples=["user123"], description=_ENCODED)
]
OfUser = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=IDENTIFIER_LENGTH,
        pattern=PRINTABLE,
        description="이 사용자의 분석만. Only analyses of this user, where sessions of several users have the same id.",
    ),
]


@router.get("/sessions/{session_id:path}/summary", responses=problems(404, 422))
async def read_session(
    session_id: SessionId, services: ServicesDep, owner: OwnerDep, language: LanguageDep, user_id: OfUser = None
) -> SessionSummaryDocument:
    """한 세션의 질문별 결과와 흐름.

    Every question of a session with its scores or the reason why there are none, the trend over the questions, the strongest
    and the weakest, what is missing, and a text on the whole. The newest 200 analyses are read."""
    wanted = AnalysisFilter(owner=owner or None, user_id=user_id, session_id=session_id)
    return session_document(session_id, await summarise_session(wanted, services), language)


@router.get("/users/{user_id:path}/progress", responses=problems(404, 422))
async def read_progress(user_id: UserId, services: ServicesDep, owner: OwnerDep) -> UserProgressDocument:
    """한 사용자의 세션별 변화.

    A user's sessions in order of time: means, the change since the first, the trend, the best and the worst category. The
    newest 500 analyses are read."""
    wanted = AnalysisFilter(owner=owner or None, user_id=user_id)
    return progress_document(user_id, await follow_user(wanted, services))
