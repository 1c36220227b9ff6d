"""Analyses stand back behind the HTTP processes, which must answer within milliseconds on the same cores."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

_AUTOGROUP: Final = Path("/proc/self/autogroup")


def stand_back(niceness: int) -> None:
    """By ``niceness``, 0–19, lower the priority of this process and of what it will start.

    Linux groups processes by session and shares the cores out between groups first (``sched(7)``, "The autogroup feature"):
    niceness counts within a session alone. A process that leads one lowers its group as well; else the group is somebody
    else's, perhaps the user's shell.
    """
    os.nice(niceness)
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):  # not Linux, or the feature is off: then niceness alone decides
            _AUTOGROUP.write_text(str(niceness))
