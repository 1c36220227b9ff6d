"""What the practice page has to know before it asks for anything."""

from __future__ import annotations

from pydantic import BaseModel

from interview_analysis.domain.feedback import Language
from interview_analysis.domain.scoring.results import Reason


class PageWords(BaseModel):
    """Sentences by error code and by reason; ``grades`` stand in the same order in every language."""

    errors: dict[str, str]
    reasons: dict[Reason, str]
    grades: list[str]


class PageService(BaseModel):
    """``retention_days`` 0 = until they are deleted; ``profile_days`` are those of kept calibrations."""

    language: Language
    key_needed: bool
    max_bytes: int
    max_seconds: float
    retention_days: int
    profile_days: int
    words: dict[Language, PageWords]
