"""What every ``FeedbackStore`` keeps. A subclass provides the fixture ``feedback``."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interview_analysis.application.ports import FeedbackStore
from store_builders import build_feedback


class FeedbackContract:
    async def test_words_come_back_equal(self, feedback: FeedbackStore) -> None:
        await feedback.save("a", build_feedback())
        assert await feedback.get("a") == build_feedback()

    async def test_new_words_replace_old_ones(self, feedback: FeedbackStore) -> None:
        await feedback.save("a", build_feedback("old"))
        await feedback.save("a", build_feedback("new"))
        assert await feedback.get("a") == build_feedback("new")

    async def test_what_was_deleted_is_gone_and_others_stay(self, feedback: FeedbackStore) -> None:
        await feedback.save("a", build_feedback())
        await feedback.save("b", build_feedback())
        assert [await feedback.delete("a"), await feedback.delete("a")] == [True, False]
        assert await feedback.get("a") is None
        assert await feedback.get("b") == build_feedback()

    @pytest.mark.parametrize("absent", [None, float("nan")])
    async def test_an_absent_number_is_none(self, feedback: FeedbackStore, absent: float | None) -> None:
        await feedback.save("a", replace(build_feedback(), emotion_score=absent))
        assert await feedback.get("a") == replace(build_feedback(), emotion_score=None)
