"""Blinks and closures in series of openness."""

from __future__ import annotations

import numpy as np
import pytest

from interview_analysis.domain.scoring.blinks import find_blinks, find_closures
from timeline_builders import OPEN_EYES, Times, blinking, during, make_timeline

MOMENTS = np.array([3.1, 9.9, 19.5, 20.1, 34.9, 37.9, 44.1, 58.5])


@pytest.mark.parametrize("phase", [0.0, 0.011, 0.022, 0.033, 0.044, 0.055])
@pytest.mark.parametrize(("closed", "width"), [(0.02, 0.12), (0.05, 0.16), (0.11, 0.2), (0.2, 0.3)])
def test_every_blink_is_found_wherever_the_frames_fall(phase: float, closed: float, width: float) -> None:
    moments = MOMENTS + phase
    blinks = find_blinks(make_timeline(60, openness=blinking(moments, closed=closed, width=width)))
    assert [(blink.start + blink.end) / 2 for blink in blinks] == pytest.approx(moments, abs=0.05)
    assert [blink.seconds for blink in blinks] == pytest.approx([width] * len(moments), abs=0.07)


@pytest.mark.parametrize("noise", [0.002, 0.01, 0.02])
def test_noise_is_no_blink(noise: float) -> None:
    counts = [len(find_blinks(make_timeline(60, openness=blinking([], noise=noise, seed=seed)))) for seed in range(10)]
    assert sum(counts) <= 1


def slow_change(times: Times) -> Times:
    return 0.3 - 0.1 * np.sin(2 * np.pi * times / 8.0) ** 2


def sinking(times: Times) -> Times:
    return np.linspace(0.35, 0.2, len(times))


@pytest.mark.parametrize(
    "openness",
    [
        slow_change,
        sinking,
        during([(10, 14)], 0.2, OPEN_EYES),
        during([(10, 10.45)], 0.21, OPEN_EYES),
        during([(5, 7)], 0.03, 0.3),
    ],
    ids=["narrowing", "moving away", "reading notes", "glance down", "closed for long"],
)
def test_what_is_no_blink(openness: object) -> None:
    eyes = make_timeline(60, openness=lambda t: np.minimum(np.asarray(openness(t)), blinking([30.0, 40.0])(t)))  # type: ignore[operator]
    assert [round((blink.start + blink.end) / 2) for blink in find_blinks(eyes)] == [30, 40]


def test_a_deep_glance_down_is_told_by_gaze() -> None:
    lowered = [(t, t + 0.4) for t in (10.0, 20.0)]
    eyes = during([*lowered, (30.0, 30.2)], 0.08, OPEN_EYES)
    assert len(find_blinks(make_timeline(60, openness=eyes))) == 3
    looking_down = make_timeline(60, openness=eyes, gaze=during(lowered, (-35.0, 3.0), (-11.0, 3.0)))
    assert len(find_blinks(looking_down)) == 1


def test_blinks_while_looking_down_count() -> None:
    def openness(times: Times) -> Times:
        return np.where(times > 20, 0.6, 1.0) * blinking(np.arange(2, 60, 4))(times)

    assert len(find_blinks(make_timeline(60, openness=openness))) == 15


def test_the_flutter_of_closed_lids_is_no_blink() -> None:
    def fluttering(times: Times) -> Times:
        closed = 0.05 + 0.04 * np.sin(2 * np.pi * 2.0 * times)
        return np.where((times > 20) & (times < 24), closed, blinking([10.0])(times))

    assert len(find_blinks(make_timeline(60, openness=fluttering))) == 1


@pytest.mark.parametrize("gap", [0.35, 0.5, 0.8])
def test_two_blinks_in_a_row_are_two(gap: float) -> None:
    assert len(find_blinks(make_timeline(60, openness=blinking([10.0, 10.0 + gap, 40.0])))) == 3


def test_a_dip_at_a_lost_face_is_no_blink() -> None:
    eyes = during([(10, 10.2), (40, 40.2)], 0.03, OPEN_EYES)
    assert len(find_blinks(make_timeline(60, openness=eyes, face=during([(10.2, 15)], 0, 1)))) == 1


@pytest.mark.parametrize(("seconds", "count"), [(0.2, 0), (0.4, 0), (0.8, 1), (3.0, 1)])
def test_closures_last_longer_than_blinks(seconds: float, count: int) -> None:
    closures = find_closures(make_timeline(60, openness=during([(10, 10 + seconds)], 0.05, OPEN_EYES), gaze=np.full(2, np.nan)))
    assert len(closures) == count
    assert all((c.start, c.end) == pytest.approx((10, 10 + seconds), abs=0.1) for c in closures)


def test_lowered_eyes_with_measurable_gaze_are_not_closed() -> None:
    assert find_closures(make_timeline(60, openness=during([(10, 13)], 0.1, OPEN_EYES))) == ()
