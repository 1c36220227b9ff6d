"""Receivers of webhooks beside the application under test, and the settings by which it reaches them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from interview_analysis.settings.edge import CallbackSettings
from webhook_servers import SECRET, Receiver, receiver

_START_SECONDS = 60.0


@contextmanager
def receiving(*answers: bytes) -> Iterator[Receiver]:
    """A receiver in a thread of its own."""
    started, stop = threading.Event(), asyncio.Event()
    found: list[Receiver] = []

    async def serve() -> None:
        async with receiver(*answers) as running:
            found.append(running)
            loops.append(asyncio.get_running_loop())
            started.set()
            await stop.wait()

    loops: list[asyncio.AbstractEventLoop] = []
    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="receiver")
    thread.start()
    assert started.wait(_START_SECONDS)
    try:
        yield found[0]
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join()


def telling(port: int, **more: object) -> CallbackSettings:
    """Signed, and to this port of the own machine; attempts follow each other at once."""
    return CallbackSettings.model_validate(
        {
            "webhook_secret": SecretStr(SECRET),
            "callback_allowed_hosts": f"127.0.0.1:{port}",
            "callback_retry_seconds": 0.05,
            **more,
        }
    )
