"""What lies in deploy/, read as the tools would read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from conftest import ROOT
from interview_analysis.settings import Settings

DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
IMAGE = "interview-analysis"
Document = dict[str, Any]

_TIME = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


@dataclass(frozen=True)
class Pod:
    """A pod template and where it stands."""

    place: str
    metadata: Document
    spec: Document

    @property
    def containers(self) -> list[Document]:
        return [*self.spec.get("initContainers", []), *self.spec["containers"]]


@cache
def manifests() -> list[tuple[str, Document]]:
    """Every object of Kubernetes and KEDA, with file and name. What only Kustomize reads is left out."""
    return [
        (f"{path.relative_to(KUBERNETES)}:{document['kind']}/{document['metadata']['name']}", document)
        for path in sorted(KUBERNETES.rglob("*.yaml"))
        for document in yaml.safe_load_all(path.read_text())
        if "metadata" in document
    ]


def named(kind: str, name: str) -> Document:
    """The one object of that kind and name."""
    (found,) = [one for _, one in manifests() if one["kind"] == kind and one["metadata"]["name"] == name]
    return found


@cache
def pods() -> list[Pod]:
    """Of Deployments and of the ScaledJob."""
    templates = [
        (place, one["spec"].get("template") or one["spec"].get("jobTargetRef", {}).get("template"))
        for place, one in manifests()
        if "spec" in one
    ]
    return [Pod(place, template["metadata"], template["spec"]) for place, template in templates if template]


@cache
def kustomizations() -> dict[Path, Document]:
    return {path: yaml.safe_load(path.read_text()) for path in sorted(KUBERNETES.rglob("kustomization.yaml"))}


@cache
def compose(name: str = "compose.yaml") -> Document:
    return dict(yaml.safe_load((DEPLOY / name).read_text()))


def assignments(path: Path) -> dict[str, str]:
    """``NAME=value`` lines of a file for the environment."""
    return dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", path.read_text(), re.MULTILINE))


def setting_names() -> set[str]:
    groups = (field.annotation for field in Settings.model_fields.values())
    return {name.upper() for group in groups for name in group.model_fields}  # type: ignore[union-attr]


def seconds(duration: str) -> int:
    """Of ``2h5m`` or ``30s``, as Compose writes durations."""
    matched = _TIME.fullmatch(duration)
    assert matched is not None
    assert matched.group(), duration
    hours, minutes, rest = (int(part or 0) for part in matched.groups())
    return 3600 * hours + 60 * minutes + rest


def dockerfile() -> list[tuple[str, str]]:
    """Instructions with their arguments; continued lines joined, comments dropped."""
    text = "\n".join(line for line in (DEPLOY / "Dockerfile").read_text().splitlines() if not line.startswith("#"))
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines if line.strip())]


def image_environment() -> dict[str, str]:
    """What ENV of the image sets, of all stages together."""
    return {name: value for word, rest in dockerfile() if word == "ENV" for name, value in re.findall(r"([A-Z_]+)=(\S+)", rest)}


def strings(node: object) -> Iterator[str]:
    """Every string value below a node."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)
