"""What a server and a process of its own say to each other over two pipes: a head of fixed size and that many bytes."""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import Final, NamedTuple

HEAD: Final = struct.Struct("<BIId")
"""Kind, conversation, bytes of the body, timestamp in seconds."""


class Kind(IntEnum):
    """First those of the server, then the answers: one to each ``OPEN``, ``PICTURE`` and ``SUSPECT``, a picture that is
    taken alone."""

    OPEN = 1
    PICTURE = 2
    SUSPECT = 3
    CLOSE = 4
    DONE = 5
    FAULT = 6


class Message(NamedTuple):
    """``conversation``: a number of the server's choice, with at most one question under way; answers carry it too.

    ``body``: what the two have agreed on, a picture, or ``code`` and detail with a line feed between.
    """

    kind: Kind
    conversation: int
    body: bytes = b""
    timestamp: float = 0.0

    def packed(self) -> bytes:
        return HEAD.pack(self.kind, self.conversation, len(self.body), self.timestamp) + self.body
