"""Open the relational store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from interview_analysis.adapters.relational.schema import upgrade
from interview_analysis.adapters.relational.transactions import prepare_sqlite, with_reader

_CONNECT_SECONDS = 5
_POOL_SECONDS = 10.0
_RECYCLE_SECONDS = 1800
"""Servers and proxies drop idle connections, the common ones after an hour and more."""


class MariaDbServer(NamedTuple):
    """Where a MariaDB server is, and as whom it is entered."""

    host: str
    port: int
    user: str
    password: str
    database: str


def sqlite_url(path: Path) -> URL:
    """The embedded database in one file."""
    return URL.create("sqlite+aiosqlite", database=str(path))


def mariadb_url(server: MariaDbServer) -> URL:
    """A database on a MariaDB server; it must be there."""
    return URL.create(
        "mariadb+aiomysql",
        username=server.user,
        password=server.password,
        host=server.host,
        port=server.port,
        database=server.database,
        query={"charset": "utf8mb4"},
    )


@asynccontextmanager
async def open_database(url: URL) -> AsyncIterator[AsyncEngine]:
    """An engine on the database, closed at the end. The schema is brought up to date first; an SQLite file is created.

    Raises ``DependencyUnavailable``, ``DependencyRefused``, ``StorageFull``.
    """
    await asyncio.to_thread(upgrade, url)
    if url.get_backend_name() == "sqlite":
        reader = create_engine(url.set(drivername="sqlite+pysqlite"))
        engine = with_reader(_embedded(url), reader)
    else:
        reader, engine = None, _on_server(url)
    try:
        yield engine
    finally:
        await engine.dispose()
        if reader is not None:
            reader.dispose()


def _embedded(url: URL) -> AsyncEngine:
    engine = create_async_engine(url)
    prepare_sqlite(engine.sync_engine)
    return engine


def _on_server(url: URL) -> AsyncEngine:
    """READ COMMITTED: the claims are guarded by conditions and row counts, gap locks would only make workers wait."""
    return create_async_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_recycle=_RECYCLE_SECONDS,
        pool_timeout=_POOL_SECONDS,
        connect_args={"connect_timeout": _CONNECT_SECONDS},
    )
