"""The session: order, rates, what is off, what is absent, that working ahead changes nothing, and that everything closes."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from face_builders import STRAIGHT, Person, frames_of, scene
from interview_analysis.domain.analysis import Skippable
from interview_analysis.domain.face import Frame, FrameMetrics
from interview_analysis.domain.pose import GazeAngles, GazeFix, HeadAngles
from interview_analysis.errors import ModelUnavailable
from interview_analysis.vision.face_stages import ExpressionNetwork, GazeNetwork
from interview_analysis.vision.frame_analyzer import MediaPipeFrameAnalyzer, StageRates
from interview_analysis.vision.runtime.specs import ModelSpec
from model_builders import expression_spec
from synthetic_face import synthetic_face

pytestmark = pytest.mark.models

LEFT = GazeFix(GazeAngles(0.0, 30.0), 2.0)
RATES = StageRates(expression=5, gaze=5, face_count=2)
HAPPY = np.array([1, 0, 0, 0, 0, 0, 0], np.float32)
EMPTY = np.full((480, 640, 3), 128, np.uint8)


class HappyNetwork:
    """Says happy, and remembers the sides of the crops."""

    runtime = "canned"
    spec: ModelSpec = expression_spec(("happy", "neutral", "sad", "angry", "fear", "disgust", "surprise"))

    def __init__(self) -> None:
        self.sides: list[tuple[int, int]] = []

    def classify(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        self.sides += [(crop.shape[0], crop.shape[1]) for crop in crops]
        return np.stack([HAPPY] * len(crops))


class LeftNetwork:
    runtime = "canned"
    spec: ModelSpec = HappyNetwork.spec

    def estimate(self, crop: NDArray[np.uint8]) -> GazeFix:
        return LEFT


class BrokenNetwork(LeftNetwork):
    def estimate(self, crop: NDArray[np.uint8]) -> GazeFix:
        raise RuntimeError("no memory")


def analyzer(
    models: Path, expression: ExpressionNetwork | None = None, gaze: GazeNetwork | None = None
) -> MediaPipeFrameAnalyzer:
    return MediaPipeFrameAnalyzer(models / "face_landmarker.task", expression, gaze, RATES, "face-landmarker")


def analyse(
    made: MediaPipeFrameAnalyzer, frames: Sequence[Frame], *, pause: bool = False, skip: frozenset[Skippable] = frozenset()
) -> list[FrameMetrics]:
    session = made.new_session(skip)
    try:
        parts = [[frame] for frame in frames] if pause else [frames]
        return [row for part in parts for row in session.analyse(part)]
    finally:
        session.close()


def moving(count: int) -> list[Frame]:
    """The synthetic face nods and turns."""
    times = np.arange(count) / 15
    angles = [HeadAngles(4 * float(np.sin(8 * time)), 8 * float(np.sin(3 * time)), 0) for time in times]
    return frames_of([synthetic_face().draw(head) for head in angles])


def flat(rows: Sequence[FrameMetrics]) -> list[object]:
    return [
        (
            row.timestamp,
            row.face_count,
            face and (face.landmarks.tobytes(), face.head, face.gaze, face.eye_openness, face.head_error),
        )
        for row in rows
        for face in [row.face]
    ]


def test_a_face_is_measured_whole(models_dir: Path) -> None:
    row = analyse(analyzer(models_dir), frames_of([synthetic_face().draw(STRAIGHT)] * 2))[-1]
    assert row.face is not None
    assert row.face.head is not None
    assert abs(row.face.head.yaw) < 8
    assert row.face.head_error is not None
    assert row.face.head_error < 0.1
    assert row.face.eye_openness is not None
    assert 0.2 < row.face.eye_openness < 0.5
    assert row.face.gaze is not None


def test_one_row_a_frame_in_order_however_they_come(models_dir: Path) -> None:
    frames = moving(12)
    rows = analyse(analyzer(models_dir), frames)
    assert [row.timestamp for row in rows] == [frame.timestamp for frame in frames]
    assert flat(rows) == flat(analyse(analyzer(models_dir), frames, pause=True))


def test_sessions_do_not_know_of_each_other(models_dir: Path) -> None:
    made, frames = analyzer(models_dir), moving(4)
    first = analyse(made, frames)
    assert flat(analyse(made, frames)) == flat(first)


def test_head_follows_the_drawn_turn(models_dir: Path) -> None:
    frames = frames_of([synthetic_face().draw(HeadAngles(0, yaw, 0)) for yaw in (0, 0, 4, 8, 12, 12)])
    yaws = [row.face.head.yaw for row in analyse(analyzer(models_dir), frames) if row.face and row.face.head]
    assert yaws[-1] - yaws[0] == pytest.approx(12, abs=4)


def test_stages_run_at_their_rates(models_dir: Path) -> None:
    network = HappyNetwork()
    rows = analyse(analyzer(models_dir, network, LeftNetwork()), frames_of([synthetic_face().draw(STRAIGHT)] * 15))
    faces = [row.face for row in rows if row.face]
    assert [index for index, face in enumerate(faces) if face.emotions is not None] == [0, 3, 6, 9, 12]
    assert [index for index, face in enumerate(faces) if face.gaze is not None] == [0, 3, 6, 9, 12]
    assert [index for index, row in enumerate(rows) if row.face_count is not None] == [0, 7]
    assert {face.gaze for face in faces} == {None, LEFT}
    assert all(height == width > 100 for height, width in network.sides)


def test_what_is_skipped_is_not_measured(models_dir: Path) -> None:
    network = HappyNetwork()
    skip = frozenset({Skippable.EXPRESSION, Skippable.GAZE})
    rows = analyse(analyzer(models_dir, network, LeftNetwork()), frames_of([synthetic_face().draw(STRAIGHT)]), skip=skip)
    assert rows[0].face is not None
    assert (rows[0].face.emotions, rows[0].face.gaze, network.sides) == (None, None, [])
    assert rows[0].face.head is not None


def test_nobody_is_no_face_and_zero_faces(models_dir: Path) -> None:
    rows = analyse(analyzer(models_dir, HappyNetwork()), frames_of([EMPTY] * 3))
    assert [row.face for row in rows] == [None] * 3
    assert [row.face_count for row in rows] == [0, None, None]


def test_two_people_are_counted(models_dir: Path) -> None:
    rows = analyse(analyzer(models_dir), frames_of([scene([Person(0, 0.85), Person(540, 0.65)])]))
    assert rows[0].face_count == 2


def test_a_size_that_changes_in_mid_video_is_followed(models_dir: Path) -> None:
    small = np.ascontiguousarray(synthetic_face().draw(STRAIGHT)[::2, ::2])
    rows = analyse(analyzer(models_dir), frames_of([synthetic_face().draw(STRAIGHT)] * 2 + [small] * 2))
    boxes = [row.face.box.x for row in rows if row.face]
    assert boxes == pytest.approx([boxes[0]] * 4, abs=0.02)


def test_an_error_of_a_network_comes_out_and_the_session_still_closes(models_dir: Path) -> None:
    before = threading.active_count()
    session = analyzer(models_dir, gaze=BrokenNetwork()).new_session()
    with pytest.raises(RuntimeError, match="no memory"):
        next(session.analyse(frames_of([synthetic_face().draw(STRAIGHT)] * 8)))
    session.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("faces")]
    assert threading.active_count() == before


def test_a_missing_bundle_is_told_by_name(tmp_path: Path) -> None:
    made = MediaPipeFrameAnalyzer(tmp_path / "face_landmarker.task", None, None, RATES, "face-landmarker")
    with pytest.raises(ModelUnavailable, match="face_landmarker"):
        made.new_session()


@pytest.mark.parametrize(
    ("expression", "gaze", "expected"),
    [
        (None, None, ("face-landmarker", None, "iris-geometry", None, None, None)),
        (HappyNetwork(), LeftNetwork(), ("face-landmarker", "net", "net", None, "canned", "canned")),
    ],
)
def test_info_names_the_models(
    models_dir: Path, expression: ExpressionNetwork | None, gaze: GazeNetwork | None, expected: tuple[str | None, ...]
) -> None:
    assert analyzer(models_dir, expression, gaze).info == expected
