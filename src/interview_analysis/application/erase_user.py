"""Erase everything about a user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from interview_analysis.application.erase_analysis import ErasePorts, Erasure, erase_analysis
from interview_analysis.application.erase_gaze import (
    EraseGazePorts,
    GazeErasure,
    erase_gaze_session,
    retire_gaze_of_user,
)
from interview_analysis.domain.analysis import AnalysisFilter
from interview_analysis.domain.screen_gaze import GazeSessionKey
from interview_analysis.errors import DependencyUnavailable, NotFound

_PAGE = 100


class EraseUserPorts(ErasePorts, EraseGazePorts, Protocol): ...


@dataclass(frozen=True, slots=True)
class UserErasure:
    """How many of each went."""

    analyses: int
    frames: int
    feedback: int
    videos: int
    deliveries: int
    llm_wishes: int
    gaze_sessions: int
    gaze_frames: int
    gaze_profiles: int


async def erase_user(wanted: AnalysisFilter, upload_bucket: str, ports: EraseUserPorts) -> UserErasure:
    """Erase every analysis that matches, and the user's sessions and calibration of screen gaze. All are marked before the
    first is erased: what an error or the death of the process leaves undone is done by the sweeps of expired ones. Raises as
    ``erase_analysis``."""
    user_id = wanted.user_id or ""
    profile = await ports.calibrations.delete_user(wanted.owner or "", user_id)
    keys = await retire_gaze_of_user(wanted.owner, user_id, ports)
    ids = await _ids(wanted, ports)
    for analysis_id in ids:
        await _retire(analysis_id, ports)
    erasures = [erasure for analysis_id in ids if (erasure := await _erase(analysis_id, upload_bucket, ports)) is not None]
    gaze = [gone for key in keys if (gone := await _erase_gaze(key, ports)) is not None]
    if (await ports.analyses.list_recent(wanted, 1)).analyses or await ports.gaze.of_user(wanted.owner, user_id, 1):
        raise DependencyUnavailable("analyses or gaze sessions were added meanwhile", code="erasure_unverified")
    return UserErasure(
        analyses=sum(erasure.analysis for erasure in erasures),
        frames=sum(erasure.frames for erasure in erasures),
        feedback=sum(erasure.feedback for erasure in erasures),
        videos=sum(erasure.video for erasure in erasures),
        deliveries=sum(erasure.deliveries for erasure in erasures) + sum(gone.deliveries for gone in gaze),
        llm_wishes=sum(erasure.llm_wish for erasure in erasures),
        gaze_sessions=sum(gone.session for gone in gaze),
        gaze_frames=sum(gone.frames for gone in gaze),
        gaze_profiles=int(profile),
    )


async def _ids(wanted: AnalysisFilter, ports: ErasePorts) -> list[str]:
    page = await ports.analyses.list_recent(wanted, _PAGE)
    ids = [analysis.id for analysis in page.analyses]
    while page.next_cursor is not None:
        page = await ports.analyses.list_recent(wanted, _PAGE, page.next_cursor)
        ids += [analysis.id for analysis in page.analyses]
    return ids


async def _retire(analysis_id: str, ports: ErasePorts) -> None:
    """Another erasure may have been quicker."""
    try:
        await ports.analyses.retire(analysis_id)
    except NotFound:
        return


async def _erase(analysis_id: str, upload_bucket: str, ports: ErasePorts) -> Erasure | None:
    try:
        return await erase_analysis(analysis_id, upload_bucket, ports)
    except NotFound:
        return None


async def _erase_gaze(key: GazeSessionKey, ports: EraseGazePorts) -> GazeErasure | None:
    try:
        return await erase_gaze_session(key, ports)
    except NotFound:
        return None
