"""Open the relational store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from interview_analysis.adapters.relational.schema import upgrade
from interview_analysis.adapters.relational.transactions import prepare_sqlite


def sqlite_url(path: Path) -> URL:
    """The embedded database in one file."""
    return URL.create("sqlite+aiosqlite", database=str(path))


@asynccontextmanager
async def open_database(url: URL) -> AsyncIterator[AsyncEngine]:
    """An engine on the database, closed at the end. An embedded (SQLite) one is created and migrated first.

    Raises ``DependencyUnavailable``, ``StorageFull``.
    """
    embedded = url.get_backend_name() == "sqlite"
    if embedded:
        await asyncio.to_thread(upgrade, url)
    engine = create_async_engine(url, pool_pre_ping=not embedded)
    if embedded:
        prepare_sqlite(engine.sync_engine)
    try:
        yield engine
    finally:
        await engine.dispose()
