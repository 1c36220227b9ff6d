"""What a session of screen gaze came to: counts, shares, and how well the video's saliency maps tell where was looked."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from interview_analysis.domain.gaze_session import GazeSession
from interview_analysis.domain.saliency_score import GazePoint, SaliencyFigure
from interview_analysis.domain.screen_gaze import GazeCalibration, GazeFrame, GazeProblem, VideoPoint

SCHEMA = "gaze-result/1"
"""Fields are added under this name; another meaning gets another name."""
FEWEST_POINTS = 10
LEAST_SHARE = 0.5
"""Of the frames that must have gaze, as of a recording's time in ``scoring.weights``: with less, where it was looked in between
would decide."""
_FACELESS = (GazeProblem.NO_FACE, GazeProblem.UNREADABLE)
_DIGITS = 4


def summary(session: GazeSession, frames: Sequence[GazeFrame], calibration: GazeCalibration | None) -> dict[str, Any]:
    """Everything but the saliency: shares of the frames in which a face was seen, in which there was gaze, and of those with
    gaze the share on the video. ``None`` for shares of nothing. The address of the caller only where it was given."""
    gazed = [frame for frame in frames if frame.point is not None]
    on_video = sum(frame.on_video is not None and is_inside(frame.on_video) for frame in gazed)
    faces = sum(frame.problem not in _FACELESS for frame in frames)
    details = session.details
    return {
        "schema": SCHEMA,
        "session_id": session.key.session_id,
        "video_id": details.video_id,
        **({} if details.ip_address is None else {"ip_address": details.ip_address}),
        "frames": len(frames),
        "last_frame": session.last_number,
        "face_coverage": _share(faces, len(frames)),
        "gaze_coverage": _share(len(gazed), len(frames)),
        "in_video_share": _share(on_video, len(gazed)),
        "problems": _counts(frame.problem for frame in frames),
        "sources": _counts(frame.source for frame in frames),
        "calibration": None if calibration is None else {"points": calibration.points, **asdict(calibration.error)},
    }


def is_inside(point: VideoPoint) -> bool:
    return 0 <= point.x < 1 and 0 <= point.y < 1


def is_enough(frames: Sequence[GazeFrame]) -> bool:
    """Whether there is gaze enough to score."""
    gazed = sum(frame.point is not None for frame in frames)
    return gazed >= FEWEST_POINTS and gazed >= LEAST_SHARE * len(frames)


def gaze_points(frames: Sequence[GazeFrame], rate: float) -> list[GazePoint]:
    """Of the frames with gaze. One without a time belongs to the map of its number, of ``rate`` maps a second."""
    return [
        GazePoint((frame.number + 0.5) / rate if frame.seconds is None else frame.seconds, *frame.on_video)
        for frame in frames
        if frame.on_video is not None
    ]


def figure_document(figure: SaliencyFigure) -> dict[str, float | None]:
    """As JSON says it: ``None`` where a number does not exist."""
    return {name: value if math.isfinite(value) else None for name, value in asdict(figure).items()}


def gaze_message_id(session: GazeSession) -> str:
    """A session ends once, so its one message can bear its name; one that was erased and begun anew is another. No dots: they
    separate the parts of what is signed."""
    named = f"{session.key.owner}\0{session.key.session_id}\0{session.created_at.isoformat()}"
    return f"msg_gaze_{hashlib.sha256(named.encode()).hexdigest()[:32]}"


def result_notice(result: Mapping[str, Any]) -> dict[str, Any]:
    """What the aggregator is told."""
    return {"type": "gaze.finished", **result}


def _share(part: int, whole: int) -> float | None:
    return None if whole == 0 else round(part / whole, _DIGITS)


def _counts(names: Iterable[StrEnum | None]) -> dict[str, int]:
    return dict(sorted(Counter(str(name) for name in names if name is not None).items()))
