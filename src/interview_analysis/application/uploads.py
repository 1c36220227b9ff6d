"""Where uploads lie, and who may use them."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from interview_analysis.domain.analysis import VideoReference
from interview_analysis.errors import Forbidden

UPLOAD_PREFIXES = ("uploads/", "owners/")
_UPLOAD_KEY = re.compile(r"(uploads|owners/[A-Za-z0-9._-]+)/\d{4}/\d{2}/\d{2}/[0-9a-f]{24}\.[a-z0-9]+")


def upload_folder(owner: str) -> str:
    """Begin of the key of every upload: one folder an owner of API keys, a common one without keys."""
    return f"owners/{owner}/" if owner else "uploads/"


def new_upload_key(owner: str, extension: str, now: datetime) -> str:
    """Unguessable, by day. ``extension`` begins with its dot."""
    return f"{upload_folder(owner)}{now:%Y/%m/%d}/{secrets.token_hex(12)}{extension}"


def is_upload_key(key: str) -> bool:
    """Whether it has the form that ``new_upload_key`` makes."""
    return _UPLOAD_KEY.fullmatch(key) is not None


def refuse_foreign_upload(video: VideoReference, owner: str, bucket: str) -> None:
    """Raises ``Forbidden`` for what lies in the ``bucket`` of uploads but not in the owner's folder, there or not."""
    if owner and video.bucket == bucket and not video.key.startswith(upload_folder(owner)):
        raise Forbidden("of the uploads only your own may be analysed")
