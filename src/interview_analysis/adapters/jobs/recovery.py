"""Clearing up after workers of this machine that died: what they had claimed is due again at once, their files go."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from interview_analysis.adapters.jobs.folders import dead_workers, remove_folder
from interview_analysis.application.ports import AnalysisStore
from interview_analysis.errors import DependencyUnavailable

_log = logging.getLogger(__name__)


async def sweep(analyses: AnalysisStore, work: Path) -> None:
    """Clear up after every dead worker that has a folder in ``work``."""
    for worker in await asyncio.to_thread(dead_workers, work):
        await clear(worker, analyses, work)


async def clear(worker: str, analyses: AnalysisStore, work: Path) -> None:
    """Clear up after one dead worker. A silent database leaves the lease to run out."""
    try:
        released = await analyses.release(worker)
    except DependencyUnavailable as error:
        _log.warning("leases of worker %s run out by themselves: %s", worker, error)
    else:
        if released:
            _log.info("worker %s is gone, %d analyses are due again", worker, released)
    await asyncio.to_thread(remove_folder, work, worker)
