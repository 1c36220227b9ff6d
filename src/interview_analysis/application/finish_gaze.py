"""The end of a session of screen gaze: its result, scored against the video's maps, and the message about it."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from interview_analysis.application.gaze_ports import CalibrationStore, GazeSessionStore
from interview_analysis.application.lanes import work_off
from interview_analysis.application.ports import SaliencyStore
from interview_analysis.application.retries import RetryPolicy
from interview_analysis.application.score_saliency import score_saliency
from interview_analysis.domain.delivery import Delivery, DeliveryKind
from interview_analysis.domain.gaze_result import (
    figure_document,
    gaze_message_id,
    gaze_points,
    is_enough,
    result_notice,
    summary,
)
from interview_analysis.domain.gaze_session import GazeSession, session_digest
from interview_analysis.domain.saliency_maps import MapsKey
from interview_analysis.domain.screen_gaze import GazeCalibration, GazeFrame, GazeSource
from interview_analysis.errors import DependencyUnavailable, InputError

_log = logging.getLogger(__name__)

_AT_ONCE = 2
"""Scores of large maps take seconds of a core each."""


class GazePorts(Protocol):
    @property
    def gaze(self) -> GazeSessionStore: ...

    @property
    def calibrations(self) -> CalibrationStore: ...

    @property
    def saliency(self) -> SaliencyStore: ...


class GazeEnds(Protocol):
    def gaze_session_ended(self, end: str) -> None: ...


@dataclass(frozen=True, slots=True)
class FinishRules:
    """``aggregator``: where results are sent, ``None`` for nowhere."""

    policy: RetryPolicy
    aggregator: str | None
    recorder: GazeEnds


async def finish_due(ports: GazePorts, rules: FinishRules) -> None:
    """Every session that is due now. Raises ``DependencyUnavailable`` where the store does not answer."""
    await work_off(
        lambda: ports.gaze.claim_due(rules.policy.lease_seconds), lambda session: _finish(session, ports, rules), _AT_ONCE
    )


async def result_of(session: GazeSession, ports: GazePorts) -> dict[str, Any]:
    """Of the frames that are here now: what ``gaze_result.summary`` says, ``saliency`` with its figures, or ``None`` and the
    ``saliency_reason``. Raises ``DependencyUnavailable``."""
    frames = await ports.gaze.frames(session.key)
    return await _summary(session, frames, ports) | await _saliency(session, frames, ports.saliency)


async def _finish(session: GazeSession, ports: GazePorts, rules: FinishRules) -> None:
    try:
        if session.attempt > rules.policy.max_attempts:
            frames = await ports.gaze.frames(session.key)
            result = await _summary(session, frames, ports) | _unscored("worker_lost")
        else:
            result = await result_of(session, ports)
        is_mine = await ports.gaze.finish(session, result, _delivery(session, result, rules.aggregator))
    except DependencyUnavailable as error:
        _log.warning("a gaze session cannot be finished yet: %s: %s", error.code, error.detail)
        await ports.gaze.postpone(session, rules.policy.next_time(session.attempt))
        return
    if is_mine:
        rules.recorder.gaze_session_ended(result["saliency_reason"] or "scored")


async def _summary(session: GazeSession, frames: Sequence[GazeFrame], ports: GazePorts) -> dict[str, Any]:
    return summary(session, frames, await _used_calibration(session, frames, ports.calibrations))


async def _used_calibration(
    session: GazeSession, frames: Sequence[GazeFrame], calibrations: CalibrationStore
) -> GazeCalibration | None:
    """Its own, or its user's where frames were placed by that."""
    own = await calibrations.of_session(session.key)
    user_id = session.details.user_id
    if own is not None or user_id is None or all(frame.source is not GazeSource.PROFILE for frame in frames):
        return own
    return await calibrations.of_user(session.key.owner, user_id)


async def _saliency(session: GazeSession, frames: Sequence[GazeFrame], maps: SaliencyStore) -> dict[str, Any]:
    video_id = session.details.video_id
    if video_id is None:
        return _unscored("video_not_named")
    if not is_enough(frames):
        return _unscored("too_little_gaze")
    key = MapsKey(session.key.owner, video_id)
    info = await maps.info(key)
    if info is None:
        return _unscored("saliency_not_found")
    try:
        score = await score_saliency(key, gaze_points(frames, info.rate), maps)
    except InputError as error:
        return _unscored(error.code)
    if score.points == 0:
        return _unscored("gaze_beside_video")
    figures = {name: figure_document(figure) for name, figure in score.figures.items()}
    part = {"frames": score.frames, "points": score.points, "source": score.source, "figures": figures}
    return {"saliency": part, "saliency_reason": None}


def _unscored(reason: str) -> dict[str, Any]:
    return {"saliency": None, "saliency_reason": reason}


def _delivery(session: GazeSession, result: dict[str, Any], url: str | None) -> Delivery | None:
    if url is None:
        return None
    return Delivery(
        id=gaze_message_id(session),
        kind=DeliveryKind.GAZE_RESULT,
        gaze_session=session_digest(session.key),
        url=url,
        body=json.dumps(result_notice(result), ensure_ascii=False, allow_nan=False),
        created_at=datetime.now(UTC),
    )
