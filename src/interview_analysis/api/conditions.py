"""What a request says of the representation that it has or wants (RFC 9110 §13 and §14)."""

from __future__ import annotations

import re
from typing import NamedTuple

_ONE_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE)


class Part(NamedTuple):
    """Bytes ``start`` up to ``stop``, excluded."""

    start: int
    stop: int


def holds(known: str, tag: str) -> bool:
    """Whether ``If-None-Match`` names this tag; the comparison is weak (RFC 9110 §13.1.2)."""
    return any(entry.strip().removeprefix("W/") in (tag, "*") for entry in known.split(","))


def wanted_part(wanted: str, size: int) -> Part | None:
    """What ``Range`` asks for of ``size`` bytes; ``None`` for all of it: no range, several, or none that is understood, which
    a server may ignore (§14.2). Raises ``ValueError`` for one that begins behind the end."""
    found = _ONE_RANGE.fullmatch(wanted.strip())
    if found is None or found.group(0) == "" or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < int(first):
            return None
    if start >= size:
        raise ValueError(f"the range begins behind the last of {size} bytes")
    return Part(start, stop)
