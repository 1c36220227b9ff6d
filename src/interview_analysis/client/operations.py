"""Every call, as requests to send and answers to read. All may raise ``ServiceError`` and ``NoAnswer``."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from interview_analysis.client import models
from interview_analysis.client.errors import NoAnswer
from interview_analysis.client.exchange import read, send
from interview_analysis.client.models import (
    Erasure,
    Feedback,
    Frames,
    Recent,
    Result,
    SaliencyMaps,
    SaliencyScore,
    State,
    Submitted,
    Timeline,
    Transcript,
    Upload,
)
from interview_analysis.client.steps import Answer, Operation, Pause, Request

_PARQUET = "application/vnd.apache.parquet"
_READY_PAUSE = 0.25
_NOT_YET = 202


@dataclass(frozen=True, slots=True)
class Wish:
    """What ``POST /analyze`` is asked. ``more`` holds its other fields by name: ``session_id``, ``options``, ``consent`` …"""

    s3_bucket: str
    s3_key: str
    user_id: str | None
    more: Mapping[str, object]
    idempotency_key: str | None


def analysis_path(analysis_id: str, part: str = "") -> str:
    """``part`` with its leading slash. An id is quoted whole: none can lead to another route."""
    return f"/analysis/{quote(analysis_id, safe='')}{part}"


def wait_until_ready(seconds: float) -> Operation[None]:
    """Ask until the service agrees. Raises ``NoAnswer`` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            answer = yield Request("GET", "/health/ready")
            fault = f"GET /health/ready was answered {answer.status}"
            if answer.succeeded:
                return
        except NoAnswer as error:
            fault = error.detail
        if time.monotonic() > deadline:
            raise NoAnswer(f"not ready after {seconds:g} s: {fault}")
        yield Pause(_READY_PAUSE)


def upload(video: Path) -> Operation[Upload]:
    """Not repeated once it may have arrived: a second one would be another video."""
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(video.stat().st_size)}
    answer = yield from send(Request("POST", "/uploads", headers=headers, upload=video))
    return read(answer, models.upload_of)


def analyze(wish: Wish) -> Operation[Submitted]:
    """Repeated under one ``Idempotency-Key``, so that there is one analysis whatever is lost on the way."""
    named = {"s3_bucket": wish.s3_bucket, "s3_key": wish.s3_key, "user_id": wish.user_id}
    headers = {"Idempotency-Key": wish.idempotency_key or secrets.token_hex(16)}
    body = {**wish.more, **{name: value for name, value in named.items() if value is not None}}
    answer = yield from send(Request("POST", "/analyze", headers=headers, json=body, repeatable=True))
    return read(answer, models.submitted_of)


def status(analysis_id: str) -> Operation[State]:
    return read((yield from _get(analysis_path(analysis_id, "/status"))), models.state_of)


def result(analysis_id: str) -> Operation[Result]:
    return read((yield from _get(analysis_path(analysis_id))), models.result_of)


def feedback(analysis_id: str) -> Operation[Feedback | None]:
    """``None`` while the analysis runs."""
    answer = yield from _get(analysis_path(analysis_id, "/llm-comment"))
    return None if answer.status == _NOT_YET else read(answer, models.feedback_of)


def frames(analysis_id: str) -> Operation[Frames]:
    request = Request("GET", analysis_path(analysis_id, "/frames"), headers={"Accept": _PARQUET}, repeatable=True)
    return Frames((yield from send(request)).content)


def timeline(analysis_id: str, points: int) -> Operation[Timeline]:
    request = Request("GET", analysis_path(analysis_id, "/timeline"), params={"points": points}, repeatable=True)
    return read((yield from send(request)), models.timeline_of)


def cancel(analysis_id: str) -> Operation[State]:
    answer = yield from send(Request("POST", analysis_path(analysis_id, "/cancel")))
    return read(answer, models.state_of)


def erase(analysis_id: str) -> Operation[Erasure]:
    """Not repeated once it may have arrived: the second answer would be 404, and what was erased untold."""
    answer = yield from send(Request("DELETE", analysis_path(analysis_id)))
    return read(answer, models.erasure_of)


def erase_user(user_id: str) -> Operation[Erasure]:
    """As ``erase``."""
    answer = yield from send(Request("DELETE", "/users", params={"user_id": user_id}))
    return read(answer, models.erasure_of)


def export(user_id: str, target: Path, *, videos: bool) -> Operation[Path]:
    """``target`` appears once it is whole."""
    params = {"user_id": user_id, "videos": "true" if videos else "false"}
    yield from send(Request("GET", "/users/export", params=params, download=target, repeatable=True))
    return target


def recent(limit: int, cursor: str | None, only: Mapping[str, str]) -> Operation[Recent]:
    """``only``: ``user_id``, ``session_id``, ``status``."""
    params: dict[str, str | int] = {**only, "limit": limit, **({} if cursor is None else {"cursor": cursor})}
    return read((yield from send(Request("GET", "/analysis/recent", params=params, repeatable=True))), models.recent_of)


def transcript(analysis_id: str) -> Operation[Transcript]:
    return read((yield from _get(analysis_path(analysis_id, "/transcript"))), models.transcript_of)


def overlay(analysis_id: str, target: Path) -> Operation[Path]:
    """``target`` appears once it is whole."""
    yield from send(Request("GET", analysis_path(analysis_id, "/overlay"), download=target, repeatable=True))
    return target


def put_saliency(video_id: str, archive: Path, rate: float) -> Operation[SaliencyMaps]:
    """A repeat stores the same maps again."""
    kind = "application/zip" if archive.suffix.lower() == ".zip" else "application/octet-stream"
    headers = {"Content-Type": kind, "Content-Length": str(archive.stat().st_size)}
    params: dict[str, str | int] = {"rate": repr(rate)}
    request = Request("PUT", saliency_path(video_id), headers=headers, params=params, upload=archive, repeatable=True)
    return read((yield from send(request)), models.saliency_of)


def score_saliency(video_id: str, gaze: Iterable[tuple[float, float, float]]) -> Operation[SaliencyScore]:
    """Nothing is stored, so it may be sent again."""
    body = {"points": [{"seconds": seconds, "x": x, "y": y} for seconds, x, y in gaze]}
    request = Request("POST", saliency_path(video_id, "/score"), json=body, repeatable=True)
    return read((yield from send(request)), models.saliency_score_of)


def erase_saliency(video_id: str) -> Operation[int]:
    """As ``erase``."""
    return read((yield from send(Request("DELETE", saliency_path(video_id)))), models.erased_maps_of)


def saliency_path(video_id: str, part: str = "") -> str:
    """As ``analysis_path``."""
    return f"/saliency/{quote(video_id, safe='')}{part}"


def _get(path: str) -> Operation[Answer]:
    return (yield from send(Request("GET", path, repeatable=True)))
