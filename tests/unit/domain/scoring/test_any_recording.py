"""What must hold for the scores of any recording, on recordings drawn at random: bounded, monotone, without cliffs, the same
for a longer one, a denser one, and one that is seen at 15 or 30 frames per second."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_analysis.domain.scoring import score_interview
from interview_analysis.domain.scoring.results import InterviewScores
from interview_analysis.domain.timeline import FrameTimeline
from timeline_builders import OPEN_EYES, Times, expression, looped, make_timeline

SECONDS = 60.0
TARGET = np.array([-11.0, 3.0])
MODERATE = settings(max_examples=15, deadline=None, derandomize=True)
NEGATIVE = ("angry", "disgust", "fear", "sad")


class Interview(NamedTuple):
    """Glances (start, seconds, degrees, direction in radians), moods (start, seconds, class, strength), moments of blinks."""

    glances: list[tuple[float, float, float, float]]
    moods: list[tuple[float, float, str, float]]
    blinks: list[int]
    sway: float

    def timeline(self, rate: float) -> FrameTimeline:
        return make_timeline(SECONDS, rate, gaze=self._gaze, emotions=self._emotions, openness=self._openness)

    def _gaze(self, times: Times) -> Times:
        sway = self.sway * np.stack([np.sin(2.1 * times), np.cos(1.3 * times)], axis=1)
        gaze = TARGET + sway
        for start, seconds, degrees, turn in self.glances:
            inside = (times >= start) & (times < start + seconds)
            gaze[inside] += degrees * np.array([np.sin(turn), np.cos(turn)])
        return gaze

    def _emotions(self, times: Times) -> Times:
        rows = np.tile(expression("neutral"), (len(times), 1))
        for start, seconds, name, strength in self.moods:
            rows[(times >= start) & (times < start + seconds)] = expression(name, strength)
        return rows.astype(np.float64)

    def _openness(self, times: Times) -> Times:
        shut = [np.exp(-(((times - moment) / 0.09) ** 4)) for moment in self.blinks]
        return OPEN_EYES - 0.25 * np.asarray(np.max([np.zeros(len(times)), *shut], axis=0), np.float64)


STARTS = st.floats(0, 55)
INTERVIEWS = st.builds(
    Interview,
    glances=st.lists(st.tuples(STARTS, st.floats(1, 4), st.floats(0, 30), st.floats(0, 6.28)), max_size=4),
    moods=st.lists(
        st.tuples(STARTS, st.floats(1, 20), st.sampled_from([*NEGATIVE, "happy", "surprise"]), st.floats(0, 1)), max_size=4
    ),
    blinks=st.lists(st.integers(1, 58), unique=True, max_size=30),
    sway=st.floats(0, 8),
)


def scores(timeline: FrameTimeline) -> InterviewScores:
    return score_interview(timeline, None)


def points(timeline: FrameTimeline) -> tuple[float, float, float]:
    """Expression, eye and overall."""
    found = scores(timeline)
    values = (found.expression.score.value, found.eye.score.value, found.overall.value)
    assert None not in values
    return tuple(float(value or 0.0) for value in values)  # type: ignore[return-value]


@MODERATE
@given(INTERVIEWS)
def test_scores_are_bounded_and_the_sum_of_their_parts(interview: Interview) -> None:
    found = scores(interview.timeline(15))
    for score in (found.expression.score, found.eye.score):
        assert score.value is not None
        assert 0.0 <= score.value <= score.maximum
        assert score.value == pytest.approx(sum(part.points or 0.0 for part in score.parts))
        assert all(0.0 <= (part.points or 0.0) <= part.maximum for part in score.parts)


@MODERATE
@given(INTERVIEWS)
def test_15_and_30_frames_per_second_agree_within_three_percent(interview: Interview) -> None:
    slow, fast = points(interview.timeline(15)), points(interview.timeline(30))
    assert slow == pytest.approx(fast, rel=0.03)


@MODERATE
@given(INTERVIEWS)
def test_twice_as_long_is_the_same(interview: Interview) -> None:
    once = interview.timeline(15)
    assert points(looped(once)) == pytest.approx(points(once), rel=0.03)


@MODERATE
@given(INTERVIEWS, STARTS, st.sampled_from(NEGATIVE), st.floats(0, 1), st.floats(0, 1))
def test_a_stronger_negative_mood_never_raises_the_score(
    interview: Interview, start: float, name: str, one: float, other: float
) -> None:
    weaker, stronger = (
        interview._replace(moods=[*interview.moods, (start, 10.0, name, strength)]) for strength in sorted((one, other))
    )
    assert points(stronger.timeline(15))[0] <= points(weaker.timeline(15))[0] + 1e-6


@MODERATE
@given(INTERVIEWS, STARTS, st.floats(0, 6.28), st.floats(0, 30))
def test_a_glance_a_little_further_moves_the_score_a_little(
    interview: Interview, start: float, turn: float, degrees: float
) -> None:
    near, far = (
        interview._replace(glances=[*interview.glances, (start, 3.0, size, turn)]) for size in (degrees, degrees + 0.2)
    )
    assert abs(points(far.timeline(15))[1] - points(near.timeline(15))[1]) < 3.0


@MODERATE
@given(INTERVIEWS, st.integers(0, 890), st.floats(-60, 60), st.sampled_from(["happy", *NEGATIVE]))
def test_one_frame_moves_a_score_by_its_share_only(interview: Interview, frame: int, yaw: float, name: str) -> None:
    plain = interview.timeline(15)
    columns = plain.columns()
    columns["gaze_yaw"] = columns["gaze_yaw"].copy()
    columns["gaze_yaw"][frame] = yaw
    for emotion, value in zip([key for key in columns if key.startswith("emotion_")], expression(name), strict=True):
        columns[emotion] = columns[emotion].copy()
        columns[emotion][frame] = value
    changed = FrameTimeline.from_columns(columns, plain.duration)
    assert points(changed) == pytest.approx(points(plain), abs=1.0)
