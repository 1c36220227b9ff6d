"""Material for the tests of video stores."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

BUCKET = "practice"
MAX_BYTES = 200_000


def material(size: int) -> bytes:
    """The same ``size`` incompressible bytes every time."""
    return random.Random(size).randbytes(size)  # noqa: S311 - test material


async def chunked(data: bytes, breaks_after: int | None = None, piece: int = 30_000) -> AsyncIterator[bytes]:
    """As a client sends it; with ``breaks_after``, its connection is reset there."""
    for start in range(0, len(data), piece):
        if breaks_after is not None and start >= breaks_after:
            raise ConnectionResetError("client went away")
        yield data[start : start + piece]
