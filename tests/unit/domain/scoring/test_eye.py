"""Target, dispersion, directions and looking away."""

from __future__ import annotations

import math

import numpy as np
import pytest

from interview_analysis.domain.pose import Direction
from interview_analysis.domain.scoring import score_interview
from interview_analysis.domain.scoring.eye import score_eye
from interview_analysis.domain.scoring.gaze_target import bcea, cone_of, find_target, round_area, stability_of
from interview_analysis.domain.scoring.weights import IRIS_GAZE_CONE, L2CS_GAZE_CONE
from timeline_builders import during, make_timeline, wandering

TARGET = (-11.0, 3.0)


@pytest.mark.parametrize("target", [(0.0, 0.0), (-11.3, 0.0), (8.0, -20.0), (-30.0, 25.0)])
@pytest.mark.parametrize("elsewhere", [0.0, 0.2, 0.4])
def test_the_target_is_where_gaze_returns_to(target: tuple[float, float], elsewhere: float) -> None:
    gaze = np.random.default_rng(3).normal(target, 2.0, (900, 2))
    gaze[: int(elsewhere * 900)] += (15.0, 35.0)
    found = find_target(gaze, np.ones(900), 10.0)
    assert found == pytest.approx(target, abs=0.6)


def test_on_target_does_not_depend_on_where_the_target_is() -> None:
    shares = [
        score_eye(make_timeline(30, gaze=wandering(4, target)), False, 10.0).summary.on_target for target in (TARGET, (12, -9))
    ]
    assert shares[0] == pytest.approx(shares[1], abs=0.01)


def test_bcea_is_the_area_of_the_ellipse() -> None:
    offsets = np.random.default_rng(1).normal(0, (2.0, 3.0), (20_000, 2))
    expected = -2 * math.log(1 - 0.6827) * math.pi * 2 * 3
    assert bcea(offsets, np.ones(len(offsets)), 50.0) == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("axis", [(0.0, 1.0), (1.0, 0.0), (0.7, 0.7)])
def test_wandering_along_a_line_is_not_stable(axis: tuple[float, float]) -> None:
    def swinging(degrees: float) -> float | None:
        gaze = during([(t, t + 2) for t in range(0, 60, 4)], np.array(TARGET) + degrees * np.array(axis), TARGET)
        return score_eye(make_timeline(60, gaze=gaze), False, 10.0).summary.stability

    values = [swinging(degrees) or 0.0 for degrees in range(0, 21, 2)]
    assert values == sorted(values, reverse=True)
    assert (values[0], values[-1] < 0.7) == (1.0, True)


def test_round_scatter_has_one_area() -> None:
    offsets = np.random.default_rng(1).normal(0, 3.0, (20_000, 2))
    areas = [area(offsets, np.ones(len(offsets)), 50.0) for area in (bcea, round_area)]
    assert areas[0] == pytest.approx(areas[1], rel=0.02)


def test_stability_falls_with_the_area_and_is_half_where_it_equals_the_cone() -> None:
    areas = np.linspace(0, 2000, 200)
    assert (np.diff([stability_of(float(area), 10.0) for area in areas]) < 0).all()
    assert stability_of(0.0, 10.0) == 1.0
    assert stability_of(math.pi * 100, 10.0) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("offset", "direction"),
    [((0, 25), Direction.LEFT), ((0, -25), Direction.RIGHT), ((25, 5), Direction.UP), ((-25, 5), Direction.DOWN)],
)
def test_directions_are_the_pictures_and_relative_to_the_target(offset: tuple[float, float], direction: Direction) -> None:
    there = (TARGET[0] + offset[0], TARGET[1] + offset[1])
    found = score_eye(make_timeline(60, gaze=during([(10, 16)], there, TARGET)), False, 10.0)
    (away,) = found.looked_away
    assert (away.span.start, away.span.end) == pytest.approx((10, 16), abs=0.1)
    assert away.direction is direction
    assert found.summary.directions is not None
    assert found.summary.directions[direction] == pytest.approx(0.1)
    assert sum(found.summary.directions.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("glances", "count"),
    [
        ([(10, 10.3)], 0),
        ([(10, 11)], 1),
        ([(10, 11), (11.1, 12)], 1),
        ([(10, 11), (13, 14), (20, 22)], 3),
        ([(0, 2), (58, 60)], 2),
    ],
)
def test_looking_away_is_half_a_second_or_longer(glances: list[tuple[float, float]], count: int) -> None:
    found = score_eye(make_timeline(60, gaze=during(glances, (-11.0, 30.0), TARGET)), False, 10.0)
    assert len(found.looked_away) == count
    assert found.summary.looked_away_per_minute == pytest.approx(count)


def test_losing_gaze_for_a_blink_does_not_split_a_glance() -> None:
    def gaze(times: np.ndarray) -> np.ndarray:
        values = np.asarray(during([(10, 14)], (-11.0, 30.0), TARGET)(times))
        values[(times > 12.0) & (times < 12.2)] = np.nan
        return values

    assert len(score_eye(make_timeline(60, gaze=gaze), False, 10.0).looked_away) == 1


@pytest.mark.parametrize(
    ("model", "cone"), [("l2cs-gaze360", L2CS_GAZE_CONE), ("iris-geometry", IRIS_GAZE_CONE), (None, IRIS_GAZE_CONE)]
)
def test_the_cone_is_that_of_the_gaze_model(model: str | None, cone: float) -> None:
    assert cone_of(model) == cone
    assert score_interview(make_timeline(10), None, gaze_model=model).eye.cone == cone
