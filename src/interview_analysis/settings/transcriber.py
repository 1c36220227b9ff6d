"""Who writes down what is said; nobody unless asked for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from interview_analysis.settings.group import Group

_DEFAULT_MODELS = {"openai": "whisper-1", "faster-whisper": "faster-whisper-base"}


class TranscriberSettings(Group):
    """``openai`` sends the sound to ``OPENAI_BASE_URL``; ``faster-whisper`` runs on this machine."""

    transcriber: Literal["off", "openai", "faster-whisper"] = "off"
    transcriber_model: str | None = None
    transcriber_language: Literal["auto", "ko", "en"] = "auto"
    transcriber_timeout_seconds: Annotated[float, Field(ge=1, le=3600)] = 180.0
    """For one video as a whole; then the analysis is finished without a transcript."""

    @property
    def model(self) -> str:
        """The name in the service or in the manifest. Only where a transcriber is on."""
        return self.transcriber_model or _DEFAULT_MODELS[self.transcriber]

    @property
    def language(self) -> Literal["ko", "en"] | None:
        """``None`` = to be recognised."""
        return None if self.transcriber_language == "auto" else self.transcriber_language
