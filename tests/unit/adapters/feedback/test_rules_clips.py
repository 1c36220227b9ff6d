"""The rule-based writer on real clips: few shared sentences, no figure that was not measured."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from feedback_figures import shared, unknown_figures
from interview_analysis.adapters.feedback.rules import RulesFeedbackWriter
from interview_analysis.domain.analysis import AnalysisResult
from interview_analysis.domain.feedback import FeedbackRequest, Language
from interview_analysis.one_off import analyse_once
from interview_analysis.settings import load_settings

pytestmark = [pytest.mark.data, pytest.mark.models, pytest.mark.slow]

CLIPS = (
    "chrome156_vp8_noduration_vfr",
    "face_then_noface_vp8_opus",
    "headpose_female_vp8_noaudio",
)
"""Short ones: a recording of a browser, a smile that ends with an empty picture, turns of the head without sound."""
MOST_SHARED = 0.4


async def analysed(clips: list[Path]) -> list[AnalysisResult]:
    settings = load_settings()
    outcomes = [await analyse_once(str(clip), settings, lambda _: None) for clip in clips]
    return [outcome.analysis.result for outcome in outcomes if outcome.analysis.result is not None]


async def test_real_clips_have_texts_of_their_own_and_true_figures(data_dir: Path) -> None:
    results = await analysed([data_dir / "clips" / f"{name}.webm" for name in CLIPS])
    assert len(results) == len(CLIPS)
    for language in Language:
        requests = [FeedbackRequest(scores=one.scores, video=one.video, language=language) for one in results]
        written = [await RulesFeedbackWriter().write(request) for request in requests]
        assert [unknown_figures(text, one.scores) for text, one in zip(written, results, strict=True)] == [[]] * len(CLIPS)
        assert max(shared(*pair) for pair in combinations(written, 2)) < MOST_SHARED
