"""The schema of the relational store, moved by Alembic inside the program: no alembic.ini."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from interview_analysis.adapters.relational.transactions import as_domain_error, prepare_sqlite
from interview_analysis.errors import DependencyRefused, DependencyUnavailable, InputError

_MIGRATIONS = Path(__file__).parent / "migrations"
_SYNC_DRIVERS = {"sqlite+aiosqlite": "sqlite+pysqlite", "mariadb+aiomysql": "mariadb+pymysql"}
_SERVER_LOCK = {"name": "interview_analysis_schema", "seconds": 60}


def upgrade(url: URL) -> None:
    """Bring the database to the newest schema, creating an SQLite file where there is none. Blocking, harmless to repeat.

    Raises ``DependencyUnavailable``, ``DependencyRefused`` (also ``database_newer``), ``StorageFull``.
    """
    with _database_errors(), migrations(url) as config:
        command.upgrade(config, "head")


def downgrade(url: URL, revision: str = "-1") -> str:
    """Take the schema back to a revision (``-1``: by one, ``base``: to nothing) and drop what the later ones had added; returns
    the revision that it has now, empty for nothing. Blocking.

    Raises ``InputError`` for a revision that is not below the present one, and the errors of ``upgrade``.
    """
    with _database_errors(), migrations(url) as config:
        try:
            command.downgrade(config, revision)
        except CommandError as error:
            raise InputError(f"the schema cannot go back to {revision}: {error}") from error
        return _revision(config.attributes["connection"])


@contextmanager
def _database_errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise as_domain_error(error) from error
    except OSError as error:
        raise DependencyUnavailable(f"the database file cannot be created: {error.strerror}") from error


@contextmanager
def migrations(url: URL) -> Iterator[Config]:
    """Alembic's configuration on one open transaction, for ``alembic.command``. Processes that start together take turns.

    On SQLite the whole move is one transaction: a process that dies in the middle leaves the earlier schema. MariaDB commits
    each statement by itself. Raises ``DependencyRefused`` (``database_newer``) where a newer program has moved the schema to a
    revision that this one does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    engine = create_engine(url.set(drivername=_SYNC_DRIVERS[url.drivername]), poolclass=NullPool)
    with ExitStack() as stack:
        if url.get_backend_name() == "sqlite":
            prepare_sqlite(engine)
            stack.enter_context(_turn(Path(url.database or "")))
            with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        else:
            # Of a connection of its own: given back after the move is committed, not before.
            stack.enter_context(_server_turn(stack.enter_context(engine.connect())))
        connection = stack.enter_context(engine.begin())
        config.attributes["connection"] = connection
        _refuse_newer(connection, config)
        yield config


def _refuse_newer(connection: Connection, config: Config) -> None:
    known = ScriptDirectory.from_config(config)
    newest, found = known.get_current_head(), _revision(connection)
    if found and found not in {script.revision for script in known.walk_revisions()}:
        raise DependencyRefused(
            f"the database has schema {found}, this program knows those up to {newest}; start the newer program again, "
            f"or let it take the schema back with: db downgrade --to {newest}",
            code="database_newer",
        )


def _revision(connection: Connection) -> str:
    """Empty where no migration has been here."""
    return MigrationContext.configure(connection).get_current_revision() or ""


@contextmanager
def _server_turn(connection: Connection) -> Iterator[None]:
    """One process at a time, on any machine. The server gives the lock back when its owner's connection ends."""
    if connection.execute(text("SELECT GET_LOCK(:name, :seconds)"), _SERVER_LOCK).scalar() != 1:
        raise DependencyUnavailable("another process has been moving the schema for too long")
    yield
    connection.execute(text("SELECT RELEASE_LOCK(:name)"), {"name": _SERVER_LOCK["name"]})


@contextmanager
def _turn(database: Path) -> Iterator[None]:
    """One process at a time. SQLite's own lock is no help: switching to WAL fails at once where another is at it."""
    database.parent.mkdir(parents=True, exist_ok=True)
    with database.with_name(f"{database.name}.migration-lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
