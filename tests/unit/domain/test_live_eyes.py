"""Open or closed, while it happens."""

from __future__ import annotations

import pytest

from interview_analysis.domain.live import EyeState
from interview_analysis.domain.live_eyes import EyeWatch

OPEN, SHUT, RATE = 0.30, 0.06, 30.0


def watch(closed: list[tuple[float, float]], seconds: float = 6.0, rate: float = RATE) -> list[tuple[EyeState | None, int]]:
    """State and count at each frame; closed during these spans."""
    eyes = EyeWatch()
    told = []
    for index in range(round(seconds * rate)):
        time = index / rate
        shut = any(begin <= time < end for begin, end in closed)
        seen = eyes.update(time, SHUT if shut else OPEN)
        told.append((seen.state, seen.blinks))
    return told


def test_nothing_is_said_before_the_open_eye_is_known() -> None:
    assert [state for state, _ in watch([])[:8]] == [None] * 7 + [EyeState.OPEN]


@pytest.mark.parametrize(
    ("spans", "blinks"),
    [([(2.0, 2.15)], 1), ([(2.0, 2.15), (3.0, 3.2), (4.0, 4.1)], 3), ([(2.0, 3.5)], 0)],
    ids=["one", "three", "long-closure"],
)
def test_blinks_are_counted_and_long_closures_are_not(spans: list[tuple[float, float]], blinks: int) -> None:
    told = watch(spans)
    assert told[-1] == (EyeState.OPEN, blinks)
    assert told[round((spans[0][0] + 0.05) * RATE)][0] is EyeState.CLOSED


def test_a_face_turned_away_says_nothing() -> None:
    eyes = EyeWatch()
    for index in range(30):
        eyes.update(index / RATE, OPEN)
    assert eyes.update(1.0, None).state is None
    assert eyes.update(1.1, OPEN).state is EyeState.OPEN
