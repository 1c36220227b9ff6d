"""Ending a worker with everything that it started."""

from __future__ import annotations

import contextlib
import os
import signal

import psutil


def kill_session(session: int) -> None:
    """SIGKILL to every process of this session but the caller: a child may have moved to another process group, out of the
    reach of one signal, but not out of the session that its worker leads."""
    for pid in psutil.pids():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == session and pid != os.getpid():
                os.kill(pid, signal.SIGKILL)
