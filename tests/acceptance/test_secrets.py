"""Secrets appear nowhere: not in logs, not on the console, not in answers, whatever goes wrong."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from interview_analysis.domain.api_key import new_api_key
from interview_analysis.settings import Settings
from mariadb_servers import mariadb_server
from processes import wait_until
from s3_servers import answering
from server_builders import environment, free_port

pytestmark = pytest.mark.slow

MARK = "s3cr3t-value-0815"
GOOD_KEY, ENTRY = new_api_key("web-app")
ADDRESSES = {"MONGODB_URL": f"mongodb://user:{MARK}@127.0.0.1:1/?serverSelectionTimeoutMS=300&connectTimeoutMS=300"}
"""Secrets that are addresses with a password in them; any other may be plain text."""


def secret_settings() -> list[str]:
    groups = (field.annotation for field in Settings.model_fields.values())
    fields = [(name, field) for group in groups for name, field in group.model_fields.items()]  # type: ignore[union-attr]
    return [name.upper() for name, field in fields if SecretStr.__name__ in str(field.annotation)]


@contextmanager
def serving(folder: Path, settings: Mapping[str, str]) -> Iterator[tuple[httpx.Client, Path, subprocess.Popen[bytes]]]:
    """``serve``, as talkative as it can be, until it is live or has given up; everything that it says goes into one file."""
    port, console = free_port(), folder / "console.txt"
    variables = environment(folder, folder / "models", JOB_SUPERVISE="false", **settings) | {"LOG_LEVEL": "DEBUG"}
    command = [sys.executable, "-m", "interview_analysis", "serve", "--port", str(port)]
    with (
        console.open("wb") as output,
        subprocess.Popen(command, env=variables, cwd=folder, stdout=output, stderr=subprocess.STDOUT) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30.0) as http,
    ):

        def has_settled() -> bool:
            with contextlib.suppress(httpx.TransportError):
                return process.poll() is not None or http.get("/health/live").is_success
            return False

        try:
            wait_until(has_settled, 90.0)
            yield http, console, process
        finally:
            process.terminate()
            process.wait(30)


def said(folder: Path, console: Path) -> str:
    logs = sorted((folder / "logs").glob("*"))
    return "\n".join(path.read_text(errors="replace") for path in [console, *logs])


def test_the_known_secrets_are_declared_as_such() -> None:
    assert {"AWS_SECRET_ACCESS_KEY", "MARIADB_PASSWORD", "MONGODB_URL"} <= set(secret_settings())


@pytest.mark.parametrize("name", secret_settings())
@pytest.mark.parametrize("form", ["plain", "address", "unescaped"])
def test_a_secret_that_is_wrong_alone_is_not_repeated(tmp_path: Path, name: str, form: str) -> None:
    address = ADDRESSES.get(name, f"https://user:{MARK}@127.0.0.1:1/")
    value = {"plain": MARK, "address": address, "unescaped": address.replace(MARK, f"{MARK}/{MARK}")}[form]
    with serving(tmp_path, {name: value}) as (http, console, process):
        answers = http.get("/health").text if process.poll() is None else ""
    heard = said(tmp_path, console)
    assert heard
    assert MARK not in heard + answers


def test_a_key_that_was_put_where_its_digest_belongs_is_not_repeated(tmp_path: Path) -> None:
    with serving(tmp_path, {"API_KEYS": f"web-app:{GOOD_KEY}"}) as (_, console, process):
        assert process.wait(60) == 2
    heard = said(tmp_path, console)
    assert "keys new OWNER" in heard
    assert GOOD_KEY not in heard


def test_a_refused_database_password_is_not_repeated(tmp_path: Path) -> None:
    with mariadb_server(tmp_path / "mariadb") as server:
        database = server.create("practice")
        settings = {
            "MARIADB_HOST": database.host,
            "MARIADB_PORT": str(database.port),
            "MARIADB_USER": database.user,
            "MARIADB_PASSWORD": MARK,
            "MARIADB_DATABASE": database.database,
        }
        with serving(tmp_path, settings) as (_, console, process):
            assert process.wait(60) != 0
    heard = said(tmp_path, console)
    assert "1045" in heard
    assert MARK not in heard


def test_keys_of_callers_and_of_s3_are_in_no_answer_and_no_log(tmp_path: Path) -> None:
    with answering(403, "InvalidAccessKeyId") as address:
        settings = {
            "API_KEYS": str(ENTRY),
            "S3_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": MARK,
        }
        with serving(tmp_path, settings) as (http, console, process):
            assert process.poll() is None, console.read_text()
            answers = [
                http.get("/analysis/recent", headers={"X-API-Key": MARK}),
                http.get("/analysis/recent", headers={"Authorization": f"Bearer {MARK}"}),
                http.get("/analysis/recent", headers={"X-API-Key": GOOD_KEY}),
                http.post("/uploads", content=b"x", headers={"X-API-Key": GOOD_KEY, "Content-Type": "video/webm"}),
                http.post("/analyze", json={"s3_bucket": "b", "s3_key": 5}, headers={"X-API-Key": GOOD_KEY}),
                http.get("/health/ready"),
            ]
    assert [answer.status_code for answer in answers] == [401, 401, 200, 403, 422, 200]
    heard = said(tmp_path, console) + "".join(answer.text + str(answer.headers) for answer in answers)
    assert "route=/uploads" in heard
    for secret in (MARK, GOOD_KEY, ENTRY.digest):
        assert secret not in heard
