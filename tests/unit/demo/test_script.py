"""What the script says at each moment."""

from __future__ import annotations

import pytest

from interview_analysis.demo.script import BLINK_SECONDS, GazeKey, HeadKey, Script
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.pose import GazeAngles, HeadAngles

TURN = Script(duration=4.0, head=(HeadKey(1.0, HeadAngles(0, 0, 0)), HeadKey(3.0, HeadAngles(10, -20, 4))))


@pytest.mark.parametrize(
    ("time", "expected"),
    [(0.0, (0, 0, 0)), (1.0, (0, 0, 0)), (2.0, (5, -10, 2)), (3.0, (10, -20, 4)), (4.0, (10, -20, 4))],
)
def test_head_goes_linearly_between_keys_and_rests_outside(time: float, expected: tuple[float, ...]) -> None:
    assert TURN.head_at(time) == pytest.approx(expected)


def test_nothing_scripted_is_the_portrait_itself() -> None:
    script = Script(duration=1.0)
    assert (script.head_at(0.5), script.gaze_at(0.5)) == (HeadAngles(0, 0, 0), GazeAngles(0, 0))
    assert script.closure_at(0.5) == 0.0


def test_gaze_follows_its_keys() -> None:
    script = Script(duration=2.0, gaze=(GazeKey(0.0, GazeAngles(0, 0)), GazeKey(1.0, GazeAngles(6, -10))))
    assert script.gaze_at(0.5) == pytest.approx((3, -5))


@pytest.mark.parametrize(
    ("offset", "expected"), [(-0.6, 0.0), (-0.4, 1 / 3), (-0.2, 1.0), (0.0, 1.0), (0.4, 1 / 3), (0.6, 0.0)]
)
def test_lids_go_down_stay_and_go_up(offset: float, expected: float) -> None:
    script = Script(duration=4.0, blinks=(1.0, 3.0))
    assert script.closure_at(3.0 + offset * BLINK_SECONDS) == pytest.approx(expected)


@pytest.mark.parametrize(("time", "absent"), [(0.9, False), (1.0, True), (1.9, True), (2.0, False)])
def test_absence_is_half_open(time: float, absent: bool) -> None:
    assert Script(duration=3.0, absent=(Episode(1.0, 2.0),)).is_absent(time) is absent
