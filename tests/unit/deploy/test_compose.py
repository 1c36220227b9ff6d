"""The compose file: every variable explained, every service bounded and watched, nothing published but the API."""

from __future__ import annotations

import re
from typing import Any

import pytest

from deploy_files import DEPLOY, assignments, compose, seconds, strings

SERVICES: dict[str, dict[str, Any]] = compose()["services"]
PROFILES = {"flower": ["flower"], "prometheus": ["observability"]}
KNOWN_KEYS = {
    *(
        "build",
        "cap_drop",
        "command",
        "cpus",
        "depends_on",
        "deploy",
        "environment",
        "healthcheck",
        "hostname",
        "image",
        "init",
    ),
    *("logging", "mem_limit", "pids_limit", "ports", "profiles", "read_only", "restart", "secrets", "security_opt"),
    *("stop_grace_period", "tmpfs", "volumes"),
}
"""Of the Compose specification, as far as they are used here; another word is most likely a slip."""

each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def variables() -> list[tuple[str, str]]:
    """Name and what follows it in each ``${…}`` of both files."""
    files = "".join((DEPLOY / name).read_text() for name in ("compose.yaml", "compose.cuda.yaml"))
    return re.findall(r"\$\{([A-Z0-9_]+)([^}]*)\}", files)


def test_the_services_are_those_that_the_program_can_use() -> None:
    assert set(SERVICES) == {"api", "worker", "mariadb", "mongo", "rabbitmq", "objects", "flower", "prometheus"}
    assert {name: one["profiles"] for name, one in SERVICES.items() if "profiles" in one} == PROFILES


@each_service
def test_a_service_has_no_unknown_key(name: str) -> None:
    assert set(SERVICES[name]) <= KNOWN_KEYS


@each_service
def test_an_image_is_pinned_to_a_version(name: str) -> None:
    image = re.sub(r"^\$\{[A-Z]+:-(.*)\}$", r"\1", SERVICES[name]["image"])
    assert re.fullmatch(r"[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?", image)


@each_service
def test_a_service_restarts_and_is_watched_and_bounded(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"
    assert seconds(service["healthcheck"]["timeout"]) < seconds(service["healthcheck"]["interval"])
    assert {"mem_limit", "cpus", "pids_limit", "stop_grace_period"} <= set(service)
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert "no-new-privileges:true" in service["security_opt"]


@each_service
def test_a_service_waits_only_for_services_that_are_there_until_they_are_healthy(name: str) -> None:
    waits = SERVICES[name].get("depends_on", {})
    assert set(waits) <= set(SERVICES) - set(PROFILES)
    assert all(one == {"condition": "service_healthy"} for one in waits.values())


@each_service
def test_only_the_port_of_the_api_is_published_and_on_loopback_unless_told_otherwise(name: str) -> None:
    published = ["${API_ADDRESS:-127.0.0.1}:${API_PORT:-8000}:8000"] if name == "api" else []
    assert SERVICES[name].get("ports", []) == published


@pytest.mark.parametrize("name", ["api", "worker", "flower"])
def test_what_can_run_on_a_read_only_file_system_without_rights_does(name: str) -> None:
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("name", ["api", "worker"])
def test_the_program_can_write_to_its_folders_and_not_into_memory(name: str) -> None:
    targets = {volume.rpartition(":")[2] for volume in SERVICES[name]["volumes"]}
    assert targets == {"/data", "/logs", "/tmp"}  # noqa: S108 - a folder in the container
    assert "tmpfs" not in SERVICES[name]


def test_workers_share_no_folder_since_their_processes_have_the_same_numbers() -> None:
    assert [volume for volume in SERVICES["worker"]["volumes"] if ":" in volume] == []


def test_every_variable_has_a_default_or_must_be_set() -> None:
    bare = {name for name, rest in variables() if not rest.startswith((":-", ":?"))}
    assert bare == set()


def test_the_example_lists_every_variable_once_with_a_comment_above_and_the_default() -> None:
    lines = (DEPLOY / ".env.example").read_text().splitlines()
    at = [i for i, line in enumerate(lines) if re.match(r"[A-Z0-9_]+=", line)]
    shown = assignments(DEPLOY / ".env.example")
    from_environment = {one["environment"] for one in compose()["secrets"].values()}
    assert sorted(lines[i].partition("=")[0] for i in at) == sorted({name for name, _ in variables()} | from_environment)
    assert all(re.match(r"# \w", lines[i - 1]) for i in at)
    assert {name: shown[name] for name, rest in variables() if rest.startswith(":-")} == {
        name: rest.removeprefix(":-") for name, rest in variables() if rest.startswith(":-")
    }


def test_no_secret_has_a_default() -> None:
    must = {name for name, rest in variables() if rest.startswith(":?")}
    assert must == {"MARIADB_PASSWORD", "MONGODB_PASSWORD", "RABBITMQ_PASSWORD", "S3_SECRET_KEY", "FLOWER_BASIC_AUTH"}
    assert all(assignments(DEPLOY / ".env.example")[name] == "" for name in must)


def test_every_named_volume_is_declared_and_used_and_every_mounted_file_is_there() -> None:
    mounts = [mount.split(":") for one in SERVICES.values() for mount in one.get("volumes", []) if ":" in mount]
    sources = {source for source, *_ in mounts}
    files = {source for source in sources if source.startswith("./")}
    assert sources - files == set(compose()["volumes"])
    assert all((DEPLOY / file).is_file() for file in files)
    assert all(mount[-1] == "ro" for mount in mounts if mount[0] in files)


@pytest.mark.parametrize("server", ["mariadb", "mongo", "rabbitmq", "objects"])
def test_addresses_in_the_settings_are_those_of_services(server: str) -> None:
    settings = list(strings(SERVICES["worker"]["environment"]))
    assert [value for value in settings if re.search(rf"(^|//|@){server}(:|$)", value)]


def test_the_cuda_file_changes_the_worker_only() -> None:
    changed = compose("compose.cuda.yaml")["services"]
    assert set(changed) == {"worker"}
    assert changed["worker"]["environment"] == {"RUNTIME_DEVICE": "cuda"}
