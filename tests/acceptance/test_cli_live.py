"""``interview-analysis live`` into files, and ``bench live``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from interview_analysis.cli import build_app
from interview_analysis.errors import InputError
from live_builders import jpeg, portrait
from server_builders import environment
from synthetic_face import write_still_clip

pytestmark = [pytest.mark.slow, pytest.mark.models]


def command(folder: Path, models: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = environment(folder, models)
    whole = [sys.executable, "-m", "interview_analysis", *arguments]
    return subprocess.run(whole, env=env, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_a_picture_is_drawn_upon(tmp_path: Path, models_dir: Path) -> None:
    picture, out = tmp_path / "a.jpg", tmp_path / "out.png"
    picture.write_bytes(jpeg(portrait()))
    ended = command(tmp_path, models_dir, "live", "--image", str(picture), "--out", str(out))
    assert ended.returncode == 0, ended.stderr
    before, after = cv2.imread(str(picture)), cv2.imread(str(out))
    assert before is not None
    assert after is not None
    changed = np.abs(after.astype(int) - before.astype(int)).max(axis=2) > 100
    assert 0.005 < changed.mean() < 0.25


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "give one of"),
        (("--image", "a.png", "--camera", "0"), "give one of"),
        (("--file", "missing.webm", "--out", "b.webm"), "there is no file"),
        (("--image", "missing.png", "--out", "b.webm"), "a picture becomes a picture"),
    ],
    ids=["nothing", "two", "no-video", "wrong-kind"],
)
def test_a_wrong_wish_is_told(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(InputError, match=words):
        build_app()(["live", *arguments], standalone_mode=False)


def test_bench_live_measures_the_real_socket(tmp_path: Path, models_dir: Path) -> None:
    clip = write_still_clip(tmp_path / "a.webm", 0.5)
    ended = command(tmp_path, models_dir, "bench", "live", str(clip), "--seconds", "0.3", "--json")
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert (told["faces"], told["width"], told["height"]) == (1, 640, 480)
    assert told["frames_per_second"] > 0
    assert 0 < told["latency_median_ms"] <= told["latency_p95_ms"]
