"""Set-up and start: the scripts say what is missing, pins are complete, the second start does not install."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from conftest import ROOT
from server_builders import free_port, processes_of

SCRIPTS = ("run_server.sh", "run_tests.sh", ".ci/run")
NEEDED_PROGRAMS = ("bash", "cat", "cksum", "cut", "dirname", "uname")
EXIT_USAGE, EXIT_MISSING, EXIT_FAILED = 2, 3, 4


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return {normalised(name): version for name, version in (line.split("==") for line in lines)}


def requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]


class Machine:
    """A checkout on a machine that has only the given programs."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.programs = folder / "checkout", folder / "bin"
        self.checkout.mkdir()
        self.programs.mkdir()
        shutil.copy(ROOT / "run_server.sh", self.checkout)
        for name in NEEDED_PROGRAMS:
            (self.programs / name).symlink_to(str(shutil.which(name)))

    def add(self, name: str, script: str) -> None:
        program = self.programs / name
        program.write_text(f"#!/usr/bin/env bash\n{script}\n")
        program.chmod(0o755)

    def start(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.programs / "bash"), "run_server.sh", *arguments]
        environment = {"PATH": str(self.programs)}
        return subprocess.run(
            command, check=False, cwd=self.checkout, env=environment, capture_output=True, text=True, timeout=30
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    (machine.programs / "env").symlink_to("/usr/bin/env")
    return machine


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_are_clean_and_executable(script: str) -> None:
    shellcheck = Path(sys.executable).with_name("shellcheck")
    found = subprocess.run([shellcheck, ROOT / script], check=False, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout
    assert os.access(ROOT / script, os.X_OK)


PRE_RELEASES = {"secantusdb==0.7.0b3"}
"""Has no other releases; the one server of MongoDB's protocol that a registry carries."""


def test_every_direct_dependency_is_pinned_to_a_version_that_the_project_allows() -> None:
    for requirement in set(requirements()) - PRE_RELEASES:
        matched = re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[[^\]]+\])?==([0-9.]+?)(\.\*)?", requirement)
        assert matched, f"{requirement} is not pinned"
        name, version, wildcard = matched.groups()
        pinned = pins()[normalised(name)]
        assert pinned == version or (wildcard and pinned.startswith(f"{version}.")), requirement


def test_constraints_are_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9A-Za-z.]+", line)] == []


def test_conda_environment_has_the_python_and_the_constraints_of_the_project() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    *packages, pip = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert wanted == ">=3.11,<3.12"
    assert packages == ["python=3.11", "pip"]
    assert pip == {"pip": ["--constraint constraints.txt", "--editable ."]}


def test_without_python_it_says_what_to_install(machine: Machine) -> None:
    ended = machine.start("setup")
    assert ended.returncode == EXIT_MISSING
    assert "Python 3.11 is needed" in ended.stderr
    assert "apt-get install python3.11" in ended.stderr


def test_another_python_is_not_taken(machine: Machine) -> None:
    machine.add("python3", '[ "$1" = --version ] && echo Python 3.13.1; exit 1')
    ended = machine.start("setup")
    assert ended.returncode == EXIT_MISSING
    assert "was not found (Python 3.13.1)" in ended.stderr


@pytest.mark.parametrize(("has_new_names", "glib"), [(False, "libglib2.0-0"), (True, "libglib2.0-0t64")])
def test_missing_libraries_without_rights_end_in_one_command_to_type(machine: Machine, has_new_names: bool, glib: str) -> None:
    machine.add("python3.11", 'case "$2" in *ctypes*) exit 1 ;; *) exit 0 ;; esac')
    machine.add("apt-get", "exit 1")
    machine.add("apt-cache", f'[ {int(has_new_names)} = 1 ] && [ "$2" = libglib2.0-0t64 ]')
    machine.add("id", "echo 1000")
    ended = machine.start("setup")
    assert ended.returncode == EXIT_MISSING
    assert f"apt-get install -y --no-install-recommends libegl1 libgles2 libgl1 {glib}\n" in ended.stderr


def test_an_unknown_word_is_refused(machine: Machine) -> None:
    ended = machine.start("strat")
    assert ended.returncode == EXIT_USAGE
    assert "strat" in ended.stderr


@pytest.mark.slow
@pytest.mark.models
def test_a_busy_port_is_told_with_what_to_do(tmp_path: Path) -> None:
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "LOGS_DIR": str(tmp_path)}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        command = [str(ROOT / "run_server.sh"), "--port", str(port)]
        ended = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, timeout=120)
    assert ended.returncode == EXIT_FAILED
    assert f"Port {port} on 127.0.0.1 is in use" in ended.stderr
    assert "Installing" not in ended.stderr


@pytest.mark.slow
@pytest.mark.models
def test_demo_from_start_to_result_leaves_nothing_running(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path / "data"),
        "LOGS_DIR": str(tmp_path),
        "LANGUAGE": "en",
        "JOB_NICENESS": "0",
    }
    command = [str(ROOT / "run_server.sh"), "demo", "--exit", "--port", str(free_port())]
    ended = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    assert ": completed" in ended.stdout
    assert "You blinked " in ended.stdout
    assert "/docs" in ended.stderr
    assert processes_of(tmp_path / "data") == []
