"""Opaque positions in a list ordered by creation, newest first."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from interview_analysis.errors import InputError

_SEPARATOR = "|"


def encode_cursor(created_at: datetime, analysis_id: str) -> str:
    """URL-safe text that names the last row of a page."""
    return base64.urlsafe_b64encode(f"{created_at.isoformat()}{_SEPARATOR}{analysis_id}".encode()).decode()


def decode_cursor(cursor: str) -> tuple[datetime, str]:
    """Inverse of ``encode_cursor``. Raises ``InputError`` (``invalid_cursor``)."""
    try:
        time, separator, analysis_id = (
            base64.b64decode(cursor.encode(), altchars=b"-_", validate=True).decode().partition(_SEPARATOR)
        )
        created_at = datetime.fromisoformat(time)
    except (ValueError, binascii.Error) as error:
        raise InputError("the cursor was not made by this service", code="invalid_cursor") from error
    if not separator or created_at.tzinfo is None:
        raise InputError("the cursor was not made by this service", code="invalid_cursor")
    return created_at, analysis_id
