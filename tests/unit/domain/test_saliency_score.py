"""Maps of a video held to gaze: made gaze whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from interview_analysis.domain.saliency_maps import Maps, MapsInfo, to_bytes
from interview_analysis.domain.saliency_score import GazePoint, SaliencyFigure, figures, points_by_frame, values_of
from saliency_builders import blob_maps

RATE = 5.0
FRAMES = 60
MAPS: Maps = np.stack([to_bytes(one) for one in blob_maps(FRAMES)])
INFO = MapsInfo(RATE, *MAPS.shape)


def gaze(x: np.ndarray, y: np.ndarray) -> list[GazePoint]:
    """One point a frame."""
    return [GazePoint(frame / RATE, float(x[frame]), float(y[frame])) for frame in range(len(x))]


def score(points: list[GazePoint]) -> dict[str, SaliencyFigure]:
    return figures(values_of(MAPS, 0, points_by_frame(points, INFO)), RATE)


CENTRES = (np.arange(FRAMES) + 0.5) / FRAMES
FOLLOWING = gaze(CENTRES, np.full(FRAMES, 0.51))
AWAY = gaze(CENTRES[::-1], np.full(FRAMES, 0.02))


def test_gaze_that_follows_the_maps_is_far_above_chance() -> None:
    found = score(FOLLOWING)
    assert found["auc_judd"].low > 0.95
    assert found["nss"].low > 2
    assert found["share_above_p70"].value == 1.0
    assert found["cc"].low > 0.3
    assert found["sim"].value > found["sim"].chance
    assert found["kl"].value < found["kl"].chance


def test_gaze_elsewhere_is_below_chance() -> None:
    found = score(AWAY)
    assert found["auc_judd"].value < found["auc_judd"].chance
    assert found["nss"].value < 0
    assert found["share_above_p70"].value < found["share_above_p70"].chance


def test_chance_lies_in_the_interval_of_blind_gaze_nearly_always() -> None:
    """95 % promised; twelve seconds of gaze keep somewhat less."""
    blind = [score(gaze(*np.random.default_rng(seed).random((2, FRAMES)))) for seed in range(20)]
    for name in ("nss", "auc_judd", "cc", "share_above_p70"):
        held = [found[name].low <= found[name].chance <= found[name].high for found in blind]
        assert sum(held) >= 17, name
    assert blind[0]["share_above_p70"].chance == pytest.approx(0.3, abs=0.01)


def test_the_interval_knows_that_neighbouring_frames_tell_the_same() -> None:
    """Each second of five frames wholly right or wholly wrong: twelve facts, not sixty."""
    values = {frame: {"nss": float(frame // RATE % 2)} for frame in range(FRAMES)}
    figure = figures(values, RATE)["nss"]
    assert figure.value == 0.5
    assert figure.high - figure.low == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(12), rel=0.2)


def test_less_than_two_seconds_give_no_interval() -> None:
    figure = score(FOLLOWING[:5])["nss"]
    assert figure.value > 2
    assert math.isnan(figure.low)
    assert math.isnan(figure.high)


def test_without_gaze_there_is_no_figure() -> None:
    assert score([]) == {}


@pytest.mark.parametrize(
    "point",
    [GazePoint(-0.1, 0.5, 0.5), GazePoint(12.0, 0.5, 0.5), GazePoint(1.0, 1.0, 0.5), GazePoint(1.0, 0.5, -0.01)],
    ids=["before", "after", "right", "above"],
)
def test_points_outside_the_video_do_not_count(point: GazePoint) -> None:
    assert points_by_frame([point], INFO) == {}


def test_points_belong_to_the_frame_that_is_shown() -> None:
    points = [GazePoint(0.0, 0, 0), GazePoint(0.19, 0.5, 0), GazePoint(0.2, 0, 0), GazePoint(11.99, 0, 0)]
    found = points_by_frame(points, INFO)
    assert {frame: len(values) for frame, values in found.items()} == {0: 2, 1: 1, 59: 1}
    assert found[0][1].tolist() == [32, 0]


def test_a_part_of_the_maps_gives_its_own_frames() -> None:
    points = points_by_frame(FOLLOWING, INFO)
    whole, part = values_of(MAPS, 0, points), values_of(MAPS[20:30], 20, points)
    assert part == {frame: whole[frame] for frame in range(20, 30)}
