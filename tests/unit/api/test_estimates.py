"""The sentence that tells when to look again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from interview_analysis.api.estimates import accepted_message
from interview_analysis.domain.feedback import Language
from store_builders import START


@pytest.mark.parametrize(
    ("seconds", "korean", "english"),
    [
        (0, "약 1분 후", "about a minute."),
        (60, "약 1분 후", "about a minute."),
        (61, "약 1-2분 후", "about 1-2 minutes."),
        (150, "약 2-3분 후", "about 2-3 minutes."),
        (3600, "약 60-61분 후", "about 60-61 minutes."),
    ],
)
def test_minutes_follow_the_estimate(seconds: int, korean: str, english: str) -> None:
    done = START + timedelta(seconds=seconds)
    assert korean in accepted_message(START, done, Language.KOREAN)
    assert accepted_message(START, done, Language.ENGLISH).endswith(english)
