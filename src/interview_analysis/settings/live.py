"""Live analysis."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from interview_analysis.settings.group import Group


class LiveSettings(Group):
    """Of each HTTP process by itself."""

    live_connections: Annotated[int, Field(ge=0, le=1000)] = 8
    """0 = live analysis is off."""
    live_connections_each: Annotated[int, Field(ge=1, le=1000)] = 4
    """Of one owner of keys, or of one client address without keys."""
    live_max_frame_kib: Annotated[int, Field(ge=16, le=4096)] = 512
    live_max_rate: Annotated[int, Field(ge=1, le=120)] = 30
    """Pictures a second of one connection."""
    live_idle_seconds: Annotated[float, Field(gt=0, le=3600)] = 30.0
    """A connection that brings no picture, or takes no answer, for so long is closed."""

    @property
    def max_frame_bytes(self) -> int:
        """Of one picture."""
        return self.live_max_frame_kib * 1024
