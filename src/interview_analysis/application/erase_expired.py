"""Retention: erase what has been kept for its time."""

from __future__ import annotations

import logging

from interview_analysis.application.erase_analysis import ErasePorts, erase_analysis
from interview_analysis.errors import DependencyUnavailable, InterviewAnalysisError, NotFound

_log = logging.getLogger(__name__)

_BATCH = 50


class ExpirySweep:
    """Rounds over all expired analyses, a bounded number each. Several sweeps at once are harmless: erasing is idempotent."""

    def __init__(self, ports: ErasePorts, upload_bucket: str, batch: int = _BATCH) -> None:
        self._ports = ports
        self._upload_bucket = upload_bucket
        self._batch = batch
        self._after = ""

    async def round(self) -> int:
        """Erase the next batch; how many went. One that cannot be erased stays for the next time round and does not keep the
        others waiting; a store that does not answer ends the round. Raises ``DependencyUnavailable`` where nothing can be
        listed."""
        expired = await self._ports.analyses.list_expired(self._batch, self._after)
        erased = 0
        for analysis_id in expired:
            self._after = analysis_id
            try:
                await erase_analysis(analysis_id, self._upload_bucket, self._ports)
            except NotFound:
                continue
            except InterviewAnalysisError as error:
                _log.warning("expired analysis %s is not erased yet: %s: %s", analysis_id, error.code, error.detail)
                if isinstance(error, DependencyUnavailable) and error.retryable:
                    return erased
                continue
            erased += 1
            _log.info("expired analysis %s is erased", analysis_id)
        if len(expired) < self._batch:
            self._after = ""
        return erased
