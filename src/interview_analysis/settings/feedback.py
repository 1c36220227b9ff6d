"""The language model that writes feedback."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from interview_analysis.settings.group import Group, refuse_half

Price = Annotated[float, Field(ge=0)]


class OpenAiSettings(Group):
    """OpenAI, or any server that speaks its chat completions; off until a key or an address is set."""

    openai_api_key: SecretStr | None = None
    openai_model: str = "gpt-4"
    openai_base_url: Annotated[str, Field(pattern=r"^https?://[^/@\s]+(/\S*)?$")] | None = None
    """``None`` = OpenAI itself. Servers of one's own often need no key."""
    openai_timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 60.0
    """Of one request; an attempt makes two at most that are long."""
    openai_max_output_tokens: Annotated[int, Field(ge=200, le=32_000)] = 2000
    openai_transcript_characters: Annotated[int, Field(ge=0, le=100_000)] = 2000
    """Of the transcript so much is sent; with the rest it fits into the 8,192 tokens of gpt-4."""
    openai_tokens_per_analysis: Annotated[int, Field(ge=1000)] = 60_000
    openai_tokens_per_day: Annotated[int, Field(ge=1000)] = 500_000
    """Prompts included, over all processes; days are of UTC."""
    openai_prompt_price: Price | None = None
    """US dollars for a million tokens of prompt."""
    openai_completion_price: Price | None = None
    openai_retry_seconds: Annotated[float, Field(gt=0)] = 30.0
    """Wait before the second attempt; doubled for each further one, up to four hours."""
    openai_max_attempts: Annotated[int, Field(ge=1, le=100)] = 8
    """With the other defaults the last comes about an hour after the first."""

    @property
    def enabled(self) -> bool:
        return self.openai_api_key is not None or self.openai_base_url is not None

    @model_validator(mode="after")
    def _priced_whole(self) -> Self:
        prices = {"OPENAI_PROMPT_PRICE": self.openai_prompt_price, "OPENAI_COMPLETION_PRICE": self.openai_completion_price}
        told = {name: price is not None for name, price in prices.items()}
        refuse_half(told, begun=any(told.values()))
        return self
