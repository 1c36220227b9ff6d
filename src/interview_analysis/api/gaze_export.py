"""What the export of a user holds of screen gaze."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import orjson

from interview_analysis.api.gaze_documents import delivery_document, session_document
from interview_analysis.bootstrap import Services
from interview_analysis.domain.gaze_session import GazeSession, session_digest
from interview_analysis.domain.screen_gaze import GazeCalibration, GazeFrame

_PAGE = 50
_COLUMNS = ("frame_number", "received_at", "seconds", "x", "y", "video_x", "video_y", "source", "problem")


class GazeFile(NamedTuple):
    name: str
    content: bytes


async def has_gaze(owner: str, user_id: str, services: Services) -> bool:
    """Whether anything of screen gaze is stored about a user."""
    if await services.calibrations.of_user(owner, user_id) is not None:
        return True
    return bool(await services.gaze.of_user(owner or None, user_id, 1))


async def gaze_files(owner: str, user_id: str, services: Services) -> AsyncIterator[GazeFile]:
    """The kept calibration, and each session with its frames. Sessions are named by their digest: their own names may hold
    anything."""
    profile = await services.calibrations.of_user(owner, user_id)
    if profile is not None:
        yield GazeFile("gaze/profile.json", _calibration(profile))
    after = None
    while page := await services.gaze.of_user(owner or None, user_id, _PAGE, after):
        for session in page:
            async for file in _session_files(session, services):
                yield file
        after = page[-1].key


async def _session_files(session: GazeSession, services: Services) -> AsyncIterator[GazeFile]:
    folder = f"gaze/{session_digest(session.key)[:16]}"
    frames = await services.gaze.frames(session.key)
    calibration = await services.calibrations.of_session(session.key)
    deliveries = await services.deliveries.of_gaze_session(session_digest(session.key))
    document = session_document(session, len(frames), calibration, delivery_document(deliveries, None))
    yield GazeFile(f"{folder}/session.json", document.model_dump_json(indent=2, by_alias=True).encode())
    yield GazeFile(f"{folder}/frames.csv", _table(frames))
    if calibration is not None:
        yield GazeFile(f"{folder}/calibration.json", _calibration(calibration))


def _calibration(calibration: GazeCalibration) -> bytes:
    return orjson.dumps(calibration, option=orjson.OPT_INDENT_2)


def _table(frames: Sequence[GazeFrame]) -> bytes:
    """An empty field: there is none."""
    file = io.StringIO(newline="")
    table = csv.writer(file)
    table.writerow(_COLUMNS)
    for frame in frames:
        point, on_video = frame.point or ("", ""), frame.on_video or ("", "")
        seconds = "" if frame.seconds is None else frame.seconds
        received = frame.received_at.isoformat()
        table.writerow([frame.number, received, seconds, *point, *on_video, frame.source or "", frame.problem or ""])
    return file.getvalue().encode()
