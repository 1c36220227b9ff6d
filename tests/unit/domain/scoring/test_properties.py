"""What must hold for every score: monotone, without cliffs, bounded, equal for equal input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from interview_analysis.domain.emotion import Emotion
from interview_analysis.domain.scoring import score_interview
from interview_analysis.domain.timeline import FrameTimeline
from timeline_builders import blinking, during, expression, make_timeline, mixed, thinned, wandering

pytestmark = pytest.mark.slow

TARGET = (-11.0, 3.0)


def away_in_steps(degrees: float) -> FrameTimeline:
    """Four glances of three seconds, ``degrees`` to the side."""
    return make_timeline(60, gaze=during([(t, t + 3) for t in (5, 20, 35, 50)], (-11.0, 3.0 + degrees), TARGET))


SWEEPS: dict[str, tuple[Callable[[float], FrameTimeline], np.ndarray, str, float]] = {
    "share of sadness": (
        lambda x: make_timeline(emotions=mixed("neutral", "sad", x)),
        np.linspace(0, 1, 101),
        "expression",
        0.7,
    ),
    "strength of anger": (lambda x: make_timeline(emotions=expression("angry", x)), np.linspace(0, 1, 101), "expression", 0.7),
    "spread of gaze": (lambda x: make_timeline(gaze=wandering(x)), np.linspace(0, 20, 81), "eye", 4.0),
    "distance of glances": (away_in_steps, np.linspace(0, 25, 251), "eye", 1.5),
    "time away": (
        lambda x: make_timeline(60, gaze=during([(5, 5 + x)], (-11.0, 25.0), TARGET)),
        np.linspace(0, 25, 126),
        "eye",
        2.0,
    ),
}


@pytest.mark.parametrize("name", SWEEPS)
def test_worse_is_never_better_and_never_a_cliff(name: str) -> None:
    build, values, part, largest_step = SWEEPS[name]
    summaries = [getattr(score_interview(build(float(x)), None), part) for x in values]
    steps = np.diff([summary.score.value for summary in summaries])
    assert steps.max() <= 0.75, "a worse recording scored better"
    assert steps.min() >= -largest_step, "a small change made the score jump"
    assert steps.sum() < -3, "the sweep does not move the score at all"


def test_a_stronger_smile_never_lowers_the_score() -> None:
    scores = [
        score_interview(make_timeline(10, emotions=expression("happy", x)), None).expression.score.value
        for x in np.linspace(0, 1, 101)
    ]
    steps = np.diff(np.array(scores, dtype=float))
    assert steps.min() >= -1e-6
    assert steps.max() < 3.0
    assert scores[0] == pytest.approx(40.0)
    assert scores[-1] == pytest.approx(60.0)


@pytest.mark.parametrize("rate", [12, 24, 30])
def test_scores_do_not_depend_on_the_sampling_rate(rate: float) -> None:
    def at(rate: float) -> FrameTimeline:
        return make_timeline(
            60, rate, emotions=mixed("neutral", "happy", 0.1), openness=blinking(np.arange(2, 60, 4)), gaze=away_gaze
        )

    away_gaze = during([(10, 13), (30, 31)], (-11.0, 30.0), TARGET)
    scores, reference = score_interview(at(rate), None), score_interview(at(15), None)
    assert scores.overall.value == pytest.approx(reference.overall.value, rel=0.02)


def test_the_same_timeline_scores_the_same_to_the_bit() -> None:
    first, second = (score_interview(make_timeline(gaze=wandering(5)), None) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("emotion", list(Emotion))
def test_scores_stay_within_their_range_and_emotions_sum_to_one(emotion: Emotion) -> None:
    summary = score_interview(make_timeline(5, emotions=expression(emotion)), None).expression
    assert 0.0 <= (summary.score.value or 0.0) <= 60.0
    assert summary.dominant is emotion
    assert summary.emotions is not None
    assert sum(summary.emotions.values()) == pytest.approx(1.0)


def test_every_third_frame_gives_nearly_the_same_gaze() -> None:
    dense = make_timeline(60, 30, gaze=wandering(4))
    sparse = thinned(dense, 3)
    first, second = (score_interview(t, None).eye for t in (dense, sparse))
    assert second.stability == pytest.approx(first.stability, rel=0.05)
    assert second.on_target == pytest.approx(first.on_target, abs=0.02)
