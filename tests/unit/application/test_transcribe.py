"""When a transcript is wanted, and that nothing that goes wrong with it goes further."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from interview_analysis.application.transcribe import transcribe_speech, transcript_warnings
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.scoring.results import Reason
from interview_analysis.domain.skippable import Skippable
from interview_analysis.domain.transcript import Transcript
from interview_analysis.domain.voice import VoiceMetrics
from interview_analysis.domain.wording import Transcription
from interview_analysis.errors import DependencyUnavailable, ModelUnavailable, VideoError
from transcript_builders import said

VIDEO = Path("video")
NOTHING: frozenset[Skippable] = frozenset()


class Scripted:
    """Answers with a transcript, or fails."""

    def __init__(self, answer: Transcript | Exception | None) -> None:
        self.answer = answer
        self.asked: list[tuple[Path, float]] = []

    async def transcribe(self, path: Path, duration: float) -> Transcript | None:
        self.asked.append((path, duration))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def voice(*speech: Episode) -> VoiceMetrics:
    talk = sum(part.seconds for part in speech)
    return VoiceMetrics(
        duration=60.0, talk_seconds=talk, talk_ratio=talk / 60, speech=speech, pauses=(),
        response_latency=None, loudness_spread=None,
    )  # fmt: skip


SPOKEN = voice(Episode(0.0, 30.0))


async def test_what_was_said_is_measured_over_the_time_of_speech() -> None:
    transcriber = Scripted(said("um I led it"))
    spoken = await transcribe_speech(VIDEO, SPOKEN, transcriber, NOTHING)
    assert spoken.transcript == transcriber.answer
    assert spoken.wording is not None
    assert (spoken.wording.words_per_minute, spoken.wording.filler_counts) == (8.0, {"um": 1})
    assert transcriber.asked == [(VIDEO, 60.0)]
    assert transcript_warnings(spoken) == ()


async def test_words_made_up_in_silence_are_left_out() -> None:
    made_up = Scripted(said("I led it | | | | | thank you"))
    spoken = await transcribe_speech(VIDEO, voice(Episode(0.0, 1.0)), made_up, NOTHING)
    assert spoken.transcript is not None
    assert spoken.transcript.text == "I led it"


NOT_WANTED = {
    "skipped": (SPOKEN, frozenset({Skippable.TRANSCRIPT}), Reason.SKIPPED),
    "voice skipped": (SPOKEN, frozenset({Skippable.VOICE}), Reason.SKIPPED),
    "no sound": (None, NOTHING, Reason.NO_AUDIO),
    "nobody speaks": (voice(), NOTHING, Reason.NO_SPEECH),
}


@pytest.mark.parametrize(("heard", "skip", "reason"), NOT_WANTED.values(), ids=NOT_WANTED)
async def test_the_sound_is_given_to_nobody_where_it_is_not_wanted(
    heard: VoiceMetrics | None, skip: frozenset[Skippable], reason: Reason
) -> None:
    transcriber = Scripted(said("I led it"))
    spoken = await transcribe_speech(VIDEO, heard, transcriber, skip)
    assert spoken == Transcription(reason=reason)
    assert transcriber.asked == []
    assert transcript_warnings(spoken) == ()


async def test_off_is_no_fault() -> None:
    spoken = await transcribe_speech(VIDEO, SPOKEN, None, NOTHING)
    assert (spoken.reason, transcript_warnings(spoken)) == ("transcriber_off", ())


@pytest.mark.parametrize("answer", [None, said("| | | | | | | | | |")])
async def test_no_word_is_no_transcript(answer: Transcript | None) -> None:
    spoken = await transcribe_speech(VIDEO, SPOKEN, Scripted(answer), NOTHING)
    assert spoken == Transcription(reason=Reason.NO_SPEECH)


FAULTS = {
    "time-out": (DependencyUnavailable(code="transcriber_timed_out"), "transcriber_timed_out"),
    "model": (ModelUnavailable(), "model_unavailable"),
    "sound": (VideoError(), "video_unreadable"),
    "a bug": (ZeroDivisionError(), "transcriber_failed"),
}


@pytest.mark.parametrize(("fault", "code"), FAULTS.values(), ids=FAULTS)
async def test_a_fault_becomes_a_reason_and_a_warning(fault: Exception, code: str) -> None:
    spoken = await transcribe_speech(VIDEO, SPOKEN, Scripted(fault), NOTHING)
    assert spoken == Transcription(reason=code)
    assert transcript_warnings(spoken) == ("transcript_unavailable",)


async def test_a_process_out_of_memory_and_a_cancellation_are_not_hidden() -> None:
    with pytest.raises(MemoryError):
        await transcribe_speech(VIDEO, SPOKEN, Scripted(MemoryError()), NOTHING)
    work = asyncio.create_task(transcribe_speech(VIDEO, SPOKEN, Hanging(), NOTHING))
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work


class Hanging:
    async def transcribe(self, path: Path, duration: float) -> Transcript | None:
        await asyncio.Event().wait()
        return None
