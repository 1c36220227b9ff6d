"""Migrations: from nothing, to and fro, several at once, and equal to the tables that the code uses."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import URL
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import CreateTable

from interview_analysis.adapters.relational.engine import sqlite_url
from interview_analysis.adapters.relational.schema import migrations, upgrade
from interview_analysis.adapters.relational.tables import Base

TABLES = {"analyses", "feedback", "frame_timelines", "frame_chunks"}


@pytest.fixture
def url(tmp_path: Path) -> URL:
    return sqlite_url(tmp_path / "folder" / "store.db")


def query(url: URL, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(str(url.database))) as connection:
        return list(connection.execute(sql))


def tables(url: URL) -> set[object]:
    return {name for (name,) in query(url, "SELECT name FROM sqlite_master WHERE type = 'table'")} - {"alembic_version"}


def downgrade_and_die(url: URL) -> None:
    with migrations(url) as config:
        command.downgrade(config, "base")
        raise ZeroDivisionError


def test_it_starts_from_nothing_and_may_be_repeated(url: URL) -> None:
    upgrade(url)
    upgrade(url)
    assert tables(url) == TABLES
    assert query(url, "PRAGMA journal_mode") == [("wal",)]


def test_the_migrations_make_the_tables_that_the_code_uses(url: URL) -> None:
    upgrade(url)
    with migrations(url) as config:
        command.check(config)


def test_a_table_that_no_migration_made_is_found(url: URL) -> None:
    upgrade(url)
    query(url, "DROP INDEX ix_analyses_due")
    with migrations(url) as config, pytest.raises(Exception, match="ix_analyses_due"):
        command.check(config)


def test_down_and_up_again(url: URL) -> None:
    upgrade(url)
    with migrations(url) as config:
        command.downgrade(config, "base")
    assert tables(url) == set()
    upgrade(url)
    assert tables(url) == TABLES


def test_starting_together_they_take_turns(url: URL) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(upgrade, [url] * 8))
    assert tables(url) == TABLES
    assert len(query(url, "SELECT * FROM alembic_version")) == 1


def test_a_migration_that_fails_leaves_the_earlier_schema(url: URL) -> None:
    upgrade(url)
    with pytest.raises(ZeroDivisionError):
        downgrade_and_die(url)
    assert tables(url) == TABLES


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("analyses", ["id VARCHAR(128) COLLATE utf8mb4_bin", "created_at DATETIME(6)", "result MEDIUMTEXT", "percent DOUBLE"]),
        ("frame_chunks", ["data MEDIUMBLOB", "first_row INTEGER NOT NULL", "PRIMARY KEY (analysis_id, first_row)"]),
        ("feedback", ["document MEDIUMTEXT NOT NULL"]),
    ],
)
def test_on_mariadb_the_types_keep_case_microseconds_and_length(table: str, words: list[str]) -> None:
    statement = str(CreateTable(Base.metadata.tables[table]).compile(dialect=mysql.dialect()))
    assert [word for word in words if word not in statement] == []
    assert "AUTO_INCREMENT" not in statement
