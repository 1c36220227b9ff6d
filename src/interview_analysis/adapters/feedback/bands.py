"""Whether a finding speaks for or against, and which of a part's phrases fits the measured number."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.results import PaceBand

_FULL_SHARE, _NO_SHARE = 0.995, 0.005
"""Measured shares that read as 100 % and as 0 %."""


class Tone(StrEnum):
    """What a finding is to the candidate."""

    STRENGTH = "strength"
    PLAIN = "plain"
    WEAKNESS = "weakness"
    UNKNOWN = "unknown"


class Band(StrEnum):
    """``HIGH``, ``MIDDLE`` and ``LOW`` follow the share of the points; the others name a number that these would not fit."""

    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"
    NONE = "none"
    ALL = "all"
    BRIEF = "brief"
    RARE = "rare"
    OFTEN = "often"
    PLAIN = "plain"


_OF_TONE: Final = {Tone.STRENGTH: Band.HIGH, Tone.PLAIN: Band.MIDDLE, Tone.WEAKNESS: Band.LOW}

_OF_PACE: Final = {PaceBand.SLOW: Band.RARE, PaceBand.PREFERRED: Band.MIDDLE, PaceBand.FAST: Band.OFTEN}


def band_of(part: str, measured: float, tone: Tone, count: int) -> Band:
    """``measured`` as the score's part has it, ``tone`` of its points, ``count`` of its episodes."""
    special = _SPECIAL.get(part)
    return (special(measured, _OF_TONE[tone], count) if special is not None else None) or _OF_TONE[tone]


def band_of_pace(pace: PaceBand | None) -> Band:
    """``PLAIN`` where no language was told and so nothing can be said against it."""
    return Band.PLAIN if pace is None else _OF_PACE[pace]


def _warmth(measured: float, band: Band, count: int) -> Band | None:
    return Band.NONE if measured < _NO_SHARE and not count else None


def _all(measured: float, band: Band, count: int) -> Band | None:
    return Band.ALL if measured >= _FULL_SHARE else None


def _looking_away(measured: float, band: Band, count: int) -> Band | None:
    if count:
        return None
    return Band.NONE if band is Band.HIGH else Band.BRIEF


def _blink(measured: float, band: Band, count: int) -> Band | None:
    if band is Band.HIGH:
        return None
    return Band.OFTEN if measured > w.BLINK_FULL_RATES[1] else Band.RARE


def _pauses(measured: float, band: Band, count: int) -> Band | None:
    return Band.NONE if not count and band is Band.HIGH else None


_SPECIAL: Final[dict[str, Callable[[float, Band, int], Band | None]]] = {
    "warmth": _warmth,
    "absence_of_negative": _all,
    "on_target": _all,
    "looking_away": _looking_away,
    "blink": _blink,
    "pauses": _pauses,
}
