"""Feedback by OpenAI's chat completions, or any server that speaks them.

The package's own retries are off: each attempt is one request, and whoever asked decides about another. Answers are read here,
because the package takes what it is given: a page of a proxy ends in a bare error, an answer of another form in an empty one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from interview_analysis.adapters.feedback.composition import Fault, compose, find_faults
from interview_analysis.adapters.feedback.evidence import Evidence, gather_evidence
from interview_analysis.adapters.feedback.failures import of_error, refused_parameter
from interview_analysis.adapters.feedback.prompts import Prompts, load_prompts
from interview_analysis.adapters.feedback.reply import Reply, read_reply, reply_schema
from interview_analysis.application.ports import FeedbackWriter
from interview_analysis.domain.comment import TokenMeter
from interview_analysis.domain.feedback import Feedback, FeedbackRequest, LlmUsage
from interview_analysis.errors import DependencyRefused, DependencyUnavailable

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

Message = dict[str, str]

_AT_ONCE = 8
_QUESTION_CHARACTERS = 1000
_BYTES_PER_TOKEN = 2
"""Assumed: a Korean syllable is three bytes and one to two tokens, English and digits are fewer. Only for what is reserved, and
where the service does not tell."""
_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAiConfig:
    """``timeout`` in seconds of one request; prices in US dollars for a million tokens, ``None`` = not known."""

    api_key: str
    base_url: str
    model: str
    timeout: float
    max_output_tokens: int
    transcript_characters: int
    prompt_price: float | None = None
    completion_price: float | None = None

    def priced(self, usage: LlmUsage) -> LlmUsage:
        if self.prompt_price is None or self.completion_price is None:
            return usage
        cost = usage.prompt_tokens * self.prompt_price + usage.completion_tokens * self.completion_price
        return replace(usage, cost_usd=cost / 1e6)


@dataclass(slots=True)
class _Dialect:
    """What the model and its server understand; learned from their refusals. ``limit`` names the bound of the answer."""

    structured: bool = True
    limit: str = "max_completion_tokens"

    def learn(self, refused: str) -> bool:
        """Whether something was learned."""
        before = (self.structured, self.limit)
        if refused == "response_format":
            self.structured = False
        if refused == "max_completion_tokens":
            self.limit = "max_tokens"
        return before != (self.structured, self.limit)


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int
    completion_tokens: int


class _Answer(BaseModel):
    """As much of a chat completion as is used."""

    choices: list[_Choice]
    usage: _Usage | None = None


class OpenAiFeedbackWriter:
    """Implements ``CommentWriter``. ``rules`` give the scores, and the words where the model's may not stay. Close it."""

    def __init__(self, config: OpenAiConfig, rules: FeedbackWriter) -> None:
        self._config = config
        self._rules = rules
        self._dialect = _Dialect()
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._client: AsyncOpenAI | None = None

    def tokens_at_most(self, request: FeedbackRequest) -> int:
        """Of two requests, the second with the first answer in it."""
        prompt = self._bound(self._messages(request, _evidence(request)))
        return 2 * prompt + 4 * self._config.max_output_tokens

    async def write(self, request: FeedbackRequest, meter: TokenMeter) -> Feedback:
        """One request, and a second one where the reply contradicts the analysis; what is false after that is left out."""
        evidence, prompts = _evidence(request), load_prompts(request.language)
        messages = self._messages(request, evidence)
        text = await self._ask(messages, prompts, meter)
        reply = read_reply(text)
        faults = find_faults(reply, evidence)
        if faults:
            reply = await self._corrected(reply, [*messages, *_correction(text, faults, prompts)], prompts, meter)
        feedback = compose(reply, await self._rules.write(request), evidence)
        usage = meter.usage
        return replace(
            feedback,
            llm_model=self._config.model,
            prompt_version=prompts.version,
            usage=None if usage is None else self._config.priced(usage),
            generated_at=datetime.now(UTC),
        )

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def _corrected(self, reply: Reply, messages: list[Message], prompts: Prompts, meter: TokenMeter) -> Reply:
        """The first reply, where there is no second one: most of it may be true."""
        try:
            return read_reply(await self._ask(messages, prompts, meter))
        except DependencyUnavailable:
            return reply

    def _messages(self, request: FeedbackRequest, evidence: Evidence) -> list[Message]:
        """The measurements and what others have written as one JSON document: no text can end its own string."""
        spoken = None if request.transcription is None else request.transcription.transcript
        transcript = None if spoken is None else spoken.text[: self._config.transcript_characters]
        question = request.question_text[:_QUESTION_CHARACTERS] if request.question_text else None
        told = {"measurements": evidence.document, "untrusted": {"question": question, "transcript": transcript}}
        return [
            {"role": "system", "content": load_prompts(request.language).instructions},
            {"role": "user", "content": json.dumps(told, ensure_ascii=False)},
        ]

    async def _ask(self, messages: list[Message], prompts: Prompts, meter: TokenMeter) -> str:
        """The text of one reply. Raises ``DependencyUnavailable``."""
        client = await self._connected()
        try:
            async with asyncio.timeout(self._config.timeout), self._turns:
                return _text_of(await self._complete(client, messages, prompts, meter), meter)
        except TimeoutError:
            raise DependencyUnavailable("no whole answer in time", code="llm_timed_out") from None

    async def _complete(self, client: AsyncOpenAI, messages: list[Message], prompts: Prompts, meter: TokenMeter) -> bytes:
        """Once more for each parameter that is not understood, in other words. Raises ``DependencyUnavailable``."""
        from openai import APIStatusError, APITimeoutError, OpenAIError  # noqa: PLC0415 - takes half a second to import

        while True:
            meter.sent(self._bound(messages) + self._config.max_output_tokens)
            try:
                answer = await client.chat.completions.with_raw_response.create(**self._parameters(messages, prompts))
            except APIStatusError as error:
                meter.refused()
                if not self._understands_better(error):
                    raise of_error(error) from None
            except APITimeoutError as error:
                raise of_error(error) from None
            except OpenAIError as error:
                meter.refused()
                raise of_error(error) from None
            else:
                return bytes(answer.content)

    def _understands_better(self, error: APIStatusError) -> bool:
        refused = refused_parameter(error)
        return refused is not None and self._dialect.learn(refused)

    def _parameters(self, messages: list[Message], prompts: Prompts) -> dict[str, Any]:
        limit = {self._dialect.limit: self._config.max_output_tokens}
        if self._dialect.structured:
            schema = {"name": "feedback", "strict": True, "schema": reply_schema()}
            form = {"type": "json_schema", "json_schema": schema}
            return {"model": self._config.model, "messages": messages, "response_format": form, **limit}
        first, *others = messages
        told = f"{first['content']}\n{prompts.schema}{json.dumps(reply_schema())}"
        return {"model": self._config.model, "messages": [{**first, "content": told}, *others], **limit}

    def _bound(self, messages: Iterable[Message]) -> int:
        """Most tokens of a prompt, the schema included."""
        size = sum(len(message["content"].encode()) for message in messages) + len(json.dumps(reply_schema()))
        return size // _BYTES_PER_TOKEN

    async def _connected(self) -> AsyncOpenAI:
        if self._client is None:
            package = await asyncio.to_thread(import_module, "openai")
            self._client = package.AsyncOpenAI(
                api_key=self._config.api_key, base_url=self._config.base_url, timeout=self._config.timeout, max_retries=0
            )
        return self._client


def _evidence(request: FeedbackRequest) -> Evidence:
    return gather_evidence(request.scores, None if request.transcription is None else request.transcription.wording)


def _text_of(content: bytes, meter: TokenMeter) -> str:
    try:
        answer = _Answer.model_validate_json(content)
        choice = answer.choices[0]
    except (ValidationError, IndexError):
        meter.refused()
        raise DependencyUnavailable("the answer is not a chat completion", code="llm_bad_answer") from None
    meter.told(None if answer.usage is None else LlmUsage(**answer.usage.model_dump()))
    if choice.message.refusal:
        raise DependencyRefused("the model declined", code="llm_refused")
    if choice.finish_reason == "content_filter":
        raise DependencyRefused("the reply was stopped", code="llm_content_filter")
    if choice.finish_reason == "length":
        raise DependencyUnavailable("the reply has no end", code="llm_truncated")
    return choice.message.content or ""


def _correction(reply: str, faults: list[Fault], prompts: Prompts) -> list[Message]:
    told = [fault._asdict() for fault in faults[:_MOST_FAULTS]]
    return [
        {"role": "assistant", "content": reply},
        {"role": "user", "content": prompts.correction + json.dumps(told, ensure_ascii=False)},
    ]
