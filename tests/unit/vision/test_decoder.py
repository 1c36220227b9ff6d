"""Sampling: which frames come out, when, how large, and what is said about the rest."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from interview_analysis.domain.face import Frame
from interview_analysis.errors import VideoError
from interview_analysis.ffmpeg import input_arguments, run
from interview_analysis.vision.decoder import FfmpegDecoder, SampledVideo
from interview_analysis.vision.limits import DecodeLimits
from media_builders import (
    H264,
    LIMITS,
    VP8,
    VP9,
    concatenate,
    corrupt,
    ffmpeg,
    make_clip,
    make_numbered,
    make_stream,
    number_picture,
    read_number,
    truncate,
    write_video,
)
from processes import children, is_blocked, wait_until

DECODER = FfmpegDecoder(rate=15.0, max_side=640, limits=DecodeLimits())


def decode(path: Path, decoder: FfmpegDecoder = DECODER) -> tuple[list[Frame], SampledVideo]:
    with decoder.decode(path, decoder.probe(path)) as video:
        return list(video), video


def times(frames: Sequence[Frame]) -> np.ndarray:
    return np.array([frame.timestamp for frame in frames])


def ffmpeg_times(path: Path) -> list[float]:
    """Presentation time of every decoded frame by ffmpeg's own account."""
    listing = ["-map", "0:V:0", "-fps_mode", "passthrough", "-enc_time_base", "demux", "-f", "framecrc", "pipe:1"]
    lines = run([*input_arguments(path), *listing], LIMITS).output.decode().splitlines()
    ticks, unit = next(line for line in lines if line.startswith("#tb 0: ")).removeprefix("#tb 0: ").split("/")
    return [int(line.split(",")[2]) * int(ticks) / int(unit) for line in lines if line.startswith("0,")]


@pytest.mark.parametrize(("fps", "step"), [(30, 1 / 15), (60, 1 / 15), (15, 1 / 15), (12, 1 / 12), (5, 1 / 5)])
def test_steady_sources_give_evenly_spaced_frames(tmp_path: Path, fps: int, step: float) -> None:
    frames, _ = decode(make_numbered(tmp_path / "a.webm", count=3 * fps, fps=fps))
    assert len(frames) == round(3 / step)
    assert np.diff(times(frames)) == pytest.approx(np.full(len(frames) - 1, step), abs=0.002)


@pytest.mark.parametrize(("fps", "least"), [(17, 14.6), (20, 14.6), (23.976, 14.6), (25, 14.6), (29.97, 14.6), (120, 14.6)])
def test_other_sources_give_nearly_the_wanted_rate_never_half(tmp_path: Path, fps: float, least: float) -> None:
    frames, video = decode(make_numbered(tmp_path / "a.webm", count=round(4 * fps), fps=fps))
    assert least <= len(frames) / video.duration <= 15.6


@pytest.mark.parametrize("offset", [0.0, 7.0])
def test_every_time_belongs_to_its_picture(tmp_path: Path, offset: float) -> None:
    path = make_numbered(tmp_path / "a.webm", count=90, options=["-output_ts_offset", str(offset)])
    frames, _ = decode(path)
    assert times(frames) == pytest.approx([read_number(frame.image) / 30 for frame in frames], abs=0.001)


def test_holes_in_the_recording_keep_the_times_of_the_rest(tmp_path: Path) -> None:
    holes = ["-vf", "select='not(between(n,20,60))*not(eq(mod(n,5),3))'", "-fps_mode", "passthrough"]
    frames, video = decode(make_numbered(tmp_path / "a.webm", count=120, options=holes))
    assert times(frames) == pytest.approx([read_number(frame.image) / 30 for frame in frames], abs=0.001)
    assert {"gap", "variable_frame_rate"} <= set(video.warnings)
    assert video.duration == pytest.approx(4.0, abs=0.02)


@pytest.mark.parametrize("codec", [VP8, VP9, H264, ("-c:v", "libx264", "-bf", "3")], ids=["vp8", "vp9", "h264", "b-frames"])
def test_times_are_those_of_ffmpeg(tmp_path: Path, codec: tuple[str, ...]) -> None:
    path = make_clip(tmp_path / "a.mkv", codec=codec, options=["-vf", "setpts=PTS+0.3*random(1)/30/TB"])
    frames, _ = decode(path, FfmpegDecoder(rate=1000, max_side=640, limits=DecodeLimits()))
    assert times(frames).tolist() == pytest.approx(ffmpeg_times(path), abs=1e-9)


@pytest.mark.parametrize(("turn", "corner"), [(0, 0), (90, 1), (180, 2), (270, 3)])
def test_rotation_is_applied(tmp_path: Path, turn: int, corner: int) -> None:
    """A white mark in the upper left corner wanders clockwise."""
    picture = np.zeros((120, 160, 3), np.uint8)
    picture[:40, :40] = 255
    upright = write_video(tmp_path / "upright.mkv", [picture] * 10, 30, options=["-c:v", "libx264"])
    ffmpeg("-display_rotation", str(-turn), "-i", str(upright), "-c", "copy", str(tmp_path / "turned.mp4"))
    image = decode(tmp_path / "turned.mp4")[0][0].image
    corners = [image[:30, :30], image[:30, -30:], image[-30:, -30:], image[-30:, :30]]
    assert int(np.argmax([part.mean() for part in corners])) == corner
    assert image.shape == ((120, 160, 3) if turn % 180 == 0 else (160, 120, 3))


@pytest.mark.parametrize(
    ("size", "aspect", "expected"),
    [
        ((160, 120), "1/1", (120, 160)),
        ((1280, 720), "1/1", (360, 640)),
        ((720, 1280), "1/1", (640, 360)),
        ((160, 120), "2/1", (60, 160)),
        ((160, 120), "1/2", (120, 80)),
        ((3840, 2160), "1/1", (360, 640)),
        ((16, 16), "1/1", (16, 16)),
    ],
)
def test_frames_have_square_pixels_and_a_bounded_size(
    tmp_path: Path, size: tuple[int, int], aspect: str, expected: tuple[int, int]
) -> None:
    path = make_clip(tmp_path / "a.mkv", seconds=0.04, size=size, codec=VP8, options=["-vf", f"setsar={aspect}"])
    assert decode(path)[0][0].image.shape == (*expected, 3)


@pytest.mark.parametrize("size", [(157, 119), (641, 359)])
def test_odd_sizes_stay_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    width, height = size
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, width // 2 :] = 255
    even = np.ascontiguousarray(picture[:-1, :-1])
    parts = [write_video(tmp_path / f"{n}.webm", [shown] * 6, 30) for n, shown in enumerate([picture, even, picture])]
    frames, _ = decode(concatenate(tmp_path / "a.webm", parts), FfmpegDecoder(15.0, 1280, DecodeLimits()))
    assert len(frames) == 9
    assert all(frame.image.shape == (height, width, 3) for frame in frames)
    assert all(
        frame.image[:, : width // 2 - 4].mean() < 10 and frame.image[:, width // 2 + 4 : -2].mean() > 245 for frame in frames
    )


def test_colours_are_those_of_the_picture(tmp_path: Path) -> None:
    picture = np.zeros((120, 160, 3), np.uint8)
    picture[:] = (200, 100, 40)
    image = decode(write_video(tmp_path / "a.webm", [picture] * 3, 30))[0][0].image
    assert image.reshape(-1, 3).mean(axis=0) == pytest.approx([200, 100, 40], abs=6)


def test_ten_bits_are_reduced_to_eight(tmp_path: Path) -> None:
    deep = make_clip(tmp_path / "deep.webm", codec=VP9, options=["-pix_fmt", "yuv420p10le", "-profile:v", "2"])
    flat = make_clip(tmp_path / "flat.webm", codec=VP9)
    assert decode(deep)[0][5].image.mean() == pytest.approx(decode(flat)[0][5].image.mean(), abs=2)


def test_a_change_of_size_keeps_frames_and_times_whole(tmp_path: Path) -> None:
    sizes = [(160, 64), (80, 32), (320, 128)]
    parts = [
        write_video(tmp_path / f"{n}.webm", (number_picture(30 * n + k, size) for k in range(30)), 30)
        for n, size in enumerate(sizes)
    ]
    frames, video = decode(concatenate(tmp_path / "a.webm", parts))
    assert [frame.image.shape for frame in frames] == [(64, 160, 3)] * 45
    assert [read_number(frame.image) for frame in frames] == pytest.approx(range(0, 90, 2), abs=1)
    assert np.diff(times(frames)) == pytest.approx(np.full(44, 1 / 15), abs=0.002)
    assert video.warnings == ("resolution_changed",)


def test_a_turn_of_the_phone_gets_borders_not_distortion(tmp_path: Path) -> None:
    white = np.full((120, 160, 3), 255, np.uint8)
    wide = write_video(tmp_path / "wide.webm", [white] * 10, 30)
    tall = write_video(tmp_path / "tall.webm", [white.transpose(1, 0, 2)] * 10, 30)
    image = decode(concatenate(tmp_path / "a.webm", [wide, tall]))[0][-1].image
    assert image.shape == (120, 160, 3)
    assert np.flatnonzero(image[60, :, 0] > 127).tolist() == pytest.approx(range(35, 125), abs=2)


def test_a_cut_file_ends_where_decoding_ends(tmp_path: Path) -> None:
    frames, video = decode(truncate(tmp_path / "a.webm", make_numbered(tmp_path / "whole.webm", count=120), 0.5))
    assert video.warnings == ("truncated",)
    assert video.duration == pytest.approx(frames[-1].timestamp + 1 / 30, abs=0.04)
    assert video.duration < 3.5


def test_decoding_goes_on_after_noise(tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "whole.webm", seconds=6, options=["-g", "15"])
    frames, video = decode(corrupt(tmp_path / "a.webm", whole))
    assert "corrupt_data" in video.warnings
    assert frames[-1].timestamp > 5.8
    assert (np.diff(times(frames)) > 0).all()


def test_a_stream_from_a_browser(tmp_path: Path) -> None:
    path = tmp_path / "a.webm"
    path.write_bytes(make_stream(seconds=3.0))
    frames, video = decode(path)
    assert (len(frames), video.warnings) == (45, ())
    assert video.duration == pytest.approx(3.0, abs=0.005)


def test_one_frame(tmp_path: Path) -> None:
    frames, video = decode(make_clip(tmp_path / "a.webm", seconds=0.03))
    assert [(frame.index, frame.timestamp) for frame in frames] == [(0, 0.0)]
    assert 0 < video.duration < 0.1


def test_frames_are_numbered(tmp_path: Path) -> None:
    frames, _ = decode(make_clip(tmp_path / "a.webm", seconds=2))
    assert [frame.index for frame in frames] == list(range(30))


def test_the_same_file_gives_the_same_frames(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.webm", seconds=1, size=(1280, 720))
    first, second = decode(path)[0], decode(path)[0]
    assert times(first).tolist() == times(second).tolist()
    assert all((a.image == b.image).all() for a, b in zip(first, second, strict=True))


def test_leaving_early_ends_the_decoder_though_it_has_worked_ahead(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.webm", seconds=20, fps=15)
    threads, processes = threading.active_count(), children()
    with DECODER.decode(path, DECODER.probe(path)) as video:
        next(iter(video))
        (ffmpeg_id,) = children() - processes
        wait_until(lambda: is_blocked(ffmpeg_id))
    assert (threading.active_count(), children()) == (threads, processes)


def test_pictures_larger_than_allowed_in_the_middle_are_left_out(tmp_path: Path) -> None:
    """A small first frame opens the door; what follows would need 25 MB a picture."""
    parts = [make_clip(tmp_path / f"{n}.webm", seconds=0.5, size=size) for n, size in enumerate([(160, 120), (3840, 2160)])]
    frames, video = decode(
        concatenate(tmp_path / "a.webm", parts), FfmpegDecoder(15.0, 640, DecodeLimits(max_pixels=640 * 480))
    )
    assert frames[-1].timestamp < 0.5
    assert "corrupt_data" in video.warnings
    assert video.duration == pytest.approx(0.5, abs=0.1)


def test_a_stream_that_cannot_be_decoded_is_unreadable(tmp_path: Path) -> None:
    """Sound packets, noise inside."""
    path = make_clip(tmp_path / "whole.webm", seconds=1, options=["-bsf:v", "noise=amount=1"])
    with pytest.raises(VideoError) as caught:
        decode(path)
    assert caught.value.code == "video_unreadable"
