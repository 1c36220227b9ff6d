"""The manifest of this project, and manifests that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from interview_analysis.domain.emotion import EMOTIONS
from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.runtime.specs import Job, load_manifest, write_entry
from model_builders import file_spec, manifest

ENTRY = {
    "name": "net",
    "job": "expression",
    "file": "net.onnx",
    "sha256": "0" * 64,
    "licence": {"code": "MIT", "weights": "MIT", "data": "own"},
}


def write(path: Path, *entries: object) -> Path:
    path.write_text(yaml.safe_dump({"models": entries}))
    return path


def test_the_manifest_of_the_project_is_valid(models_dir: Path) -> None:
    listed = load_manifest(models_dir / "manifest.yaml")
    assert {spec.job for spec in listed.required} == {Job.LANDMARKS, Job.EXPRESSION}
    own = listed.get("expression-lite0-fer2013")
    assert own.output is not None
    assert set(own.output.labels) == set(EMOTIONS)


def test_every_model_has_a_card(models_dir: Path) -> None:
    cards = "\n".join(card.read_text() for card in (models_dir / "cards").glob("*.md"))
    assert [spec.name for spec in load_manifest(models_dir / "manifest.yaml").models if spec.name not in cards] == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"sha256": "abc"}, "sha256"),
        ({"file": "../net.onnx"}, "file"),
        ({"file": "/etc/passwd"}, "file"),
        ({"file": "net/../../net.onnx"}, "file"),
        ({"companions": [{"file": "net.onnx", "sha256": "0" * 64}]}, "file is not unique"),
        ({"sources": ["http://host/net.onnx"]}, "sources"),
        ({"sources": ["pypi:box:net.onnx"]}, "sources"),
        ({"job": "poetry"}, "job"),
        ({"colour": "blue"}, "colour"),
        ({"input": {"size": 0, "mean": [0, 0, 0], "std": [1, 1, 1]}}, "size"),
        ({"output": {"temperature": 0}}, "temperature"),
    ],
)
def test_a_faulty_entry_is_refused_by_name(tmp_path: Path, change: dict[str, object], named: str) -> None:
    with pytest.raises(ModelUnavailable, match=named):
        load_manifest(write(tmp_path / "manifest.yaml", ENTRY | change))


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="name is not unique: net"):
        load_manifest(write(tmp_path / "manifest.yaml", ENTRY, ENTRY | {"file": "other.onnx"}))


@pytest.mark.parametrize("text", [None, "models: [", "42"])
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "manifest.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ModelUnavailable):
        load_manifest(path)


def test_models_of_a_job_come_in_order_of_preference() -> None:
    plain, better = file_spec(name="plain"), file_spec(name="better").model_copy(update={"preference": 5})
    assert [spec.name for spec in manifest(plain, better).for_job(Job.EXPRESSION)] == ["better", "plain"]
    assert manifest(plain, better).for_job(Job.GAZE) == ()


def test_a_written_entry_reads_back(tmp_path: Path) -> None:
    (tmp_path / "manifest.yaml").write_text("models:\n" + write_entry(file_spec()))
    assert load_manifest(tmp_path / "manifest.yaml").models == (file_spec(),)
