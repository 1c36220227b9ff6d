"""Migrations: from nothing, to and fro, several at once, and equal to the tables that the code uses."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import URL
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import CreateTable

from interview_analysis.adapters.relational.engine import sqlite_url
from interview_analysis.adapters.relational.records import video_digest
from interview_analysis.adapters.relational.schema import downgrade, migrations, upgrade
from interview_analysis.adapters.relational.tables import Base
from interview_analysis.domain.analysis import VideoReference
from interview_analysis.errors import DependencyRefused, InputError

TABLES = {"analyses", "comment_wishes", "deliveries", "feedback", "llm_days", "frame_timelines", "frame_chunks"} | {
    "saliency_videos",
    "saliency_maps",
    "gaze_sessions",
    "gaze_frames",
    "gaze_calibrations",
}


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


def test_it_goes_back_step_by_step_and_tells_where_it_is(url: URL) -> None:
    upgrade(url)
    assert [downgrade(url, "0002"), downgrade(url), downgrade(url, "base")] == ["0002", "0001", ""]
    assert tables(url) == set()


@pytest.mark.parametrize("revision", ["0002", "9999", "+1", "-7", "; DROP TABLE analyses"])
def test_it_goes_back_only_to_what_was_before(url: URL, revision: str) -> None:
    upgrade(url)
    downgrade(url, "0001")
    with pytest.raises(InputError, match="cannot go back"):
        downgrade(url, revision)
    assert query(url, "SELECT version_num FROM alembic_version") == [("0001",)]


@pytest.mark.parametrize("move", [upgrade, downgrade])
def test_a_newer_programs_database_is_refused_and_left_alone(url: URL, move: Callable[[URL], object]) -> None:
    upgrade(url)
    with closing(sqlite3.connect(str(url.database))) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DependencyRefused, match=r"schema 9999.*up to 0") as refused:
        move(url)
    assert refused.value.code == "database_newer"
    assert tables(url) == TABLES


def test_videos_of_earlier_records_are_found_again(url: URL) -> None:
    upgrade(url)
    downgrade(url, "0001")
    request = '{"video": {"bucket": "practice", "key": "면접 1.webm"}}'
    columns = "id, fingerprint, request, status, stage, percent, attempt, created_at"
    with closing(sqlite3.connect(str(url.database))) as connection, connection:
        for number in range(3):
            values = (str(number), "", request, "completed", "done", 100.0, 1, "2026-01-27 14:30:22")
            connection.execute(f"INSERT INTO analyses ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608
    upgrade(url)
    digest = video_digest(VideoReference("practice", "면접 1.webm"))
    assert query(url, "SELECT video FROM analyses") == [(digest,)] * 3


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
