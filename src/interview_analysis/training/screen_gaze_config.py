"""What ``train screen-gaze`` is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from interview_analysis.errors import InputError
from interview_analysis.training.screen_gaze_regressors import REGRESSORS


@dataclass(frozen=True, slots=True)
class ScreenGazeConfig:
    """``regressor``: one of ``REGRESSORS``, ``None`` = the best of all. ``pixel_mm``: pitch of the screen's pixels.

    Raises ``InputError`` for a name that is none of them.
    """

    table: Path
    out: Path
    pixel_mm: float
    regressor: str | None = None

    def __post_init__(self) -> None:
        if self.regressor is not None and self.regressor not in REGRESSORS:
            raise InputError(f"there is no regressor {self.regressor}; there are {', '.join(REGRESSORS)}")

    @property
    def candidates(self) -> tuple[str, ...]:
        return REGRESSORS if self.regressor is None else (self.regressor,)
