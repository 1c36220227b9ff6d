"""Which face is which from frame to frame."""

from __future__ import annotations

import pytest

from interview_analysis.domain.face import Box
from interview_analysis.vision.live_tracks import FORGET_SECONDS, Tracks, overlap, without_twins

LEFT, RIGHT = Box(0.1, 0.2, 0.2, 0.3), Box(0.6, 0.2, 0.2, 0.3)


def moved(box: Box, x: float) -> Box:
    return Box(box.x + x, box.y, box.width, box.height)


def test_ids_follow_the_faces_not_their_order() -> None:
    tracks = Tracks()
    assert tracks.assign(0.0, [LEFT, RIGHT]) == [1, 2]
    assert tracks.assign(0.1, [RIGHT, LEFT]) == [2, 1]
    assert tracks.assign(0.2, [moved(LEFT, 0.05)]) == [1]
    assert tracks.assign(0.3, [moved(RIGHT, -0.05), moved(LEFT, 0.1)]) == [2, 1]


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.9 * FORGET_SECONDS, 1), (1.1 * FORGET_SECONDS, 2)], ids=["blocked-for-a-moment", "gone"]
)
def test_a_face_out_of_sight_is_forgotten_after_a_while(seconds: float, expected: int) -> None:
    tracks = Tracks()
    tracks.assign(0.0, [LEFT])
    tracks.assign(seconds / 2, [])
    assert tracks.assign(seconds, [LEFT]) == [expected]


@pytest.mark.parametrize("other", [RIGHT, Box(0.0, 0.0, 0.8, 1.2)], ids=["elsewhere", "much-larger"])
def test_another_head_gets_another_id(other: Box) -> None:
    tracks = Tracks()
    tracks.assign(0.0, [LEFT])
    assert tracks.assign(0.1, [other]) == [2]


def test_two_that_come_close_stay_two() -> None:
    tracks = Tracks()
    near = moved(LEFT, 0.15)
    tracks.assign(0.0, [LEFT, near])
    assert tracks.assign(0.1, [moved(near, 0.02), moved(LEFT, 0.02)]) == [2, 1]


def test_a_mesh_upon_a_mesh_is_the_same_face() -> None:
    assert without_twins([LEFT, moved(LEFT, 0.02), RIGHT]) == [0, 2]
    assert overlap(LEFT, LEFT) == pytest.approx(1.0)
    assert overlap(LEFT, RIGHT) == 0.0
