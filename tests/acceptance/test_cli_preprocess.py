"""``preprocess aihub`` from the command line: an archive in, class folders and figures out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from aihub_builders import face, picture_name, write_zip
from server_builders import environment

pytestmark = pytest.mark.models


def preprocess(folder: Path, models: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "interview_analysis", "preprocess", "aihub", *words, "--out", "faces"]
    return subprocess.run(
        command, env=environment(folder, models), cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def test_an_archive_becomes_class_folders(models_dir: Path, tmp_path: Path) -> None:
    write_zip(tmp_path / "EMOIMG_당황_TRAIN_01.zip", {picture_name("a", "당황"): face(), "b_plain.jpg": face(1)}, "cp949")
    done = preprocess(tmp_path, models_dir, ".", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["kept"] == 2
    assert len(list((tmp_path / "faces").glob("*/embarrassed/*.jpg"))) == 2


@pytest.mark.parametrize(("words", "named"), [((".",), "no pictures"), ((".", "--classes", "joy"), "joy")])
def test_bad_use_is_told_and_exits_2(models_dir: Path, tmp_path: Path, words: tuple[str, ...], named: str) -> None:
    done = preprocess(tmp_path, models_dir, *words)
    assert done.returncode == 2
    assert named in done.stderr
