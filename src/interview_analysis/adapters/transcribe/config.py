"""What transcribers are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PROMPTS = {
    "en": "Um, so, uh, I was, like, hmm, thinking.",
    "ko": "음, 그러니까, 어, 저는, 그, 생각했습니다.",
}
"""Whisper leaves hesitations out unless what it goes on from has some (OpenAI's guide, "Prompting")."""


@dataclass(frozen=True, slots=True)
class TranscriberConfig:
    """``timeout``: seconds for one video. ``language``: ``None`` = to be recognised, and no prompt for hesitations then."""

    model: str
    timeout: float
    language: Literal["ko", "en"] | None = None

    @property
    def prompt(self) -> str | None:
        return None if self.language is None else PROMPTS[self.language]
