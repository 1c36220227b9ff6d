"""A supervised worker does not outlive its server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time

from interview_analysis.adapters.jobs.sessions import kill_session

_STDIN = 0
_GRACE_SECONDS = 3.0
_READ_BYTES = 64


def stop_with_parent(stop: asyncio.Event) -> None:
    """Set ``stop`` when standard input ends, which it does when the process at its other end dies, and end this process with
    all that it started if it has not stopped after a grace time. Call inside the running loop.

    A thread waits, since the loop may be busy loading models.
    """
    loop = asyncio.get_running_loop()
    threading.Thread(target=_wait_for_end, args=(loop, stop), name="parent-watch", daemon=True).start()


def _wait_for_end(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while os.read(_STDIN, _READ_BYTES):
        pass
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(stop.set)
    time.sleep(_GRACE_SECONDS)
    _end_now()


def _end_now() -> None:
    if os.getsid(0) == os.getpid():
        kill_session(os.getpid())
    os._exit(1)
