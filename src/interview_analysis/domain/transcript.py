"""What was said, as a speech recogniser wrote it down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """As it was written, punctuation included where the recogniser writes it; ``start`` and ``end`` in seconds of the video."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """``language``: ISO 639-1, as recognised; ``model``: name of the recogniser."""

    language: str
    words: tuple[Word, ...]
    model: str

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)
