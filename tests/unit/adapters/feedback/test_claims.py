"""Sentences held against an analysis; the rules' own words among them."""

from __future__ import annotations

import numpy as np
import pytest

from interview_analysis.adapters.feedback.claims import contradictions, faults_of
from interview_analysis.adapters.feedback.evidence import gather_evidence
from interview_analysis.adapters.feedback.rules import RulesFeedbackWriter
from interview_analysis.domain.feedback import FeedbackRequest, Language
from interview_analysis.domain.scoring import score_interview
from interview_analysis.domain.scoring.results import InterviewScores
from store_builders import build_scores, build_video
from timeline_builders import blinking, during, expression, make_timeline, wandering

CALM = score_interview(
    make_timeline(
        60,
        emotions=during([(5, 12), (40, 50)], expression("happy"), expression("neutral")),
        gaze=wandering(2),
        openness=blinking(np.arange(2, 60, 3)),
    ),
    None,
)
RESTLESS = score_interview(
    make_timeline(
        60, gaze=during([(t, t + 4) for t in (3, 15, 27)], (-11.0, 35.0), (-11.0, 3.0)), face=during([(30, 33)], 0, 1)
    ),
    None,
)
NOBODY = score_interview(make_timeline(20, face=0.0), None)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scores", [CALM, RESTLESS, NOBODY, build_scores()], ids=["calm", "restless", "nobody", "built"])
async def test_the_rules_contradict_nothing(scores: InterviewScores, language: Language) -> None:
    request = FeedbackRequest(scores=scores, video=build_video(), language=language)
    assert contradictions(await RulesFeedbackWriter().write(request), scores) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "You never looked away.",
        "You did not look away once during the answer.",
        "시선이 한 번도 벗어나지 않았습니다.",
        "시선을 한번도 카메라 밖으로 돌리지 않으셨어요.",
    ],
)
def test_what_happened_cannot_be_denied(sentence: str) -> None:
    assert faults_of(sentence, gather_evidence(RESTLESS))
    assert not faults_of(sentence, gather_evidence(CALM))


@pytest.mark.parametrize(
    "sentence", ["종합 점수는 60점입니다.", "전체 점수 12.5점!", "Your overall score is 60 of 100 points.", "Overall: 60"]
)
def test_the_overall_score_cannot_be_another(sentence: str) -> None:
    assert faults_of(sentence, gather_evidence(CALM))
    assert faults_of(sentence, gather_evidence(NOBODY)), "there is none"


def test_the_overall_score_may_be_rounded() -> None:
    overall = CALM.overall.value or 0.0
    for told in (f"종합 점수는 100점 만점에 {overall:.1f}점입니다.", f"Your overall score is {overall:.0f} of 100 points."):
        assert faults_of(told, gather_evidence(CALM)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Try never to look away.",
        "If you had never turned, fine.",
        "시선이 한 번도 벗어나지 않도록 연습해 보세요.",
        "한 번 더 보세요.",
    ],
)
def test_advice_denies_nothing(sentence: str) -> None:
    assert faults_of(sentence, gather_evidence(RESTLESS)) == []


def test_absent_parts_are_told_as_such_and_never_as_numbers() -> None:
    told = gather_evidence(NOBODY).document
    assert told["expression"]["score"] == "cannot tell"
    assert told["expression"]["reason"] == "no_face"
    assert told["gaze_and_blinks"]["blink_rate"] == "cannot tell"


def test_episodes_are_counted_timed_and_bounded() -> None:
    many = make_timeline(600, gaze=during([(t, t + 3) for t in range(10, 590, 10)], (-11.0, 35.0), (-11.0, 3.0)))
    told = gather_evidence(score_interview(many, None)).document["episodes"]
    assert told["totals"]["looked_away"]["how_often"] == "58 times"
    assert len(told["longest"]) == 30
    assert told["totals"]["large_head_turn"]["how_often"] == "0 times"
