"""Queued analyses with a scripted course, the store they lie in, and what is left running or lying about."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import psutil
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.adapters.relational.engine import open_database, sqlite_url
from interview_analysis.adapters.relational.records import row_of
from interview_analysis.domain.analysis import Analysis, AnalysisRequest, AnalysisStatus, Progress, Stage, VideoReference

MAX_ATTEMPTS = 3

Store = TypeVar("Store", bound=SqlAnalysisStore)


@asynccontextmanager
async def open_faulty_store(data: Path, kind: type[Store]) -> AsyncIterator[Store]:
    """The record of analyses in this data folder, migrated, by a store with a fault."""
    async with open_database(sqlite_url(data / "interview_analysis.db")) as engine:
        yield kind(engine, max_attempts=MAX_ATTEMPTS)


def open_store(data: Path) -> AbstractAsyncContextManager[SqlAnalysisStore]:
    """The record of analyses in this data folder, migrated."""
    return open_faulty_store(data, SqlAnalysisStore)


_NO_VIDEO = VideoReference("bucket", "key.webm")


def queued(analysis_id: str, course: str = "busy 0", video: VideoReference = _NO_VIDEO) -> Analysis:
    """A queued analysis; ``course`` says what ``jobs_worker`` does with it."""
    return Analysis(
        id=analysis_id,
        request=AnalysisRequest(video=video, question_text=course),
        status=AnalysisStatus.QUEUED,
        progress=Progress(Stage.QUEUED, 0.0),
        created_at=datetime.now(UTC),
    )


async def add_all(engine: AsyncEngine, analyses: Iterable[Analysis]) -> None:
    """Into the record, in one transaction."""
    async with AsyncSession(engine) as session:
        session.add_all([row_of(analysis, None, "") for analysis in analyses])
        await session.commit()


async def eventually(holds: Callable[[], Awaitable[bool] | bool], seconds: float = 60.0, look: float = 0.02) -> None:
    """Wait until the condition holds, asked every ``look`` seconds. Raises ``AssertionError`` after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        outcome = holds()
        if outcome if isinstance(outcome, bool) else await outcome:
            return
        assert time.monotonic() < deadline, f"not so within {seconds} s"
        await asyncio.sleep(look)


def release(data: Path, analysis_id: str) -> None:
    """Let work end that is ``held``, see ``jobs_worker``."""
    release_file(data, analysis_id).touch()


def release_file(data: Path, analysis_id: str) -> Path:
    """``held`` work ends once it is there."""
    return data / f"{analysis_id}.release"


def processes(word: Path | str) -> list[psutil.Process]:
    """Living processes with this word in their command line."""
    return [process for process in psutil.process_iter() if str(word) in " ".join(_command(process))]


def workers(data: Path) -> list[psutil.Process]:
    """Living worker processes of this data folder."""
    return [process for process in processes(data) if "--name" in _command(process)]


def _command(process: psutil.Process) -> list[str]:
    try:
        return [] if process.status() == psutil.STATUS_ZOMBIE else process.cmdline()
    except psutil.NoSuchProcess:
        return []


def has_status(store: SqlAnalysisStore, analysis_id: str, status: AnalysisStatus) -> Callable[[], Awaitable[bool]]:
    """For ``eventually``."""

    async def holds() -> bool:
        return (await store.get(analysis_id)).status is status

    return holds
