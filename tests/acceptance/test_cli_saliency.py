"""``interview-analysis saliency``: maps that the service takes, and a picture of one."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from interview_analysis.cli import build_app
from interview_analysis.errors import InputError
from interview_analysis.vision.saliency_archive import MapArchive
from media_builders import make_clip, write_video
from saliency_builders import npz, read_png


def saliency(*words: object) -> None:
    build_app()(["saliency", *map(str, words)], standalone_mode=False)


def test_maps_are_written_as_the_service_takes_them(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    saliency(make_clip(tmp_path / "a.webm", fps=10), "--out", tmp_path / "maps.npz", "--rate", 4, "--side", 32)
    told = json.loads(capfdbinary.readouterr().out)
    assert told == {"rate": 4.0, "frames": 8, "width": 32, "height": 24, "source": "spectral_residual"}
    archive = MapArchive(io.BytesIO((tmp_path / "maps.npz").read_bytes()), 4.0)
    assert sum(map(len, archive.batches())) == 8


def test_a_map_is_laid_over_the_frame_of_its_time(tmp_path: Path) -> None:
    """Grey brightens with time; the given map of the second second is bright at its right edge alone."""
    levels = (np.full((48, 64, 3), 60 if frame < 10 else 120, np.uint8) for frame in range(20))
    clip = write_video(tmp_path / "a.webm", levels, 10)
    maps = np.zeros((2, 6, 8), np.uint8)
    maps[0], maps[1, :, 7] = 128, 255
    (tmp_path / "maps.npz").write_bytes(npz(maps=maps))
    saliency(clip, "--maps", tmp_path / "maps.npz", "--rate", 1, "--picture", 1.5, "--out", tmp_path / "frame.png")
    picture = read_png((tmp_path / "frame.png").read_bytes()).astype(int)
    assert picture.shape == (48, 64, 3)
    assert picture[24, 8] == pytest.approx([120] * 3, abs=6)
    blue, _, red = picture[24, 62]
    assert red > blue + 40


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("missing.webm", "--out", "maps.npz"), "there is no file"),
        (("a.webm", "--out", "maps.zip"), "are written as .npz"),
        (("a.webm", "--out", "maps.npz", "--picture", "1"), "a picture as .png"),
        (("a.webm", "--out", "maps.npz", "--maps", "maps.npz"), "goes with --picture"),
        (("a.webm", "--out", "a.png", "--picture", "1", "--maps", "none.npz"), "there is no file none.npz"),
        (("a.webm", "--out", "a.png", "--picture", "1.5"), "ends before 1.5 s"),
    ],
)
def test_a_wrong_wish_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str) -> None:
    monkeypatch.chdir(tmp_path)
    make_clip(tmp_path / "a.webm", seconds=1.0, fps=5)
    with pytest.raises(InputError, match=message):
        saliency(*words)
