"""Parts of an analysis that a request may switch off."""

from __future__ import annotations

from enum import StrEnum


class Skippable(StrEnum):
    EXPRESSION = "expression"
    GAZE = "gaze"
    VOICE = "voice"
    TRANSCRIPT = "transcript"
