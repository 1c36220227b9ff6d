"""Ports of live analysis: one Protocol per outside thing, as ``ports``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from interview_analysis.domain.live import LiveOptions


class LiveSession(Protocol):
    """All state of one camera.

    ``models``: manifest names by job, ``None`` = off or missing.
    """

    @property
    def models(self) -> Mapping[str, str | None]: ...

    async def analyse(self, timestamp: float, picture: bytes) -> bytes:
        """``timestamp`` in seconds, rising; ``picture`` JPEG or WebP → the JSON array of ``live_analysis.face_document``. One
        picture at a time.

        Raises ``InputError`` (``picture_unreadable``, ``picture_too_large``), ``DependencyUnavailable`` (``live_unavailable``):
        then the session is over.
        """

    async def close(self) -> None:
        """May be called again."""


class LiveAnalyzer(Protocol):
    """Loaded models for cameras, shared by sessions."""

    async def open(self, options: LiveOptions) -> LiveSession:
        """Raises ``ModelUnavailable``, ``DependencyUnavailable`` (``live_unavailable``)."""

    async def close(self) -> None:
        """Ends all sessions."""
