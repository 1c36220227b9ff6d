"""The optional transcript of a run: wanted or not, and what is missing where it fails. It never fails the analysis."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from interview_analysis.application.ports import Transcriber
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.scoring.results import Reason
from interview_analysis.domain.skippable import Skippable
from interview_analysis.domain.transcript import Transcript, Word
from interview_analysis.domain.voice import VoiceMetrics
from interview_analysis.domain.wording import Transcription, measure_wording
from interview_analysis.errors import InterviewAnalysisError

_log = logging.getLogger(__name__)

_OFF = "transcriber_off"
_UNAVAILABLE = "transcript_unavailable"
"""Warning in the quality of a result whose transcript was wanted and could not be had."""
_NOTHING_TO_WRITE = frozenset({_OFF, Reason.SKIPPED, Reason.NO_AUDIO, Reason.NO_SPEECH})
_SLACK_SECONDS = 0.5
"""Times of words may be off by so much."""


async def transcribe_speech(
    path: Path, voice: VoiceMetrics | None, transcriber: Transcriber | None, skip: frozenset[Skippable]
) -> Transcription:
    """Only where voice activity found speech: recognisers make words up in silence, and what is not needed is not sent out.
    Whoever skips the voice does not want the sound looked at either."""
    if transcriber is None:
        return Transcription(reason=_OFF)
    if skip & {Skippable.TRANSCRIPT, Skippable.VOICE}:
        return Transcription(reason=Reason.SKIPPED)
    if voice is None or not voice.speech:
        return Transcription(reason=Reason.NO_AUDIO if voice is None else Reason.NO_SPEECH)
    transcript, reason = await _attempt(path, voice, transcriber)
    words = () if transcript is None else _within(transcript.words, voice.speech)
    if transcript is None or not words:
        return Transcription(reason=reason or Reason.NO_SPEECH)
    heard = replace(transcript, words=words)
    return Transcription(heard, measure_wording(heard, voice.talk_seconds))


def _within(words: Sequence[Word], speech: Sequence[Episode]) -> tuple[Word, ...]:
    """Without the words that recognisers make up in silence."""
    return tuple(
        word
        for word in words
        if any(word.start < part.end + _SLACK_SECONDS and word.end > part.start - _SLACK_SECONDS for part in speech)
    )


async def _attempt(path: Path, voice: VoiceMetrics, transcriber: Transcriber) -> tuple[Transcript | None, str | None]:
    """The transcript, or the code of what went wrong."""
    try:
        return await transcriber.transcribe(path, voice.duration), None
    except InterviewAnalysisError as error:
        _log.warning("no transcript: %s: %s", error.code, error.detail)
        return None, error.code
    except MemoryError:
        raise
    except Exception:
        _log.exception("no transcript")
        return None, "transcriber_failed"


def transcript_warnings(spoken: Transcription) -> tuple[str, ...]:
    """For the quality of the result."""
    failed = spoken.transcript is None and spoken.reason not in _NOTHING_TO_WRITE
    return (_UNAVAILABLE,) if failed else ()
