"""What was said, word by word."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from interview_analysis.api.schemas.analysis import Number, TranscriptAnalysis
from interview_analysis.api.schemas.examples import TRANSCRIPT
from interview_analysis.domain.wording import Mark, Transcription


class TimedWord(BaseModel):
    """Seconds from the start of the video."""

    word: str
    start: Number
    end: Number


class TranscriptDocument(BaseModel):
    """As a recogniser wrote it down: not free of errors, and hesitations may be missing."""

    model_config = ConfigDict(json_schema_extra={"examples": [TRANSCRIPT]})

    analysis_id: str
    language: str
    model: str
    text: str
    words: list[TimedWord]
    fillers: list[TimedWord] | None = Field(description="군말 / Filler words in their plain form; null as in the analysis.")
    repetitions: list[TimedWord] | None = Field(description="되풀이한 단어 / Words said again, at the second time.")


def transcript_document(analysis_id: str, found: Transcription) -> TranscriptDocument | None:
    """``None`` where there is no transcript."""
    transcript, wording = found.transcript, found.wording
    if transcript is None or wording is None:
        return None
    return TranscriptDocument(
        analysis_id=analysis_id,
        language=transcript.language,
        model=transcript.model,
        text=transcript.text,
        words=[TimedWord(word=word.text, start=word.start, end=word.end) for word in transcript.words],
        fillers=_timed(wording.fillers),
        repetitions=_timed(wording.repetitions),
    )


def transcript_analysis(found: Transcription) -> TranscriptAnalysis | None:
    """``None`` where there is no transcript."""
    transcript, wording = found.transcript, found.wording
    if transcript is None or wording is None:
        return None
    return TranscriptAnalysis(
        language=transcript.language,
        model=transcript.model,
        words=wording.words,
        words_per_minute=wording.words_per_minute,
        filler_count=None if wording.fillers is None else len(wording.fillers),
        fillers_per_minute=wording.fillers_per_minute,
        fillers=wording.filler_counts,
        repeated=None if wording.repetitions is None else len(wording.repetitions),
    )


def _timed(marks: tuple[Mark, ...] | None) -> list[TimedWord] | None:
    return None if marks is None else [TimedWord(word=mark.word, start=mark.start, end=mark.end) for mark in marks]
