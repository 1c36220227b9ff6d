"""Features of screen gaze: geometry by hand, and validity."""

from __future__ import annotations

import numpy as np
import pytest

from interview_analysis.domain.screen_gaze import GazeSample, Triple
from interview_analysis.domain.screen_gaze_features import FEATURES, features, stack_samples


def sample(gaze: Triple = (0, 0, -1), position: Triple = (0, 0, 500), turn: Triple = (0, 0, 0)) -> GazeSample:
    return GazeSample(gaze, position, turn)


def column(given: GazeSample, name: str) -> float:
    return float(features(stack_samples([given]))[0, FEATURES.index(name)])


def test_the_line_of_sight_meets_the_cameras_plane_where_geometry_says() -> None:
    looking = sample(gaze=(0.6, 0, -0.8), position=(-100, 30, 400))
    assert column(looking, "hit_x") == pytest.approx(-100 + 400 * 0.75)
    assert column(looking, "hit_y") == pytest.approx(30)
    assert column(looking, "hit_bearing_x") == pytest.approx(0.5)


def test_the_iris_moves_in_the_head_not_with_it() -> None:
    """A head turned about y by 0.3 with eyes straight ahead looks along its own axis."""
    ahead = (-np.sin(0.3), 0.0, -np.cos(0.3))
    turned = sample(gaze=ahead, turn=(0, 0.3, 0))
    assert [column(turned, f"iris_{axis}") for axis in "xyz"] == pytest.approx([0, 0, -10], abs=1e-9)


def test_a_head_that_faces_the_camera_from_the_side_has_no_facing_angle() -> None:
    beside = sample(position=(50, 25, 500), turn=(-0.05, 0.1, 0))
    assert [column(beside, "facing_x"), column(beside, "facing_y")] == pytest.approx([0, 0], abs=1e-9)


@pytest.mark.parametrize(
    "impossible",
    [sample(gaze=(0, 0, 1)), sample(gaze=(np.nan, 0, -1)), sample(position=(0, 0, -5)), sample(turn=(np.inf, 0, 0))],
)
def test_what_cannot_be_has_no_features(impossible: GazeSample) -> None:
    rows = features(stack_samples([impossible, sample()]))
    assert np.isnan(rows[0]).all()
    assert np.isfinite(rows[1]).all()


def test_no_samples_have_no_rows() -> None:
    assert features(stack_samples([])).shape == (0, len(FEATURES))
