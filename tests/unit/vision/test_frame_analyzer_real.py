"""The session on real recordings: presence to the frame, the same person throughout, the range of a head that turns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from interview_analysis.domain.face import FrameMetrics
from interview_analysis.domain.scoring.blinks import find_blinks
from interview_analysis.domain.timeline import TimelineBuilder
from interview_analysis.vision.decoder import FfmpegDecoder
from interview_analysis.vision.frame_analyzer import MediaPipeFrameAnalyzer, StageRates
from interview_analysis.vision.head_pose.solver import HeadPoseSolver
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


def unfiltered(rows: list[FrameMetrics], width: int, height: int) -> NDArray[np.float64]:
    """Head angles (N, 3) as fitted to each frame by itself."""
    solver = HeadPoseSolver()
    fits = [solver.solve(row.face.landmarks[:, :2] * (width, height), width, height) for row in rows if row.face]
    return np.array([fit.angles for fit in fits if fit])


def lag(times: NDArray[np.float64], measured: NDArray[np.float64], filtered: NDArray[np.float64]) -> float:
    """Seconds by which ``measured`` (N,) must be delayed to be most like ``filtered`` (N,)."""
    delays = np.arange(0.0, 0.2, 0.002)
    misfits = [np.mean((filtered - np.interp(times - delay, times, measured)) ** 2) for delay in delays]
    return float(delays[np.argmin(misfits)])


@pytest.mark.parametrize(
    ("clip", "size"), [("calm_woman_720p_vp9", (640, 360)), ("chrome156_vp9_audiofirst", (640, 480))], ids=["calm", "webcam"]
)
def test_the_filter_halves_the_jitter_of_a_calm_head_without_lag(
    models_dir: Path, data_dir: Path, clip: str, size: tuple[int, int]
) -> None:
    rows = rows_of(data_dir / "clips" / f"{clip}.webm", models_dir)
    times = np.array([row.timestamp for row in rows])
    measured, filtered = unfiltered(rows, *size), np.array([row.face.head for row in rows if row.face])
    before, after = (np.median(np.abs(np.diff(angles, n=2, axis=0)), axis=0) for angles in (measured, filtered))
    assert (after / before).max() < 0.5
    assert max(lag(times, measured[:, axis], filtered[:, axis]) for axis in range(3)) < 0.05


def test_the_filter_does_not_hold_a_turning_head_back(models_dir: Path, data_dir: Path) -> None:
    rows = rows_of(data_dir / "clips" / "headpose_female_vp8_noaudio.webm", models_dir)
    times = np.array([row.timestamp for row in rows])
    measured, filtered = unfiltered(rows, 480, 270), np.array([row.face.head for row in rows if row.face])
    assert lag(times, measured[:, 1], filtered[:, 1]) < 0.02
    assert np.abs(filtered - measured)[:, 1].mean() < 1.0


def test_gaze_goes_along_with_a_turning_head(models_dir: Path, data_dir: Path) -> None:
    rows = rows_of(data_dir / "clips" / "headpose_female_vp8_noaudio.webm", models_dir)
    faces = [row.face for row in rows if row.face and row.face.head and row.face.gaze]
    head, gaze = (
        np.array(values) for values in ([face.head for face in faces], [face.gaze.angles for face in faces if face.gaze])
    )
    turned = np.abs(head[:, 1]) > 20
    assert turned.sum() >= 8
    assert (np.sign(gaze[turned, 1]) == np.sign(head[turned, 1])).mean() >= 0.9
    assert np.corrcoef(head[:, 1], gaze[:, 1])[0, 1] > 0.8


def test_blinks_behind_glasses_are_closed_eyes(models_dir: Path, data_dir: Path) -> None:
    columns = TimelineBuilder()
    for row in rows_of(data_dir / "clips" / "webcam_man_vp9_kospeech.webm", models_dir):
        columns.add(row)
    timeline = columns.build(19.6)
    blinks = find_blinks(timeline)
    deepest = [timeline.eye_openness[abs(timeline.timestamps - (b.start + b.end) / 2) < 0.1].min() for b in blinks]
    assert 11 <= len(blinks) <= 16
    assert max(deepest) < 0.5 * np.median(timeline.eye_openness)
