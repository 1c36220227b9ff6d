"""Files are measured, not believed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from interview_analysis.errors import NotFound, VideoError
from interview_analysis.vision.limits import DecodeLimits
from interview_analysis.vision.probe import measure
from media_builders import (
    H264,
    VP8,
    VP9,
    corrupt,
    ffmpeg,
    make_clip,
    make_stream,
    truncate,
    write_wav,
)

LIMITS = DecodeLimits(max_seconds=20.0, max_pixels=1280 * 720, max_bytes=5 * 1024 * 1024)


@pytest.mark.parametrize(
    ("name", "codec", "container"),
    [
        ("a.webm", VP8, "matroska"),
        ("b.webm", VP9, "matroska"),
        ("c.mkv", H264, "matroska"),
        ("d.mp4", H264, "mp4"),
        ("e.avi", ("-c:v", "mpeg4", "-bf", "2"), "avi"),
        ("f.ts", H264, "mpegts"),
    ],
)
def test_containers_and_codecs(tmp_path: Path, name: str, codec: tuple[str, ...], container: str) -> None:
    probe = measure(make_clip(tmp_path / name, codec=codec, fps=25), LIMITS)
    assert (probe.container, probe.width, probe.height, probe.has_audio) == (container, 160, 120, False)
    assert probe.duration == pytest.approx(2.0, abs=0.005)
    assert probe.frame_rate == pytest.approx(25, rel=0.005)
    assert probe.warnings == ()


def test_sound_is_seen(tmp_path: Path) -> None:
    assert measure(make_clip(tmp_path / "a.webm", audio=True), LIMITS).has_audio


def test_a_stream_without_duration_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "a.webm"
    path.write_bytes(make_stream(seconds=3.0))
    assert measure(path, LIMITS).duration == pytest.approx(3.0, abs=0.005)


def test_a_wrong_name_does_not_matter(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.mp4", codec=H264).rename(tmp_path / "a.webm")
    assert measure(path, LIMITS).container == "mp4"


def test_a_late_start_counts_from_zero(tmp_path: Path) -> None:
    probe = measure(make_clip(tmp_path / "a.webm", options=["-output_ts_offset", "7"]), LIMITS)
    assert probe.start == 0.0
    assert probe.duration == pytest.approx(2.0, abs=0.005)


@pytest.mark.parametrize(("turn", "size"), [(0, (160, 120)), (90, (120, 160)), (180, (160, 120)), (270, (120, 160))])
def test_rotation_is_clockwise_and_swaps_the_sides(tmp_path: Path, turn: int, size: tuple[int, int]) -> None:
    upright = make_clip(tmp_path / "upright.mp4", codec=H264)
    ffmpeg("-display_rotation", str(-turn), "-i", str(upright), "-c", "copy", str(tmp_path / "turned.mp4"))
    probe = measure(tmp_path / "turned.mp4", LIMITS)
    assert (probe.rotation, (probe.width, probe.height)) == (turn, size)


@pytest.mark.parametrize(("given", "expected"), [("2/1", 2.0), ("1/2", 0.5), ("100/1", 1.0)])
def test_pixel_aspect_is_read_and_nonsense_left_out(tmp_path: Path, given: str, expected: float) -> None:
    probe = measure(make_clip(tmp_path / "a.mkv", codec=H264, options=["-vf", f"setsar={given}"]), LIMITS)
    assert probe.pixel_aspect == pytest.approx(expected)


@pytest.mark.parametrize("name", ["a.webm", "a.mp4"])
def test_a_cut_file_is_truncated(tmp_path: Path, name: str) -> None:
    codec, options = (VP8, []) if name == "a.webm" else (H264, ["-movflags", "faststart"])
    whole = make_clip(tmp_path / f"whole_{name}", codec=codec, options=options, seconds=4)
    probe = measure(truncate(tmp_path / name, whole, 0.6), LIMITS)
    assert "truncated" in probe.warnings
    assert 1.5 < probe.duration < 3.5


def test_noise_in_the_middle_is_corrupt_data(tmp_path: Path) -> None:
    probe = measure(corrupt(tmp_path / "a.webm", make_clip(tmp_path / "whole.webm", seconds=6)), LIMITS)
    assert "corrupt_data" in probe.warnings
    assert probe.duration == pytest.approx(6.0, abs=0.5)


def test_missing_frames_are_a_gap_and_a_variable_rate(tmp_path: Path) -> None:
    holes = "select='not(between(n,30,60))*not(eq(mod(n,4),3))'"
    probe = measure(make_clip(tmp_path / "a.webm", seconds=4, options=["-vf", holes, "-fps_mode", "passthrough"]), LIMITS)
    assert probe.warnings == ("gap", "variable_frame_rate")


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda path: path.write_bytes(b""), "video_unreadable"),
    "text": (lambda path: path.write_text("no video at all\n" * 20), "video_unreadable"),
    "noise": (lambda path: path.write_bytes(os.urandom(5000)), "video_unreadable"),
    "folder": (lambda path: path.mkdir(), "video_unreadable"),
    "pipe": (os.mkfifo, "video_unreadable"),
    "header": (lambda path: truncate(path, make_clip(path.with_name("whole.webm"), audio=True), 0.015), "video_unreadable"),
    "sound": (lambda path: write_wav(path, np.zeros(16_000, np.float32)), "no_video_stream"),
    "picture": (lambda path: make_clip(path, codec=("-c:v", "mjpeg"), options=["-f", "mjpeg"]), "video_unreadable"),
    "long": (lambda path: make_clip(path, seconds=21, fps=5), "video_too_long"),
    "wide": (lambda path: make_clip(path, seconds=0.1, size=(1282, 720)), "video_too_large"),
    "heavy": (lambda path: path.write_bytes(bytes(5 * 1024 * 1024 + 1)), "video_too_large"),
}


@pytest.mark.parametrize("trait", REFUSED)
def test_refusals(tmp_path: Path, trait: str) -> None:
    make, code = REFUSED[trait]
    path = tmp_path / "a.webm"
    make(path)
    with pytest.raises(VideoError) as caught:
        measure(path, LIMITS)
    assert caught.value.code == code


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        measure(tmp_path / "a.webm", LIMITS)
    assert caught.value.code == "video_not_found"


def test_a_bomb_of_time_is_too_long(tmp_path: Path) -> None:
    """The second half an hour later: few bytes, a long video."""
    late = ["-vf", "setpts=PTS+gte(N\\,30)*3600/TB", "-fps_mode", "passthrough"]
    with pytest.raises(VideoError) as caught:
        measure(make_clip(tmp_path / "a.webm", options=late), LIMITS)
    assert caught.value.code == "video_too_long"
