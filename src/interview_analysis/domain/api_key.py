"""Keys of the HTTP interface. Only their digests are kept.

A key is 256 random bits, so nobody can try keys until one fits its digest: one round of SHA-256 is as good here as a slow
password hash, and costs a microsecond a request.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

KEY_PREFIX = "ia_"
_KEY_BYTES = 32
_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ENTRY = re.compile(rf"(?P<owner>{_OWNER.pattern}):sha256:(?P<digest>[0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """``owner`` may enter with the key that has this ``digest`` (hexadecimal SHA-256). Several keys of one owner are a
    rotation: all of them are good."""

    owner: str
    digest: str

    def __str__(self) -> str:
        """The entry in ``API_KEYS``."""
        return f"{self.owner}:sha256:{self.digest}"


def parse_api_key(entry: str) -> ApiKey:
    """Raises ``ValueError`` saying what to do; it does not repeat the entry, which may be a key by mistake."""
    found = _ENTRY.fullmatch(entry)
    if found is None:
        raise ValueError(
            "an entry is not OWNER:sha256:DIGEST (keys themselves do not belong here); "
            "make key and entry with: interview-analysis keys new OWNER"
        )
    return ApiKey(found["owner"], found["digest"])


def new_api_key(owner: str) -> tuple[str, ApiKey]:
    """A fresh key for its holder, and what the service keeps of it. Raises ``ValueError`` for a malformed owner."""
    if not _OWNER.fullmatch(owner):
        raise ValueError("an owner is 1-64 letters, digits, dots, dashes and underscores, and begins with a letter or digit")
    key = KEY_PREFIX + secrets.token_urlsafe(_KEY_BYTES)
    return key, ApiKey(owner, _digest(key.encode()))


def owner_of(key: bytes, known: Iterable[ApiKey]) -> str | None:
    """Whose key this is. The time taken tells nothing about how near a wrong key came."""
    digest, owner = _digest(key), None
    for entry in known:
        if hmac.compare_digest(entry.digest, digest):
            owner = entry.owner
    return owner


def _digest(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()
