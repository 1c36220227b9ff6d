"""Transactions on the relational store: SQLite's settings, read and write transactions, and the errors of the driver."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Delete, Engine, Update, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.pool import ConnectionPoolEntry

from interview_analysis.errors import DependencyRefused, DependencyUnavailable, InputError, StorageFull

_BUSY_MILLISECONDS = 5000
_FULL_ERRNOS = (1021, 1114)
"""MariaDB's ER_DISK_FULL and ER_RECORD_FILE_FULL."""
_REFUSAL_ERRNOS = (1044, 1045, 1049, 1142, 1698)
"""MariaDB's errors for rights, password and a database that is not there."""
_SQLITE_PRAGMAS = (
    "foreign_keys = ON",
    f"busy_timeout = {_BUSY_MILLISECONDS}",
    # FULL: an analysis that was accepted survives a power cut, not only the death of the process.
    "synchronous = FULL",
    # What was erased is overwritten, not only unlinked.
    "secure_delete = ON",
)
_BEGIN = "sqlite_begin"


def prepare_sqlite(engine: Engine) -> None:
    """Settings of every connection, and explicit transactions: the driver's own never cover DDL and begin too late."""
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)


def _configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get(_BEGIN, 'IMMEDIATE')}")


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """A consistent view that waits for nobody. Raises ``DependencyUnavailable``."""
    async with _session(engine.execution_options(**{_BEGIN: "DEFERRED"})) as session:
        yield session


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """Committed at the end, rolled back on any error. Raises ``DependencyUnavailable``, ``StorageFull``.

    On SQLite the write lock is taken at the start: taken later, a reader that turns writer fails at once instead of waiting.
    """
    async with _session(engine) as session:
        yield session
        await session.commit()


async def affected(session: AsyncSession, change: Update | Delete) -> int:
    """Carry out one change; how many rows it hit."""
    result = await session.execute(change, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount


@asynccontextmanager
async def _session(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    try:
        async with AsyncSession(engine, expire_on_commit=False) as session:
            yield session
    except (DBAPIError, PoolTimeout) as error:
        raise as_domain_error(error) from error
    except UnicodeEncodeError as error:
        raise InputError("text is not valid Unicode") from error


def as_domain_error(error: DBAPIError | PoolTimeout) -> DependencyUnavailable:
    """Statement and values stay out of the detail: they may be personal."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    detail = f"{type(cause).__name__}: {cause}"
    number = cause.args[0] if isinstance(cause, BaseException) and cause.args else None
    if number in _FULL_ERRNOS or getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return StorageFull(detail)
    return DependencyRefused(detail) if number in _REFUSAL_ERRNOS else DependencyUnavailable(detail)
