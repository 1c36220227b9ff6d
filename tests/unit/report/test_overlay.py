"""The annotated video: every frame at its own time with its own picture, and the sound as it was."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from interview_analysis.domain.face import Box, FaceMetrics, Frame, FrameMetrics
from interview_analysis.domain.feedback import Language
from interview_analysis.domain.overlay import LandmarkTrack, OverlayScene
from interview_analysis.domain.scoring import score_interview
from interview_analysis.errors import VideoError
from interview_analysis.report.overlay import WebmPainter
from interview_analysis.vision.decoder import FfmpegDecoder
from interview_analysis.vision.limits import DecodeLimits
from media_builders import H264, ffmpeg, make_clip, make_numbered, read_number
from timeline_builders import make_timeline

EVERY_FRAME = FfmpegDecoder(rate=1000.0, max_side=1280, limits=DecodeLimits())
UNEVEN = ("-vf", "select='not(between(n,10,24))+eq(n,15)',setpts=PTS+mod(N\\,3)*0.004/TB", "-fps_mode", "passthrough")


def frames_of(clip: Path) -> list[Frame]:
    with EVERY_FRAME.decode(clip, EVERY_FRAME.probe(clip)) as decoded:
        return list(decoded)


def scene_of(seconds: float, track: LandmarkTrack | None = None) -> OverlayScene:
    timeline = make_timeline(seconds, 15, face=0.0 if track is None else 1.0)
    scores = score_interview(timeline, None, frozenset(), None)
    return OverlayScene(track or LandmarkTrack(), timeline, scores, (), Language.KOREAN)


def packets(path: Path, stream: str) -> list[str]:
    """Time, length and checksum of each packet."""
    told = ffmpeg("-v", "error", "-i", str(path), "-map", stream, "-c", "copy", "-f", "framecrc", "pipe:1").decode()
    return [line for line in told.splitlines() if not line.startswith("#")]


def test_a_variable_rate_and_every_picture_are_kept(tmp_path: Path) -> None:
    source = make_numbered(tmp_path / "uneven.webm", count=60, options=UNEVEN)
    before = frames_of(source)
    WebmPainter().paint(iter(before), scene_of(2.0), source, tmp_path / "painted.webm")
    after = frames_of(tmp_path / "painted.webm")
    assert len({round(b.timestamp - a.timestamp, 3) for a, b in itertools.pairwise(before)}) > 2
    assert [round(frame.timestamp, 3) for frame in after] == [round(frame.timestamp, 3) for frame in before]
    assert [read_number(frame.image) for frame in after] == [read_number(frame.image) for frame in before]


@pytest.mark.parametrize("start", [0.0, 0.7], ids=["together", "video later"])
def test_the_sound_is_copied_at_its_time(tmp_path: Path, start: float) -> None:
    plain = make_clip(tmp_path / "plain.webm", seconds=1.0, audio=True)
    source = tmp_path / "source.webm"
    inputs = ["-itsoffset", str(start), "-i", str(plain), "-i", str(plain)]
    ffmpeg(*inputs, "-map", "0:v", "-map", "1:a", "-c", "copy", str(source))
    before = frames_of(source)
    WebmPainter().paint(iter(before), scene_of(2.0), source, tmp_path / "painted.webm")
    assert packets(tmp_path / "painted.webm", "0:a") == packets(source, "0:a")
    assert frames_of(tmp_path / "painted.webm")[0].timestamp == pytest.approx(before[0].timestamp, abs=0.0015)


def test_sound_that_webm_cannot_hold_becomes_opus(tmp_path: Path) -> None:
    source = tmp_path / "phone.mp4"
    tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=1"]
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=161x121:rate=30:duration=1", *tone, *H264, "-pix_fmt", "yuv444p", str(source))
    WebmPainter().paint(iter(frames_of(source)), scene_of(1.0), source, tmp_path / "painted.webm")
    painted = EVERY_FRAME.probe(tmp_path / "painted.webm")
    assert (painted.codec, painted.has_audio, painted.width, painted.height, painted.packets) == ("vp8", True, 160, 120, 30)


def test_the_face_is_drawn_where_it_is_and_nothing_where_there_is_none(tmp_path: Path) -> None:
    source = make_numbered(tmp_path / "dark.webm", count=1)
    image = np.zeros((240, 320, 3), np.uint8)
    track = LandmarkTrack()
    points = np.random.default_rng(1).uniform(0.6, 0.9, (478, 3)).astype(np.float32)
    face = FaceMetrics(Box(0.6, 0.6, 0.3, 0.3), points, None, None, None, None, None)
    track.add(FrameMetrics(0.0, face))
    shown = [Frame(0, 0.0, image.copy()), Frame(1, 1.0, image.copy())]
    WebmPainter().paint(iter(shown), scene_of(2.0, track), source, tmp_path / "painted.webm")
    with_face, without = (frame.image[144:200, 192:280] for frame in frames_of(tmp_path / "painted.webm"))
    assert with_face.mean() > 30
    assert without.mean() < 5


def test_a_video_without_frames_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VideoError):
        WebmPainter().paint(iter(()), scene_of(1.0), tmp_path / "none", tmp_path / "painted.webm")
