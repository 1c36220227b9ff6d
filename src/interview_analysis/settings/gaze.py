"""Screen gaze."""

from __future__ import annotations

import os
from typing import Annotated

from pydantic import Field

from interview_analysis.settings.group import Group

_MOST_BY_ITSELF = 4


class GazeSettings(Group):
    """Connections, window and processes are those of each HTTP process by itself."""

    gaze_aggregator_url: Annotated[str, Field(pattern=r"^https?://[^\s@]+$", max_length=2048)] | None = None
    """Where results are sent, signed as webhooks are and to the same kind of address."""
    gaze_grace_seconds: Annotated[float, Field(ge=0, le=3600)] = 3.0
    """Frames that come so long after the last one still count."""
    gaze_max_frame_kib: Annotated[int, Field(ge=16, le=8192)] = 2048
    gaze_connections: Annotated[int, Field(ge=0, le=1000)] = 64
    """Of ``WS /gaze/stream``; 0 = it is off."""
    gaze_connections_each: Annotated[int, Field(ge=1, le=1000)] = 64
    """Of one owner of keys, or of one client address without keys."""
    gaze_window: Annotated[int, Field(ge=1, le=256)] = 8
    """Pictures of one connection that may be under way at once; further ones are answered ``busy``."""
    gaze_idle_seconds: Annotated[float, Field(gt=0, le=3600)] = 60.0
    """A connection that brings no picture, or takes no answer, for so long is closed."""
    gaze_processes: Annotated[int, Field(ge=0, le=64)] = 0
    """That measure pictures; 0 = one for each core, four at most."""

    @property
    def max_frame_bytes(self) -> int:
        """Of one picture."""
        return self.gaze_max_frame_kib * 1024

    @property
    def processes(self) -> int:
        """As many as will be started."""
        return self.gaze_processes or min(_MOST_BY_ITSELF, len(os.sched_getaffinity(0)))
