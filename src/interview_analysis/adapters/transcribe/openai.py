"""``Transcriber`` on a service with OpenAI's interface: ``POST /audio/transcriptions``, ``verbose_json``, times of words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import httpx2
import openai
from openai import AsyncOpenAI, omit
from pydantic import BaseModel, Field, FiniteFloat, StringConstraints, ValidationError

from interview_analysis.adapters.transcribe.config import TranscriberConfig
from interview_analysis.adapters.transcribe.sound import PART_SECONDS, SoundPart, encode_parts, finish_in_thread
from interview_analysis.domain.transcript import Transcript, Word
from interview_analysis.errors import DependencyRefused, DependencyUnavailable
from interview_analysis.ffmpeg import ProcessLimits

OPENAI_URL = "https://api.openai.com/v1"
_MAX_ANSWER_BYTES = 8 * 1024 * 1024
_MAX_WORDS = 50_000
_CODES = {"english": "en", "korean": "ko"}
"""The service answers with English names of languages."""
_UNKNOWN = "und"
_EDGES = re.compile(r"^[^\w]+|[^\w]+$")


@dataclass(frozen=True, slots=True)
class OpenAiAccess:
    """``retries`` of what may pass: no connection, 408, 409, 429, 5xx; all within the transcriber's time-out."""

    api_key: str = field(repr=False)
    base_url: str = OPENAI_URL
    retries: int = 2


class _Word(BaseModel):
    word: Annotated[str, StringConstraints(max_length=200)]
    start: FiniteFloat = Field(ge=0)
    end: FiniteFloat = Field(ge=0)


class _Answer(BaseModel):
    language: Annotated[str, StringConstraints(max_length=100)]
    text: str
    words: Annotated[list[_Word], Field(max_length=_MAX_WORDS)]


class OpenAiTranscriber:
    """A client for each video. ``part_seconds``: longer sounds are sent in parts of this length; a word that lies across a cut
    may be lost."""

    def __init__(self, access: OpenAiAccess, config: TranscriberConfig, part_seconds: float = PART_SECONDS) -> None:
        self._access = access
        self._config = config
        self._part_seconds = part_seconds

    async def transcribe(self, path: Path, duration: float) -> Transcript | None:
        """See ``Transcriber``."""
        try:
            async with asyncio.timeout(self._config.timeout):
                answers = await self._ask_for_all(path, duration)
        except TimeoutError:
            raise DependencyUnavailable(f"not done in {self._config.timeout:g} s", code="transcriber_timed_out") from None
        words = tuple(word for start, answer in answers for word in _words(answer, start))
        language = next((answer.language for _, answer in answers if answer.words), "")
        return Transcript(language=_code(language), words=words, model=self._config.model) if words else None

    async def _ask_for_all(self, path: Path, duration: float) -> list[tuple[float, _Answer]]:
        limits = ProcessLimits(seconds=self._config.timeout)
        parts = encode_parts(path, duration, limits, self._part_seconds)
        answers = []
        async with AsyncOpenAI(
            api_key=self._access.api_key,
            base_url=self._access.base_url,
            timeout=self._config.timeout,
            max_retries=self._access.retries,
        ) as client:
            while (part := await finish_in_thread(lambda: next(parts, None))) is not None:
                answers.append((part.start, await self._ask(client, part)))
        return answers

    async def _ask(self, client: AsyncOpenAI, part: SoundPart) -> _Answer:
        try:
            body = await self._post(client, part)
        except (openai.APITimeoutError, httpx2.TimeoutException):
            raise DependencyUnavailable("no answer in time", code="transcriber_timed_out") from None
        except openai.APIStatusError as error:
            raise _refusal(error.status_code) from None
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            raise DependencyUnavailable(type(error).__name__, code="transcriber_unreachable") from None
        try:
            return _Answer.model_validate_json(body)
        except ValidationError as error:
            raise _unusable(f"{error.error_count()} faults in the answer") from None

    async def _post(self, client: AsyncOpenAI, part: SoundPart) -> bytes:
        """The answer as it comes; the package would not check its form."""
        body = bytearray()
        async with client.audio.transcriptions.with_streaming_response.create(
            file=("speech.ogg", part.data, "audio/ogg"),
            model=self._config.model,
            response_format="verbose_json",
            timestamp_granularities=["word"],
            language=self._config.language or omit,
            prompt=self._config.prompt or omit,
            temperature=0.0,
        ) as answer:
            async for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > _MAX_ANSWER_BYTES:
                    raise _unusable("the answer is too large")
        return bytes(body)


def _unusable(detail: str) -> DependencyUnavailable:
    return DependencyUnavailable(detail, code="transcriber_invalid_answer")


def _refusal(status: int) -> DependencyUnavailable:
    if status == 429:
        return DependencyUnavailable("status 429", code="transcriber_limited")
    if status >= 500:
        return DependencyUnavailable(f"status {status}", code="transcriber_failed")
    return DependencyRefused(f"status {status}", code="transcriber_refused")


def _code(language: str) -> str:
    """ISO 639 code of a name or code; ``und`` (ISO 639-2) for names that are not measured anyway."""
    name = language.strip().lower()
    return _CODES.get(name, name if re.fullmatch("[a-z]{2}", name) else _UNKNOWN)


def _words(answer: _Answer, start: float) -> Iterator[Word]:
    """In seconds of the video. The service gives times to words without punctuation, and punctuation in the text alone."""
    written = answer.text.split()
    heard = [word.word.strip() for word in answer.words]
    if [_EDGES.sub("", word) for word in written] != [_EDGES.sub("", word) for word in heard]:
        written = heard
    for text, word in zip(written, answer.words, strict=True):
        yield Word(text, start + word.start, start + max(word.start, word.end))
