"""Retention of uploads: erase those that nobody has had analysed. What was analysed goes with its analysis."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from interview_analysis.application.ports import AnalysisStore, VideoStore
from interview_analysis.application.uploads import UPLOAD_PREFIXES, is_upload_key
from interview_analysis.domain.analysis import VideoReference
from interview_analysis.errors import NotFound

_log = logging.getLogger(__name__)

_BATCH = 200


class SweepPorts(Protocol):
    @property
    def videos(self) -> VideoStore: ...

    @property
    def analyses(self) -> AnalysisStore: ...


class UploadSweep:
    """Rounds over all uploads, a bounded number of objects each. Only keys of the form that this service makes are ever erased:
    the bucket may hold other things. Several sweeps at once are harmless."""

    def __init__(
        self, ports: SweepPorts, bucket: str, keep: timedelta, clock: Callable[[], datetime] | None = None, batch: int = _BATCH
    ) -> None:
        self._ports = ports
        self._bucket = bucket
        self._keep = keep
        self._now = clock or _utc_now
        self._batch = batch
        self._after = dict.fromkeys(UPLOAD_PREFIXES, "")

    async def round(self) -> int:
        """Look at the next batch below each prefix; how many were erased. Raises ``DependencyUnavailable``, and ``Forbidden``
        where the store does not let the bucket be listed."""
        return sum([await self._look(prefix) for prefix in UPLOAD_PREFIXES])

    async def _look(self, prefix: str) -> int:
        before = self._now() - self._keep
        try:
            page = await self._ports.videos.list_older(self._bucket, prefix, before, self._after[prefix], self._batch)
        except NotFound:
            return 0
        uploads = [VideoReference(self._bucket, key) for key in page.keys if is_upload_key(key)]
        analysed = await self._ports.analyses.analysed(uploads)
        erased = 0
        for video in uploads:
            if video not in analysed and await self._ports.videos.delete(video):
                erased += 1
        self._after[prefix] = page.after
        if erased:
            _log.info("%d uploads that nobody had analysed are erased", erased)
        return erased


def _utc_now() -> datetime:
    return datetime.now(UTC)
