"""Screen gaze → documents of the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from interview_analysis.api.schemas.analysis import CallbackDocument
from interview_analysis.api.schemas.gaze import (
    GazeFrameDocument,
    GazePointDocument,
    GazeResultDocument,
    GazeSessionDocument,
    ScreenBody,
    SessionCalibration,
    VideoRectBody,
)
from interview_analysis.application.gaze_session import TakenFrame
from interview_analysis.domain.delivery import Delivery
from interview_analysis.domain.feedback import Language
from interview_analysis.domain.gaze_session import GazeSession
from interview_analysis.domain.screen_gaze import GazeCalibration, GazeFrame, GazeSource
from interview_analysis.messages import message


def frame_document(taken: TakenFrame, language: Language) -> GazeFrameDocument:
    frame = taken.frame
    return GazeFrameDocument(
        session_id=taken.session.key.session_id,
        frame_number=frame.number,
        gaze=_point(frame),
        problem=frame.problem,
        problem_message=None if frame.problem is None else message(frame.problem, language),
        source=frame.source,
        calibrated=frame.source in (GazeSource.CALIBRATION, GazeSource.PROFILE),
        session=taken.session.state,
        result=_result(taken.result),
    )


def session_document(
    session: GazeSession, frames: int, calibration: GazeCalibration | None, delivery: CallbackDocument | None
) -> GazeSessionDocument:
    details = session.details
    return GazeSessionDocument(
        session_id=session.key.session_id,
        session=session.state,
        video_id=details.video_id,
        user_id=details.user_id,
        ip_address=details.ip_address,
        screen=None if details.screen is None else ScreenBody(**asdict(details.screen)),
        video_rect=None if details.video_rect is None else VideoRectBody(**asdict(details.video_rect)),
        consent=details.consent,
        created_at=session.created_at,
        expires_at=session.expires_at,
        closing_at=session.closing_at,
        finished_at=session.finished_at,
        frames=frames,
        calibration=None if calibration is None else _calibration(calibration),
        result=_result(session.result),
        delivery=delivery,
    )


def delivery_document(deliveries: Sequence[Delivery], aggregator: str | None) -> CallbackDocument | None:
    """Of the message about a session's result."""
    for sent in deliveries:
        return CallbackDocument(state=sent.state, attempts=sent.attempt, last_error=sent.failure)
    return None if aggregator is None else CallbackDocument(state="waiting", attempts=0, last_error=None)


def _point(frame: GazeFrame) -> GazePointDocument | None:
    if frame.point is None or frame.on_video is None:
        return None
    return GazePointDocument(x=frame.point.x, y=frame.point.y, video_x=frame.on_video.x, video_y=frame.on_video.y)


def _result(result: Mapping[str, Any] | None) -> GazeResultDocument | None:
    return None if result is None else GazeResultDocument.model_validate(result)


def _calibration(calibration: GazeCalibration) -> SessionCalibration:
    return SessionCalibration(
        **asdict(calibration.error),
        points=calibration.points,
        samples=calibration.samples,
        dropped=calibration.dropped,
        created_at=calibration.created_at,
    )
