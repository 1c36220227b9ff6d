"""``OpenAiTranscriber`` over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integration.transcriber_contract import TranscriberContract
from interview_analysis.adapters.transcribe.config import TranscriberConfig
from interview_analysis.adapters.transcribe.openai import OpenAiAccess, OpenAiTranscriber
from interview_analysis.adapters.transcribe.sound import read_samples
from interview_analysis.application.ports import Transcriber
from interview_analysis.domain.transcript import Word
from interview_analysis.errors import DependencyRefused, DependencyUnavailable
from interview_analysis.ffmpeg import ProcessLimits
from media_builders import silence, speech_like, write_wav
from transcription_stub import KEY, TEXT, form_fields, heard, http_answer, refused
from webhook_servers import Receiver, receiver

SECONDS = 4.0
SILENCE = b""
CUT_OFF = http_answer(200, '{"text": "', length=1000)
HTML = http_answer(200, "<html>Sign in</html>", "text/html")
"""As from a captive portal or a proxy."""


def transcriber_at(
    port: int, timeout: float = 30.0, retries: int = 0, part_seconds: float = 1200.0, config: TranscriberConfig | None = None
) -> OpenAiTranscriber:
    access = OpenAiAccess(KEY, f"http://127.0.0.1:{port}/v1", retries)
    return OpenAiTranscriber(access, config or TranscriberConfig("test-model", timeout), part_seconds)


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wav(tmp_path_factory.mktemp("sound") / "speech.wav", speech_like(SECONDS))


class TestOpenAi(TranscriberContract):
    @pytest.fixture
    async def transcriber(self) -> AsyncIterator[Transcriber]:
        async with receiver(heard()) as server:
            yield transcriber_at(server.port)

    @pytest.fixture
    async def late(self) -> AsyncIterator[Transcriber]:
        async with receiver(SILENCE) as server:
            yield transcriber_at(server.port, timeout=1.0)


async def test_it_sends_a_small_sound_and_asks_for_times_of_words(speech: Path) -> None:
    async with receiver(heard()) as server:
        await transcriber_at(server.port, config=TranscriberConfig("test-model", 30.0, "ko")).transcribe(speech, SECONDS)
    (request,) = server.received
    fields = form_fields(request)
    assert request.line.startswith("POST /v1/audio/transcriptions ")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert (fields["model"], fields["response_format"]) == (b"test-model", b"verbose_json")
    assert (fields["timestamp_granularities[]"], fields["language"]) == (b"word", b"ko")
    assert "음".encode() in fields["prompt"]
    assert fields["file"].startswith(b"OggS")
    assert len(fields["file"]) < 40_000


async def test_without_a_language_it_neither_names_one_nor_prompts(speech: Path) -> None:
    async with receiver(heard()) as server:
        await transcriber_at(server.port).transcribe(speech, SECONDS)
    assert not {"language", "prompt"} & set(form_fields(server.received[0]))


async def test_punctuation_of_the_text_goes_to_the_words(speech: Path) -> None:
    async with receiver(heard(), heard(text="Something else.")) as server:
        transcriber = transcriber_at(server.port)
        first, second = await transcriber.transcribe(speech, SECONDS), await transcriber.transcribe(speech, SECONDS)
    assert first is not None
    assert second is not None
    assert (first.text, second.text) == (TEXT, "Um my small team")


async def test_a_long_sound_goes_in_parts_whose_times_are_those_of_the_video(tmp_path: Path) -> None:
    sound = write_wav(tmp_path / "long.wav", silence(7.5))
    async with receiver(heard(), heard(text="", words=[]), heard()) as server:
        transcript = await transcriber_at(server.port, part_seconds=2.0).transcribe(sound, 6.5)
    assert transcript is not None
    assert [word.start for word in transcript.words] == [0.5, 1.2, 1.3, 1.6, 4.5, 5.2, 5.3, 5.6]
    assert [await _seconds(server, number, tmp_path) for number in range(3)] == pytest.approx([2.0, 2.0, 2.5], abs=0.05)


async def _seconds(server: Receiver, number: int, folder: Path) -> float:
    part = folder / f"{number}.ogg"
    part.write_bytes(form_fields(server.received[number])["file"])
    return len(read_samples(part, 10.0, ProcessLimits(seconds=30.0))) / 16_000


async def test_nothing_recognised_is_no_transcript(speech: Path) -> None:
    async with receiver(heard(text="", words=[])) as server:
        assert await transcriber_at(server.port).transcribe(speech, SECONDS) is None


@pytest.mark.parametrize(
    ("told", "code"), [("korean", "ko"), ("English", "en"), ("ko", "ko"), ("japanese", "und"), ("fr", "fr")]
)
async def test_the_language_is_a_code(speech: Path, told: str, code: str) -> None:
    async with receiver(heard(language=told)) as server:
        transcript = await transcriber_at(server.port).transcribe(speech, SECONDS)
    assert transcript is not None
    assert transcript.language == code


FAULTS = {
    "401": (refused(401), "transcriber_refused"),
    "404": (refused(404), "transcriber_refused"),
    "413": (refused(413), "transcriber_refused"),
    "429": (refused(429), "transcriber_limited"),
    "500": (refused(500), "transcriber_failed"),
    "html": (HTML, "transcriber_invalid_answer"),
    "no words": (heard(words=...), "transcriber_invalid_answer"),
    "words of another kind": (heard(words=["um"]), "transcriber_invalid_answer"),
    "times that are none": (heard(words=[{"word": "um", "start": "NaN", "end": 1}]), "transcriber_invalid_answer"),
    "times before the start": (heard(words=[{"word": "um", "start": -1, "end": 1}]), "transcriber_invalid_answer"),
    "too large": (heard(text="a" * 9_000_000), "transcriber_invalid_answer"),
    "cut off": (CUT_OFF, "transcriber_unreachable"),
    "no http": (b"hello\r\n\r\n", "transcriber_unreachable"),
}


@pytest.mark.parametrize(("answer", "code"), FAULTS.values(), ids=FAULTS)
async def test_a_fault_is_told_by_code_without_the_key(speech: Path, answer: bytes, code: str) -> None:
    async with receiver(answer) as server:
        with pytest.raises(DependencyUnavailable) as caught:
            await transcriber_at(server.port).transcribe(speech, SECONDS)
    assert (caught.value.code, isinstance(caught.value, DependencyRefused)) == (code, code == "transcriber_refused")
    assert KEY not in caught.value.detail


async def test_nobody_listens(speech: Path) -> None:
    async with receiver(heard()) as server:
        pass
    with pytest.raises(DependencyUnavailable) as caught:
        await transcriber_at(server.port).transcribe(speech, SECONDS)
    assert caught.value.code == "transcriber_unreachable"


async def test_what_may_pass_is_tried_again(speech: Path) -> None:
    async with receiver(refused(500), heard()) as server:
        transcript = await transcriber_at(server.port, retries=1).transcribe(speech, SECONDS)
    assert transcript is not None
    assert transcript.words[0] == Word("Um,", 0.5, 0.8)
    assert len(server.received) == 2


def test_the_key_is_not_in_its_representation() -> None:
    assert KEY not in repr(OpenAiAccess(KEY))
