"""A wish for the words of a language model, and how far that has come. The rules' words are there meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from interview_analysis.domain.feedback import LlmUsage


class CommentState(StrEnum):
    """``off``: nobody wishes for them; ``failed``: given up, the reason is the last failure."""

    OFF = "off"
    PENDING = "pending"
    WRITTEN = "written"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentWish:
    """One an analysis. ``attempt`` counts those begun since it was last wished for, ``turn`` all of them for ever (a fence:
    earlier turns are refused); ``failure`` is the code of the last fault, ``tokens`` what was spent on it in all attempts."""

    analysis_id: str
    wished_at: datetime
    state: CommentState = CommentState.PENDING
    attempt: int = 0
    turn: int = 0
    tokens: int = 0
    failure: str | None = None
    finished_at: datetime | None = None


class TokenCaps(NamedTuple):
    """Most tokens, prompts included, that may be spent on one analysis, and in one day (UTC)."""

    per_analysis: int
    per_day: int


class Reservation(NamedTuple):
    """Tokens that are counted as spent on ``day`` until it is known how many were."""

    day: date
    tokens: int


@dataclass(slots=True)
class TokenMeter:
    """Counts over the requests of one attempt. What a request may cost at most is counted from its sending until its answer
    says how much it was; where no answer says so, it stays."""

    answered: list[LlmUsage] = field(default_factory=list)
    guessed: int = 0
    _open: int = 0

    @property
    def tokens(self) -> int:
        return sum(usage.tokens for usage in self.answered) + self.guessed + self._open

    @property
    def usage(self) -> LlmUsage | None:
        """Over all answers; ``None`` where one did not tell."""
        if self.guessed or not self.answered:
            return None
        return LlmUsage(
            prompt_tokens=sum(usage.prompt_tokens for usage in self.answered),
            completion_tokens=sum(usage.completion_tokens for usage in self.answered),
        )

    def sent(self, at_most: int) -> None:
        self._open = at_most

    def refused(self) -> None:
        """An error in place of an answer costs nothing."""
        self._open = 0

    def told(self, usage: LlmUsage | None) -> None:
        if usage is None:
            self.guessed += self._open
        else:
            self.answered.append(usage)
        self._open = 0
