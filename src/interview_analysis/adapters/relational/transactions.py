"""Transactions on the relational store: SQLite's settings, read and write transactions, and the errors of the driver."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Protocol, TypeVar, TypeVarTuple, cast

from sqlalchemy import Connection, CursorResult, Delete, Engine, Insert, Result, Update, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.selectable import TypedReturnsRows

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
"""Execution option: the kind of SQLite transaction, or ``_NO_BEGIN``."""
_NO_BEGIN = ""
_READER = "sqlite_reader"
"""Execution option of an ``AsyncEngine`` on SQLite: the engine that reads in the caller's own thread."""
_Row = TypeVar("_Row")
_Columns = TypeVarTuple("_Columns")


def prepare_sqlite(engine: Engine) -> None:
    """Settings of every connection, and explicit transactions: the driver's own never cover DDL and begin too late."""
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)


def with_reader(engine: AsyncEngine, reader: Engine) -> AsyncEngine:
    """``engine`` on SQLite, whose ``looking_up`` goes through ``reader``, an engine on the same file."""
    prepare_sqlite(reader)
    return engine.execution_options(**{_READER: reader.execution_options(**{_BEGIN: _NO_BEGIN})})


def _configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    kind = options.get(_BEGIN, "IMMEDIATE")
    if options.get("isolation_level") != "AUTOCOMMIT" and kind != _NO_BEGIN:
        connection.exec_driver_sql(f"BEGIN {kind}")


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """A consistent view that waits for nobody. Raises ``DependencyUnavailable``."""
    async with _session(engine.execution_options(**{_BEGIN: "DEFERRED"})) as session:
        yield session


class Lookup(Protocol):
    """What ``looking_up`` gives."""

    async def execute(
        self, statement: TypedReturnsRows[*_Columns], parameters: Mapping[str, Any] | None = None, /
    ) -> Result[*_Columns]: ...

    async def get(self, entity: type[_Row], ident: str, /) -> _Row | None: ...


class _OwnThread:
    """``Lookup`` without going to another thread."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def execute(
        self, statement: TypedReturnsRows[*_Columns], parameters: Mapping[str, Any] | None = None, /
    ) -> Result[*_Columns]:
        return self._session.execute(statement, parameters)

    async def get(self, entity: type[_Row], ident: str, /) -> _Row | None:
        return self._session.get(entity, ident)


@asynccontextmanager
async def looking_up(engine: AsyncEngine) -> AsyncIterator[Lookup]:
    """For single statements that find a few rows by key, each a consistent view by itself. Raises ``DependencyUnavailable``.

    On SQLite they run in the caller's own thread: the row is there within a tenth of a millisecond and writers hold nobody up
    (WAL), whereas the ways to the connection's thread and back, ten a statement, wait for a core each time.
    """
    reader = engine.get_execution_options().get(_READER)
    if reader is None:
        async with _session(engine) as session:
            yield session
        return
    with _domain_errors(), Session(reader) as own:
        yield _OwnThread(own)


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """Committed at the end, rolled back on any error. Raises ``DependencyUnavailable``, ``StorageFull``.

    On SQLite the write lock is taken at the start: taken later, a reader that turns writer fails at once instead of waiting.
    """
    async with _session(engine) as session:
        yield session
        await session.commit()


def or_ignored(insertion: Insert) -> Insert:
    """A row that is there already stays as it is. A transaction of its own: on MariaDB the insertion keeps a shared lock on
    that row, and two that then want to change it would wait for each other."""
    for dialect, words in (("sqlite", "OR IGNORE"), ("mysql", "IGNORE"), ("mariadb", "IGNORE")):
        insertion = insertion.prefix_with(words, dialect=dialect)
    return insertion


async def affected(session: AsyncSession, change: Update | Delete) -> int:
    """Carry out one change; how many rows it hit."""
    result = await session.execute(change, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount


@asynccontextmanager
async def _session(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    with _domain_errors():
        async with AsyncSession(engine, expire_on_commit=False) as session:
            yield session


@contextmanager
def _domain_errors() -> Iterator[None]:
    try:
        yield
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
