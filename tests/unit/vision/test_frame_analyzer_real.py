"""The session on real recordings: presence to the frame, the same person throughout, the range of a head that turns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.domain.face import FrameMetrics
from interview_analysis.vision.decoder import FfmpegDecoder
from interview_analysis.vision.frame_analyzer import MediaPipeFrameAnalyzer, StageRates
from interview_analysis.vision.limits import DecodeLimits

pytestmark = [pytest.mark.models, pytest.mark.data, pytest.mark.slow]

LIMITS = DecodeLimits(max_bytes=1 << 28, max_seconds=120, max_pixels=4096 * 2304, seconds_factor=4)


def rows_of(clip: Path, models: Path) -> list[FrameMetrics]:
    decoder = FfmpegDecoder(15.0, 640, LIMITS)
    session = MediaPipeFrameAnalyzer(
        models / "face_landmarker.task", None, None, StageRates(5, 5, 2), "landmarks"
    ).new_session()
    try:
        with decoder.decode(clip, decoder.probe(clip)) as frames:
            return list(session.analyse(frames))
    finally:
        session.close()


def present(rows: list[FrameMetrics]) -> NDArray[np.bool_]:
    return np.array([row.face is not None for row in rows])


@pytest.mark.parametrize(("clip", "edge"), [("face_then_noface", 2.400), ("noface_then_face", 3.942)])
def test_presence_changes_once_and_in_time(models_dir: Path, data_dir: Path, clip: str, edge: float) -> None:
    rows = rows_of(data_dir / "clips" / f"{clip}_vp8_opus.webm", models_dir)
    rows = rows[:-1] if clip == "noface_then_face" else rows  # its last frame shows nobody
    changes = np.flatnonzero(np.diff(present(rows)))
    assert [rows[index + 1].timestamp for index in changes] == [pytest.approx(edge, abs=0.15)]


def test_two_people_are_two_and_one_is_followed(models_dir: Path, data_dir: Path) -> None:
    rows = rows_of(data_dir / "nasty" / "twofaces_vp8.webm", models_dir)
    assert {row.face_count for row in rows} == {None, 2}
    lefts = np.array([row.face.box.x for row in rows if row.face])
    assert len(lefts) == len(rows)
    assert np.abs(np.diff(lefts)).max() < 0.05


@pytest.mark.parametrize(
    "clip", ["tiny_80px_vp8", "uhd_3840x2160_1s_vp8", "very_dark_vp8", "resolution_change_640_320_960_vp8"]
)
def test_one_face_in_every_frame(models_dir: Path, data_dir: Path, clip: str) -> None:
    rows = rows_of(data_dir / "nasty" / f"{clip}.webm", models_dir)
    assert present(rows).all()
    assert {row.face_count for row in rows} == {None, 1}


def test_a_turning_head_has_the_reference_range(models_dir: Path, data_dir: Path) -> None:
    rows = rows_of(data_dir / "clips" / "headpose_female_vp8_noaudio.webm", models_dir)
    yaws = [row.face.head.yaw for row in rows if row.face and row.face.head]
    assert (min(yaws), max(yaws)) == pytest.approx((-33.1, 51.0), abs=6)
