"""Everything that is stored about a user, as a streamed ZIP."""

from __future__ import annotations

import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson

from interview_analysis.api.archives import ArchiveStream
from interview_analysis.api.documents import analysis_document
from interview_analysis.api.exports import stream_csv
from interview_analysis.api.gaze_export import gaze_files
from interview_analysis.api.schemas.feedback import feedback_document
from interview_analysis.api.schemas.transcript import transcript_document
from interview_analysis.application.paint_overlay import has_overlay, overlay_of
from interview_analysis.bootstrap import Services
from interview_analysis.domain.analysis import Analysis, AnalysisFilter, VideoReference
from interview_analysis.domain.delivery import Delivery
from interview_analysis.domain.feedback import Language
from interview_analysis.errors import NotFound

ZIP = "application/zip"
_PAGE = 20
_READ_BYTES = 1 << 20
_EXTENSION = re.compile(r"\.(webm|mp4|mkv|mov|avi|m4v|ogv)$", re.IGNORECASE)

_README = """Everything that this service stores about the user
{user_id}

Made at: {made_at}
Analyses: {analyses}

analyses/ID/analysis.json    request, consent, times, state, scores and observations
analyses/ID/feedback.json    the words that were written for the candidate
analyses/ID/transcript.json  what was said, word by word, where a transcriber was on
analyses/ID/frames.csv       every measured frame; an empty field: could not be measured
analyses/ID/deliveries.json  messages about it that were sent to another service
analyses/ID/video.*          the video, where it was uploaded to this service and asked for
analyses/ID/overlay.webm     the annotated video, where there is one and videos were asked for
gaze/ID/session.json         a session of screen gaze, with its result and what became of the message about it
gaze/ID/frames.csv           what each of its pictures yielded; the pictures themselves were never stored
gaze/ID/calibration.json     its calibration
gaze/profile.json            the calibration that is kept for the user, who agreed

Videos that lie in another bucket belong to the application that recorded them; analysis.json says where (video).
{missing}"""


@dataclass(slots=True)
class _Contents:
    """What the export has come across."""

    analyses: int = 0
    missing: list[str] = field(default_factory=list)


async def stream_export(
    wanted: AnalysisFilter, services: Services, language: Language, video_bucket: str | None
) -> AsyncIterator[bytes]:
    """The archive, newest analysis first. ``video_bucket``: videos of this bucket go along, ``None`` for none. What is erased
    meanwhile is left out."""
    archive, contents = ArchiveStream(), _Contents()
    cursor: str | None = ""
    while cursor is not None:
        page = await services.analyses.list_recent(wanted, _PAGE, cursor or None)
        deliveries = await services.deliveries.of_analyses([analysis.id for analysis in page.analyses])
        for analysis in page.analyses:
            contents.analyses += 1
            async for piece in _one_analysis(archive, analysis, deliveries[analysis.id], services, language):
                yield piece
            for name, video in _videos(analysis, video_bucket):
                async for piece in _one_video(archive, name, video, services, contents):
                    yield piece
        cursor = page.next_cursor
    async for name, content in gaze_files(wanted.owner or "", wanted.user_id or "", services):
        async for piece in archive.add(name, _only(content)):
            yield piece
    async for piece in archive.add("README.txt", _only(_readme(wanted, contents))):
        yield piece
    yield archive.finish()


async def _one_analysis(
    archive: ArchiveStream, analysis: Analysis, deliveries: list[Delivery], services: Services, language: Language
) -> AsyncIterator[bytes]:
    folder = f"analyses/{analysis.id}"
    document = analysis_document(analysis, language, deliveries).model_dump_json(indent=2).encode()
    async for piece in archive.add(f"{folder}/analysis.json", _only(document)):
        yield piece
    feedback = await services.feedback.get(analysis.id)
    if feedback is not None:
        wish = await services.comments.get(analysis.id)
        words = feedback_document(analysis.id, feedback, wish).model_dump_json(indent=2).encode()
        async for piece in archive.add(f"{folder}/feedback.json", _only(words)):
            yield piece
    spoken = _transcript(analysis)
    if spoken is not None:
        async for piece in archive.add(f"{folder}/transcript.json", _only(spoken)):
            yield piece
    if deliveries:
        async for piece in archive.add(f"{folder}/deliveries.json", _only(_told(deliveries))):
            yield piece
    if await services.frames.count(analysis.id):
        async for piece in archive.add(f"{folder}/frames.csv", stream_csv(services.frames, analysis)):
            yield piece


def _transcript(analysis: Analysis) -> bytes | None:
    if analysis.result is None or analysis.result.transcription is None:
        return None
    document = transcript_document(analysis.id, analysis.result.transcription)
    return None if document is None else document.model_dump_json(indent=2).encode()


def _videos(analysis: Analysis, bucket: str | None) -> Iterator[tuple[str, VideoReference]]:
    """Names in the archive; of ``bucket`` alone."""
    video, folder = analysis.request.video, f"analyses/{analysis.id}"
    if bucket is not None and video.bucket == bucket:
        found = _EXTENSION.search(video.key)
        yield f"{folder}/video{found.group().lower() if found else ''}", video
    if bucket is not None and has_overlay(analysis):
        yield f"{folder}/overlay.webm", overlay_of(analysis.id, bucket)


async def _one_video(
    archive: ArchiveStream, name: str, video: VideoReference, services: Services, contents: _Contents
) -> AsyncIterator[bytes]:
    """By way of a temporary file: the store must not wait for a slow reader."""
    with tempfile.TemporaryDirectory(prefix="interview-analysis-") as folder:
        path = Path(folder) / "video"
        try:
            await services.videos.fetch(video, path)
        except NotFound:
            contents.missing.append(name)
            return
        async for piece in archive.add(name, _read(path), compress=False):
            yield piece


async def _read(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_READ_BYTES):
            yield chunk


async def _only(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _told(deliveries: list[Delivery]) -> bytes:
    """Without the address, which may hold a secret of the receiver."""
    told = [
        {
            "id": delivery.id,
            "kind": delivery.kind,
            "state": delivery.state,
            "attempts": delivery.attempt,
            "created_at": delivery.created_at,
            "finished_at": delivery.finished_at,
            "last_error": delivery.failure,
            "body": orjson.loads(delivery.body),
        }
        for delivery in deliveries
    ]
    return orjson.dumps(told, option=orjson.OPT_INDENT_2)


def _readme(wanted: AnalysisFilter, contents: _Contents) -> bytes:
    missing = "".join(f"\nNot there any more: {name}" for name in contents.missing)
    made_at = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    text = _README.format(user_id=wanted.user_id, made_at=made_at, analyses=contents.analyses, missing=missing)
    return text.encode()
