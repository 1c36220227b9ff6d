"""What docs/deployment.md tells an operator to run is there, and the roll-back does what it says."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from typer.testing import CliRunner

from conftest import ROOT
from interview_analysis.adapters.relational.engine import sqlite_url
from interview_analysis.adapters.relational.schema import migrations, upgrade
from interview_analysis.cli import build_app, main

PAGE = (ROOT / "docs" / "deployment.md").read_text()


def version_of(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_the_roll_back_takes_the_schema_one_step_back(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(clean_environment))
    database = clean_environment / "interview_analysis.db"
    upgrade(sqlite_url(database))
    with migrations(sqlite_url(database)) as config:
        newest = ScriptDirectory.from_config(config).get_revision("head")
    (command,) = re.findall(r"run --rm api (db downgrade.*)", PAGE)
    done = CliRunner().invoke(build_app(), command.split())
    assert newest is not None
    assert (done.exit_code, done.stdout.strip(), version_of(database)) == (0, newest.down_revision, newest.down_revision)


def test_an_older_version_ends_on_a_newer_schema_as_the_page_says(
    clean_environment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(clean_environment))
    database = clean_environment / "interview_analysis.db"
    upgrade(sqlite_url(database))
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    monkeypatch.setattr("sys.argv", ["interview-analysis", "db", "upgrade"])
    with pytest.raises(SystemExit) as ended:
        main()
    ((code, status),) = re.findall(r"`(\w+)` \(exit status (\d)\)", PAGE)
    assert ended.value.code == int(status)
    assert capsys.readouterr().err.startswith(f"{code}: ")


@pytest.mark.parametrize("path", sorted(set(re.findall(r"deploy/[A-Za-z0-9_./-]*[A-Za-z]", PAGE))))
def test_what_it_names_is_there_or_made_by_its_own_commands(path: str) -> None:
    made = {"deploy/.env", "deploy/compose.override.yaml", "deploy/kubernetes/overlays/mine"}
    assert path in made or (ROOT / path).exists()
