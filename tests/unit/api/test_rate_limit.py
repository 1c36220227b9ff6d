"""The moving window, on a clock of its own."""

from __future__ import annotations

import pytest

from interview_analysis.api.rate_limit import MovingWindow, Rate


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("text", "rate"), [("1/second", Rate(1, 1)), ("600/minute", Rate(600, 60)), ("99999/hour", Rate(99_999, 3600))]
)
def test_rates_are_read(text: str, rate: Rate) -> None:
    assert Rate.parse(text) == rate


def test_the_window_moves_with_each_request() -> None:
    clock = Clock()
    window = MovingWindow(Rate(2, 60), clock=clock)
    taken = []
    for clock.now in (1000.0, 1050.0, 1059.9, 1060.0, 1109.0, 1110.0):
        taken.append(window.take("a"))
    assert [allowance.allowed for allowance in taken] == [True, True, False, True, False, True]
    assert [allowance.remaining for allowance in taken] == [1, 0, 0, 0, 0, 0]
    assert [round(allowance.reset, 3) for allowance in taken] == [60, 10, 0.1, 50, 1, 10]


def test_callers_are_counted_apart() -> None:
    window = MovingWindow(Rate(1, 60), clock=Clock())
    assert [window.take(caller).allowed for caller in "abab"] == [True, True, False, False]


def test_a_refused_request_does_not_prolong_the_wait() -> None:
    clock = Clock()
    window = MovingWindow(Rate(1, 10), clock=clock)
    assert [window.take("a").allowed for clock.now in (0.0, 9.0, 10.0)] == [True, False, True]


def remembered(window: MovingWindow) -> dict[str, int]:
    return {caller: len(times) for caller, times in window._times.items()}


def test_whoever_has_left_the_window_is_forgotten() -> None:
    clock = Clock()
    window = MovingWindow(Rate(5, 60), clock=clock)
    for number in range(1000):
        window.take(f"address {number}")
    clock.now += 60.0
    window.take("late")
    assert remembered(window) == {"late": 1}


def test_many_addresses_take_bounded_memory() -> None:
    window = MovingWindow(Rate(5, 60), most_callers=100, clock=Clock())
    for number in range(1000):
        window.take(f"address {number}")
        window.take("regular")
    assert len(remembered(window)) == 100
    assert not window.take("regular").allowed


def test_many_requests_take_bounded_memory() -> None:
    window = MovingWindow(Rate(50, 60), most_requests=120, clock=Clock())
    for caller in "abcd":
        for _ in range(50):
            window.take(caller)
    assert sum(remembered(window).values()) <= 120
    assert remembered(window)["d"] == 50
