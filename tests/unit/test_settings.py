"""Settings: embedded by default, half-set groups refused, ``.env.example`` complete and true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interview_analysis.domain.api_key import new_api_key
from interview_analysis.domain.feedback import Language
from interview_analysis.errors import InputError
from interview_analysis.settings import Settings, load_settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def field_names() -> set[str]:
    groups = (field.annotation for field in Settings.model_fields.values())
    return {name.upper() for group in groups for name in group.model_fields}  # type: ignore[union-attr]


def test_example_lists_every_setting_once_with_a_comment_above() -> None:
    lines = EXAMPLE.read_text().splitlines()
    assignments = [i for i, line in enumerate(lines) if re.match(r"[A-Z0-9_]+=", line)]
    names = [lines[i].split("=")[0] for i in assignments]
    assert sorted(names) == sorted(field_names())
    assert all(re.match(r"# \w", lines[i - 1]) for i in assignments)


def test_example_copied_to_env_changes_nothing(clean_environment: Path) -> None:
    defaults = load_settings()
    (clean_environment / ".env").write_text(EXAMPLE.read_text())
    assert load_settings() == defaults


def test_example_shows_the_default_of_every_setting_that_has_one(clean_environment: Path) -> None:
    shown = dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE))
    for group in load_settings().__dict__.values():
        for name, value in group.model_dump(mode="json").items():
            assert shown[name.upper()] == (
                "" if value in (None, []) else re.sub("^(True|False)$", lambda word: word[0].lower(), str(value))
            ), name


def test_nothing_set_is_embedded(clean_environment: Path) -> None:
    settings = load_settings()
    assert not settings.s3.enabled
    assert settings.server.language is Language.KOREAN
    assert settings.jobs.workers >= 1


def test_environment_wins_over_env_file(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (clean_environment / ".env").write_text("PORT=1111\nLANGUAGE=en\n")
    monkeypatch.setenv("PORT", "2222")
    server = load_settings().server
    assert (server.port, server.language) == (2222, Language.ENGLISH)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"AWS_ACCESS_KEY_ID": "key"}, "AWS_SECRET_ACCESS_KEY"),
        ({"MARIADB_HOST": "db"}, "MARIADB_USER, MARIADB_DATABASE"),
        ({"MARIADB_USER": "me", "MARIADB_DATABASE": "practice"}, "MARIADB_HOST"),
        ({"MARIADB_PASSWORD": "secret"}, "MARIADB_HOST"),
        ({"AWS_SECRET_ACCESS_KEY": "hidden-value"}, "AWS_ACCESS_KEY_ID"),
        ({"PORT": "70000"}, "PORT"),
        ({"RABBITMQ_URL": "redis://user:hidden-value@host"}, "RABBITMQ_URL: .*amqp://"),
        ({"RABBITMQ_QUEUE": "a queue"}, "RABBITMQ_QUEUE"),
        ({"MONGODB_URL": "hidden-value"}, "mongodb://USER"),
        ({"S3_ENDPOINT_URL": "https://me:hidden-value@s3.example"}, "S3_ENDPOINT_URL"),
        ({"RATE_LANDMARKS": "hidden-value"}, "RATE_LANDMARKS"),
        ({"RETENTION_DAYS": "400"}, "RETENTION_MAX_DAYS"),
        ({"WEBHOOK_SECRET": "hidden-value"}, "webhook secret"),
        ({"WEBHOOK_SECRET": "whsec_aGlkZGVuLXZhbHVl"}, "webhook secret"),
        ({"WEBHOOK_SECRETS": "hidden-value"}, "OWNER:SECRET"),
        ({"CALLBACK_ALLOWED_HOSTS": "https://hidden-value/"}, "HOST:PORT"),
        ({"CALLBACK_PORTS": "443,70000"}, "CALLBACK_PORTS"),
        ({"GAZE_AGGREGATOR_URL": "https://aggregator.example/?token=hidden-value"}, "WEBHOOK_SECRET is missing"),
        ({"GAZE_AGGREGATOR_URL": "hidden-value"}, "GAZE_AGGREGATOR_URL"),
        ({"TRANSCRIBER": "openai"}, "OPENAI_API_KEY is missing"),
        ({"TRANSCRIBER": "whisper"}, "TRANSCRIBER"),
        ({"TRANSCRIBER_LANGUAGE": "korean"}, "TRANSCRIBER_LANGUAGE"),
        ({"OPENAI_PROMPT_PRICE": "2.5"}, "OPENAI_COMPLETION_PRICE"),
        ({"OPENAI_BASE_URL": "https://me:hidden-value@llm.example/v1"}, "OPENAI_BASE_URL"),
    ],
)
def test_bad_settings_are_refused_by_name_without_their_value(
    clean_environment: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=named) as caught:
        load_settings()
    assert caught.value.code == "invalid_settings"
    assert "hidden-value" not in caught.value.detail


def test_bucket_list_is_split(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3_ALLOWED_BUCKETS", "one, two,")
    settings = load_settings()
    assert settings.s3.s3_allowed_buckets == {"one", "two"}
    assert settings.s3.enabled


def test_access_is_read_entry_by_entry(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (_, old), (_, new), (_, other) = new_api_key("web-app"), new_api_key("web-app"), new_api_key("other")
    monkeypatch.setenv("API_KEYS", f" {old},{new} , {other},")
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8::1")
    monkeypatch.setenv("CORS_ORIGINS", "https://practice.example,http://localhost:3000,http://[::1]:80")
    access = load_settings().access
    assert access.api_keys == (old, new, other)
    assert access.trusted_proxies == ("10.0.0.0/8", "2001:db8::1/128")
    assert access.cors_origins == ("https://practice.example", "http://localhost:3000", "http://[::1]:80")


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"API_KEYS": "hidden-value"}, "keys new OWNER"),
        ({"API_KEYS": f"{new_api_key('a')[1]},hidden-value"}, "keys new OWNER"),
        ({"RATE_LIMIT": "hidden-value"}, "RATE_LIMIT"),
        ({"RATE_LIMIT": "0/minute"}, "RATE_LIMIT"),
        ({"RATE_LIMIT_ANALYZE": "60/day"}, "RATE_LIMIT_ANALYZE"),
        ({"TRUSTED_PROXIES": "*"}, "addresses or networks"),
        ({"TRUSTED_PROXIES": "10.0.0.1/8"}, "addresses or networks"),
        ({"CORS_ORIGINS": "https://practice.example/"}, "no path"),
        ({"CORS_ORIGINS": "practice.example"}, "origins"),
        ({"CORS_ORIGINS": "null"}, "origins"),
        ({"CORS_ORIGINS": "*"}, "API_KEYS"),
    ],
)
def test_bad_access_settings_are_refused_without_their_value(
    clean_environment: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=re.escape(named)) as caught:
        load_settings()
    assert caught.value.code == "invalid_settings"
    assert "hidden-value" not in caught.value.detail


def test_every_page_may_ask_where_keys_protect_the_data(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEYS", str(new_api_key("a")[1]))
    monkeypatch.setenv("CORS_ORIGINS", "*")
    assert load_settings().access.cors_origins == ("*",)
