"""What is drawn when: between measurements, and no longer than something is known."""

from __future__ import annotations

import numpy as np
import pytest

from interview_analysis.domain.face import Box, FaceMetrics, FrameMetrics
from interview_analysis.domain.feedback import Language
from interview_analysis.domain.overlay import LandmarkTrack, OverlayScene, running_scores
from interview_analysis.domain.scoring import score_interview
from report_builders import ABSENT, GLANCE, build_interview


def face_at(x: float) -> FaceMetrics:
    return FaceMetrics(
        box=Box(x, 0.2, 0.1, 0.1),
        landmarks=np.full((478, 3), x, np.float32),
        eye_openness=None,
        head=None,
        head_error=None,
        gaze=None,
        emotions=None,
    )


@pytest.fixture(scope="module")
def track() -> LandmarkTrack:
    """A face at 0.0 and 0.1 s, none at 0.2 s, one at 1.0 s."""
    made = LandmarkTrack()
    for time, face in ((0.0, face_at(0.25)), (0.1, face_at(0.5)), (0.2, None), (1.0, face_at(0.75))):
        made.add(FrameMetrics(time, face))
    return made


@pytest.mark.parametrize(
    ("time", "x"),
    [(0.0, 0.25), (0.05, 0.375), (0.1, 0.5), (0.15, 0.5), (0.2, None), (0.25, None), (0.9, None), (1.0, 0.75), (1.19, 0.75),
     (1.21, None), (-0.01, None)],
)  # fmt: skip
def test_points_move_between_measurements_and_are_not_held_for_long(track: LandmarkTrack, time: float, x: float | None) -> None:
    points = track.at(time)
    assert (None if points is None else float(points[0, 0])) == (None if x is None else pytest.approx(x, abs=0.001))


def test_the_scene_says_what_holds_at_a_time() -> None:
    timeline = build_interview()
    scores = score_interview(timeline, None, frozenset(), None)
    running = running_scores(timeline, frozenset(), None)
    scene = OverlayScene(LandmarkTrack(), timeline, scores, running, Language.ENGLISH)
    assert [scene.is_off_target(time) for time in (GLANCE[0] - 2, sum(GLANCE) / 2, GLANCE[1] + 2)] == [False, True, False]
    assert [scene.is_blink(time) for time in (8.1, 10.0)] == [True, False]
    assert scene.head_at(sum(ABSENT) / 2) is None
    gaze = scene.gaze_at(20.0)
    assert gaze is not None
    assert gaze.tolist() == pytest.approx([-11.0, 3.0])


def test_the_running_score_is_that_of_the_video_so_far() -> None:
    """Nothing is said while too little was seen; then each value is what the formulas give for the part before it."""
    timeline = build_interview()
    running = running_scores(timeline, frozenset(), None)
    assert running[0] == (1.0, None)
    assert len(running) == 59
    time, value = running[29]
    part = build_interview(30.0)
    assert time == 30.0
    assert value == pytest.approx(score_interview(part, None, frozenset(), None).overall.value)
