"""Signatures of the Standard Webhooks specification (version 1, symmetric): https://www.standardwebhooks.com."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping


def signature_headers(message_id: str, timestamp: int, body: bytes, keys: Iterable[bytes]) -> Mapping[str, str]:
    """One signature for each key: while a secret is being changed, the old and the new one both hold. ``timestamp`` is that of
    the attempt, in Unix seconds."""
    content = f"{message_id}.{timestamp}.".encode() + body
    signatures = (base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode() for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
