"""The strongest and weakest moments of a video."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from interview_analysis.domain.moments import MOMENT_SECONDS, MOST_MOMENTS, Moment, Moments, find_moments
from interview_analysis.domain.scoring import score_interview
from interview_analysis.domain.skippable import Skippable
from interview_analysis.domain.timeline import FrameTimeline
from report_builders import GLANCE, SMILE, build_interview
from timeline_builders import make_timeline


def moments_of(timeline: FrameTimeline, *skipped: Skippable) -> Moments:
    return find_moments(timeline, score_interview(timeline, None, frozenset(skipped), None))


def overlaps(moment: Moment, span: tuple[float, float]) -> bool:
    return moment.span.start < span[1] and moment.span.end > span[0]


def test_the_smile_is_the_strongest_and_the_glance_the_weakest() -> None:
    found = moments_of(build_interview())
    assert overlaps(found.strongest[0], SMILE)
    assert found.strongest[0].smile == pytest.approx(1.0, abs=0.01)
    assert found.strongest[0].value == pytest.approx(100, abs=0.5)
    assert overlaps(found.weakest[0], GLANCE)
    assert found.weakest[0].on_target == pytest.approx(0.0, abs=0.01)


def test_a_neutral_stretch_on_target_is_worth_what_the_formulas_give() -> None:
    """40 of 60 for a neutral face, 40 of 40 on target; the glance alone differs."""
    found = moments_of(build_interview(), Skippable.VOICE)
    assert found.weakest[0].value == pytest.approx(40.0, abs=0.5)


def test_no_moment_overlaps_another() -> None:
    noise = np.random.default_rng(3)
    found = moments_of(make_timeline(60, 15, gaze=lambda times: noise.normal(0, 9, (len(times), 2))))
    spans = sorted((moment.span.start, moment.span.end) for moment in (*found.strongest, *found.weakest))
    assert len(spans) == 2 * MOST_MOMENTS
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))


@pytest.mark.parametrize(
    "timeline",
    [make_timeline(60, 15), make_timeline(MOMENT_SECONDS - 1, 15), make_timeline(60, 15, face=0.0), make_timeline(0, 15)],
    ids=["even", "short", "nobody", "empty"],
)
def test_there_are_none_where_nothing_can_be_told_apart(timeline: FrameTimeline) -> None:
    assert moments_of(timeline) == Moments((), ())


def test_without_gaze_the_expression_alone_counts_of_a_hundred() -> None:
    found = moments_of(build_interview(), Skippable.GAZE)
    assert found.strongest[0].value == pytest.approx(100.0, abs=0.5)
    assert (found.strongest[0].on_target, found.weakest) == (None, ())


def test_time_without_a_face_is_no_moment() -> None:
    timeline = build_interview()
    hidden = replace(timeline, emotions=np.where((timeline.timestamps < 30)[:, None], np.nan, timeline.emotions))
    assert all(moment.span.start >= 27 for moment in moments_of(hidden).strongest)
