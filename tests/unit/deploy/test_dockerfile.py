"""The image: clean by its linter, without root, with the libraries and the Python that the program needs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from deploy_files import DEPLOY, dockerfile, image_environment

FOLDERS = ("DATA_DIR", "LOGS_DIR")


def stages() -> dict[str, list[tuple[str, str]]]:
    """Instructions by stage, each with those of the stages that it builds on before its own."""
    found: dict[str, list[tuple[str, str]]] = {}
    name = ""
    for word, rest in dockerfile():
        if word == "FROM":
            parent, _, name = rest.partition(" AS ")
            found[name] = [*found.get(parent, [])]
        elif name:
            found[name].append((word, rest))
    return found


def test_the_linter_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    found = subprocess.run([hadolint, DEPLOY / "Dockerfile"], check=False, capture_output=True, text=True, timeout=60)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("target", ["cpu", "cuda"])
def test_each_target_runs_without_root_and_ends_orderly(target: str) -> None:
    last = dict(stages()[target])
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", last["USER"]), "a number, so that Kubernetes can see that it is not root"
    assert last["STOPSIGNAL"] == "SIGTERM"
    assert last["ENTRYPOINT"] == '["interview-analysis"]', "no shell between the signal and the program"
    assert last["CMD"] == '["serve"]'
    assert "python" in last["HEALTHCHECK"]


def test_the_last_stage_is_the_cpu_one_so_that_a_build_without_a_target_is_small() -> None:
    assert list(stages())[-1] == "cpu"


def test_only_one_image_of_another_is_used_and_it_is_pinned_to_the_python_of_the_project() -> None:
    foreign = [rest.partition(" ")[0] for word, rest in dockerfile() if word == "FROM"]
    assert [image for image in foreign if image not in stages()] == ["python:3.11.15-slim-bookworm"]


FOR_PDF = "libpangoft2-1.0-0"
"""The start script asks for no root on behalf of PDFs: without it they are refused."""


def test_the_libraries_are_those_of_the_start_script() -> None:
    script = (ROOT / "run_server.sh").read_text()
    listed = re.findall(r"^lib\S+\.so\S* (\S+)$", script, re.MULTILINE)
    (install,) = [rest for word, rest in stages()["base"] if word == "RUN" and "apt-get install" in rest]
    assert sorted(re.findall(r"\blib[a-z0-9.-]+", install.partition("rm -rf")[0])) == sorted([*listed, FOR_PDF])


@pytest.mark.parametrize(
    ("stage", "index"),
    [("installed-cpu", "https://download.pytorch.org/whl/cpu"), ("installed-cuda", "https://pypi.org/simple")],
)
def test_torch_comes_from_a_public_index_that_a_build_argument_changes(stage: str, index: str) -> None:
    instructions = stages()[stage]
    assert ("ARG", f"TORCH_INDEX={index}") in instructions
    (install,) = [rest for word, rest in instructions if word == "RUN" and "TORCH_INDEX" in rest]
    assert install.startswith('pip install --no-deps --index-url "$TORCH_INDEX" --constraint constraints.txt torch torchvision')


def test_what_is_copied_from_the_checkout_is_there_and_not_ignored() -> None:
    kept = set(re.findall(r"^!(\S+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE))
    copied = {source for word, rest in dockerfile() if word == "COPY" and "--from" not in rest for source in rest.split()[:-1]}
    assert copied == kept
    assert all((ROOT / source).exists() for source in copied)


def test_what_the_program_writes_lies_where_the_image_lets_it_write() -> None:
    environment = image_environment()
    (prepared,) = [rest for word, rest in dockerfile() if word == "RUN" and "install --directory" in rest]
    assert all(f" {environment[name]}" in prepared for name in FOLDERS)
    assert environment["MPLCONFIGDIR"].startswith("/tmp/")  # noqa: S108 - a folder in the container
    assert environment["MODELS_DIR"] == "/app/models"
