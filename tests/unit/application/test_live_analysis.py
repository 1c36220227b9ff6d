"""What is kept of pictures that come too fast."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from interview_analysis.application.live_analysis import LatestOnly, Pace, face_document
from interview_analysis.domain.face import Box
from interview_analysis.domain.live import Eyes, LiveFace
from interview_analysis.domain.pose import GazeAngles, GazeFix, HeadAngles


async def test_the_latest_wins_and_the_rest_is_counted() -> None:
    box: LatestOnly[int] = LatestOnly()
    for number in range(5):
        box.put(number)
    assert (await box.take(), box.dropped) == (4, 4)


async def test_who_waits_gets_the_next_one() -> None:
    box: LatestOnly[int] = LatestOnly()
    waiting = asyncio.create_task(box.take())
    await asyncio.sleep(0)
    box.put(7)
    assert (await waiting, box.dropped) == (7, 0)


def test_pictures_are_taken_up_evenly() -> None:
    pace, now = Pace(10), 100.0
    begins = []
    for _ in range(5):
        now += pace.wait(now)
        begins.append(now)
    assert np.diff(begins) == pytest.approx(0.1)
    assert pace.wait(now + 5.0) == 0.0


@pytest.mark.parametrize(("per_second", "refused"), [(25, False), (100, True)], ids=["eager", "flood"])
def test_only_a_flood_is_refused(per_second: int, refused: bool) -> None:
    pace = Pace(10)
    assert any(pace.is_flood(index / per_second) for index in range(200)) is refused


@pytest.mark.parametrize("landmarks", [True, False], ids=["mesh", "no-mesh"])
def test_what_is_not_known_is_null(landmarks: bool) -> None:
    mesh = np.zeros((478, 3), np.float32)
    face = LiveFace(3, Box(0.1, 0.2, 0.3, 0.4), mesh, Eyes(), None, None, None, None)
    told = face_document(face, landmarks=landmarks)
    assert (told["id"], told["box"]) == (3, [0.1, 0.2, 0.3, 0.4])
    assert [told[name] for name in ("head", "gaze", "emotions", "anxiety")] == [None] * 4
    assert told["eyes"] == {"state": None, "openness": None, "blinks": 0}
    assert ("landmarks" in told) is landmarks


def test_vectors_agree_with_angles() -> None:
    """Yaw + is the picture's left, pitch + is up; the third axis of the head points out of the face."""
    head, gaze = HeadAngles(10.0, 30.0, 0.0), GazeFix(GazeAngles(10.0, 30.0), 2.0)
    face = LiveFace(1, Box(0, 0, 1, 1), np.zeros((478, 3), np.float32), Eyes(), head, gaze, None, None)
    told = face_document(face, landmarks=False)
    vector, axes = np.array(told["gaze"]["vector"]), np.array(told["head"]["axes"])  # type: ignore[index]
    assert vector[0] < -0.4
    assert vector[1] > 0.1
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=0.01)
    assert axes[2] == pytest.approx(vector, abs=0.03)
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=0.01)
