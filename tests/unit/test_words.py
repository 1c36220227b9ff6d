"""Every code has words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import interview_analysis
from interview_analysis.domain.feedback import Language
from interview_analysis.domain.scoring.results import Grade, Reason
from interview_analysis.domain.screen_gaze import GazeProblem
from interview_analysis.messages import MESSAGES
from interview_analysis.words import expression_grade, reason_sentence, steadiness_grade

SOURCE = Path(interview_analysis.__path__[0])


@pytest.mark.parametrize("language", list(Language))
def test_every_reason_and_grade_has_words_of_its_own(language: Language) -> None:
    sentences = [reason_sentence(reason, language) for reason in Reason]
    assert None not in sentences
    assert len(set(sentences)) == len(Reason)
    for words in (expression_grade, steadiness_grade):
        assert len({words(grade, language) for grade in Grade}) == len(Grade)


def test_what_is_there_needs_no_reason() -> None:
    assert reason_sentence(None, Language.KOREAN) is None
    assert expression_grade(None, Language.KOREAN) is None


def test_every_code_that_is_raised_has_a_message() -> None:
    files = [path for path in SOURCE.rglob("*.py") if "training" not in path.parts]
    raised = {code for path in files for code in re.findall(r'\bcode(?: = |=)"([a-z_]+)"', path.read_text())}
    assert {"video_too_large", "feedback_not_found"} <= raised
    assert raised - set(MESSAGES) == set()


def test_every_picture_without_gaze_has_a_message() -> None:
    assert {problem.value for problem in GazeProblem} - set(MESSAGES) == set()
