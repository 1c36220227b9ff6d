"""What was said."""

from __future__ import annotations

from fastapi import APIRouter

from interview_analysis.api.dependencies import AnalysisDep
from interview_analysis.api.errors import problems
from interview_analysis.api.schemas.transcript import TranscriptDocument, transcript_document
from interview_analysis.domain.wording import Transcription
from interview_analysis.errors import NotFound

router = APIRouter(tags=["transcript"])


@router.get("/analysis/{analysis_id}/transcript", responses=problems(404, 422))
async def read_transcript(analysis: AnalysisDep) -> TranscriptDocument:
    """Every word with its times, fillers and repetitions. 404 (`transcript_not_found`) while there is none, or where the server
    writes none (`TRANSCRIBER`); `transcript_reason` of the analysis says why."""
    found = None if analysis.result is None else analysis.result.transcription
    document = transcript_document(analysis.id, found or Transcription())
    if document is None:
        reason = found.reason if found is not None else analysis.status
        raise NotFound(f"no transcript: {reason}", code="transcript_not_found")
    return document
