"""The decoder on recordings of real browsers and on files that break decoders."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from interview_analysis.domain.face import Frame
from interview_analysis.domain.media import VideoProbe
from interview_analysis.errors import VideoError
from interview_analysis.vision.decoder import FfmpegDecoder, SampledVideo
from interview_analysis.vision.limits import DecodeLimits

pytestmark = pytest.mark.data

DECODER = FfmpegDecoder(rate=15.0, max_side=640, limits=DecodeLimits())


def decode(path: Path, decoder: FfmpegDecoder = DECODER) -> tuple[list[Frame], SampledVideo, VideoProbe]:
    probe = decoder.probe(path)
    with decoder.decode(path, probe) as video:
        return list(video), video, probe


GOOD: dict[str, tuple[int, float, tuple[str, ...]]] = {
    "chrome156_av1": (60, 4.0, ()),
    "chrome156_h264_in_matroska_named": (60, 3.97, ()),
    "corrupt_bytes_middle": (123, 12.01, ("corrupt_data", "gap")),
    "fps60_vp9": (75, 4.98, ()),
    "mp4_renamed": (60, 4.01, ()),
    "noduration_piped_vp8": (180, 12.01, ()),
    "odd_637x357_vp9": (60, 4.01, ()),
    "resolution_change_640_320_960_vp8": (165, 11.0, ("resolution_changed",)),
    "single_frame_vp8": (1, 0.03, ()),
    "start_offset_7s_vp8": (90, 5.98, ()),
    "tiny_80px_vp8": (45, 3.01, ()),
    "truncated_60pct": (104, 6.93, ("truncated",)),
    "uhd_3840x2160_1s_vp8": (15, 1.0, ()),
    "vfr_gaps_vp9": (75, 9.9, ("gap", "variable_frame_rate")),
    "vp9_10bit_profile2": (60, 4.01, ()),
}


@pytest.mark.parametrize("name", GOOD)
def test_hostile_files_are_read_as_far_as_they_go(data_dir: Path, name: str) -> None:
    count, duration, warnings = GOOD[name]
    frames, video, _ = decode(data_dir / "nasty" / f"{name}.webm")
    times = np.array([frame.timestamp for frame in frames])
    assert (len(frames), video.warnings) == (count, warnings)
    assert video.duration == pytest.approx(duration, abs=0.01)
    assert (np.diff(times) > 0).all()
    assert 0.0 <= times[0] < 0.1
    assert times[-1] == pytest.approx(video.duration, abs=0.07)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("zero_byte", "video_unreadable"),
        ("textfile_renamed", "video_unreadable"),
        ("header_only_900bytes", "video_unreadable"),
        ("audio_only_opus", "no_video_stream"),
    ],
)
def test_what_holds_no_picture_is_refused(data_dir: Path, name: str, code: str) -> None:
    with pytest.raises(VideoError) as caught:
        DECODER.probe(data_dir / "nasty" / f"{name}.webm")
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["blinkA1_60s_vp8_opus", "blinkA4_60s_17fps_vp9_noaudio"])
def test_times_are_those_of_the_labels(data_dir: Path, name: str) -> None:
    with (data_dir / "clips" / f"{name}.blink.csv").open() as file:
        labelled = {float(row["pts_s"]) for row in csv.DictReader(file)}
    frames, _, probe = decode(data_dir / "clips" / f"{name}.webm")
    assert {frame.timestamp for frame in frames} <= labelled
    assert len(frames) / probe.duration == pytest.approx(15.0, abs=0.1)


def test_a_paused_recording_of_chrome(data_dir: Path) -> None:
    frames, video, probe = decode(data_dir / "clips" / "chrome156_vp8_paused.webm")
    assert video.warnings == ("low_frame_rate", "variable_frame_rate")
    assert len(frames) == 44
    assert video.duration == probe.duration


@pytest.mark.slow
def test_ten_minutes_are_ten_minutes(data_dir: Path) -> None:
    frames, video, _ = decode(data_dir / "nasty" / "loop_10min_480x360_15fps_vp8.webm", FfmpegDecoder(1.0, 64, DecodeLimits()))
    assert len(frames) == pytest.approx(600, abs=1)
    assert video.duration == pytest.approx(600.0, abs=0.05)
