"""The rule-based writer: numbers and moments in, honest sentences out."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime

import numpy as np
import pytest

from interview_analysis.adapters.feedback.rules import RulesFeedbackWriter
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.feedback import Feedback, FeedbackRequest, FeedbackSource, Language
from interview_analysis.domain.media import VideoSummary
from interview_analysis.domain.scoring import score_interview
from interview_analysis.domain.scoring.results import InterviewScores
from interview_analysis.domain.skippable import Skippable
from interview_analysis.domain.timeline import FrameTimeline
from interview_analysis.domain.voice import VoiceMetrics
from timeline_builders import blinking, during, expression, make_timeline, mixed, wandering

WRITTEN = datetime(2026, 11, 21, tzinfo=UTC)
TARGET = (-11.0, 3.0)
VIDEO = VideoSummary(
    container="webm",
    codec="vp9",
    width=640,
    height=480,
    rotation=0,
    duration=60.0,
    frame_rate=30.0,
    analysed_frames=900,
    analysed_rate=15.0,
    has_audio=True,
    bytes=1000,
)
HALTING = VoiceMetrics(
    duration=60.0,
    talk_seconds=20.0,
    talk_ratio=20 / 60,
    speech=(Episode(8, 18), Episode(33, 43)),
    pauses=(Episode(18, 33),),
    response_latency=8.0,
    loudness_spread=9.0,
)
FLUENT = VoiceMetrics(
    duration=60.0,
    talk_seconds=55.0,
    talk_ratio=55 / 60,
    speech=(Episode(1, 30), Episode(30.8, 59)),
    pauses=(Episode(30, 30.8),),
    response_latency=1.0,
    loudness_spread=4.0,
)


def calm() -> FrameTimeline:
    smiles = during([(5, 12), (40, 50)], expression("happy"), expression("neutral"))
    return make_timeline(60, emotions=smiles, gaze=wandering(2), openness=blinking(np.arange(2, 60, 3)))


def restless() -> FrameTimeline:
    """Frowns, looks to the picture's left five times, hardly blinks, swings the head, leaves the picture."""
    return make_timeline(
        60,
        emotions=mixed("neutral", "angry", 0.6),
        gaze=during([(t, t + 4) for t in (3, 15, 27, 39, 51)], (-11.0, 35.0), TARGET),
        openness=blinking([20.0, 50.0]),
        head=during([(0, 25)], (10.0, 35.0, 0.0), (-10.0, -15.0, 0.0)),
        face=during([(30, 33)], 0, 1),
    )


async def written(scores: InterviewScores, language: Language) -> Feedback:
    request = FeedbackRequest(scores=scores, video=VIDEO, language=language)
    return await RulesFeedbackWriter(now=lambda: WRITTEN).write(request)


def sentences(feedback: Feedback) -> list[str]:
    """Every sentence that the candidate reads."""
    texts = [feedback.overall_feedback, feedback.emotion_feedback, feedback.attention_feedback]
    lists = [feedback.strengths, feedback.weaknesses, feedback.improvement_suggestions]
    parted = [sentence for text in texts for sentence in re.split(r"(?<=[.:]) (?=\D)", text)]
    return [*parted, *(sentence for group in lists for sentence in group)]


CASES = {
    "calm": (calm(), FLUENT, frozenset[Skippable]()),
    "restless": (restless(), HALTING, frozenset[Skippable]()),
    "silent": (calm(), None, frozenset[Skippable]()),
    "no face": (make_timeline(20, face=0.0), None, frozenset[Skippable]()),
    "one frame": (make_timeline(1 / 15), None, frozenset[Skippable]()),
    "all skipped": (calm(), None, frozenset(Skippable)),
    "slow": (make_timeline(60, 6), FLUENT, frozenset[Skippable]()),
    "no model": (make_timeline(60, emotions=np.full(7, np.nan)), FLUENT, frozenset[Skippable]()),
}


def scores_of(case: str) -> InterviewScores:
    timeline, voice, skip = CASES[case]
    return score_interview(timeline, voice, skip)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("case", CASES)
async def test_every_case_is_put_into_whole_sentences(case: str, language: Language) -> None:
    feedback = await written(scores_of(case), language)
    texts = [feedback.overall_feedback, feedback.emotion_feedback, feedback.attention_feedback, *sentences(feedback)]
    assert all(texts)
    assert not [text for text in texts if re.search(r"[{}]|None|nan", text)]


@pytest.mark.parametrize("case", CASES)
async def test_korean_has_no_english_but_units(case: str) -> None:
    feedback = await written(scores_of(case), Language.KOREAN)
    words = [*sentences(feedback), *(word for group in feedback.keywords.values() for word in group)]
    assert set(re.findall(r"[A-Za-z]+", " ".join(words))) <= {"dB"}


@pytest.mark.parametrize("case", CASES)
async def test_english_has_no_korean(case: str) -> None:
    feedback = await written(scores_of(case), Language.ENGLISH)
    assert not re.search(r"[가-힣]", " ".join(sentences(feedback)))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("case", CASES)
async def test_no_strength_weakness_or_advice_without_a_number(case: str, language: Language) -> None:
    feedback = await written(scores_of(case), language)
    judged = [*feedback.strengths, *feedback.weaknesses, *feedback.improvement_suggestions]
    assert not [sentence for sentence in judged if not re.search(r"\d", sentence)]


@pytest.mark.parametrize("language", list(Language))
async def test_moments_and_numbers_of_this_recording_are_named(language: Language) -> None:
    scores = scores_of("restless")
    text = " ".join(sentences(await written(scores, language)))
    assert all(moment in text for moment in ("0:30–0:33", "0:18–0:33"))
    assert "(0:03–0:07, 0:39–0:43, 0:51–0:55)" in text
    assert f"{scores.expression.score.value:.1f}" in text
    assert f"{scores.eye.blink_rate:.1f}" in text


@pytest.mark.parametrize(
    ("case", "word"), [("restless", "A frown"), ("calm", "A smile"), ("no face", "no face"), ("slow", "frames per second")]
)
async def test_it_speaks_of_what_can_be_seen(case: str, word: str) -> None:
    text = " ".join(sentences(await written(scores_of(case), Language.ENGLISH)))
    assert word.lower() in text.lower()


@pytest.mark.parametrize("language", list(Language))
async def test_nothing_is_said_of_feelings_or_character(language: Language) -> None:
    everything = [await written(scores_of(case), language) for case in CASES]
    text = " ".join(sentence for feedback in everything for sentence in sentences(feedback)).lower()
    forbidden = r"nervous|anxious|honest|dishonest|lying|cheat|confiden|sincer|긴장|불안|정직|거짓|부정행위|자신감|성격|진실"
    assert not re.search(forbidden, text)


@pytest.mark.parametrize("language", list(Language))
async def test_two_recordings_share_few_sentences(language: Language) -> None:
    first, second = [set(sentences(await written(scores_of(case), language))) for case in ("calm", "restless")]
    assert len(first & second) <= 0.1 * min(len(first), len(second))


async def test_calm_has_strengths_and_restless_has_weaknesses() -> None:
    calm_words, restless_words = [await written(scores_of(case), Language.ENGLISH) for case in ("calm", "restless")]
    assert len(calm_words.strengths) > len(calm_words.weaknesses) == 0
    assert len(restless_words.weaknesses) > len(restless_words.strengths)
    assert 1 <= len(restless_words.improvement_suggestions) <= 5


async def test_weaknesses_come_from_every_category_before_a_second_of_one() -> None:
    feedback = await written(scores_of("restless"), Language.ENGLISH)
    firsts = ["smile", "Silence", "head", "Blinks", "Gaze scatters"]
    assert all(any(word in sentence for sentence in feedback.weaknesses[:5]) for word in firsts)


async def test_scores_are_ours_and_absent_ones_stay_none() -> None:
    scores = scores_of("calm")
    feedback = await written(scores, Language.KOREAN)
    assert (feedback.overall_score, feedback.emotion_score) == (scores.overall.value, scores.expression.score.value)
    assert feedback.stability_score == pytest.approx(100 * (scores.eye.stability or 0))
    assert (feedback.source, feedback.llm_model, feedback.generated_at) == (FeedbackSource.RULES, None, WRITTEN)
    nothing = await written(scores_of("no face"), Language.KOREAN)
    assert set(nothing.category_scores.values()) == {None}
    assert (nothing.overall_score, nothing.stability_score, nothing.strengths, nothing.weaknesses) == (None, None, (), ())


async def test_categories_have_scores_and_keywords() -> None:
    feedback = await written(scores_of("calm"), Language.ENGLISH)
    assert set(feedback.category_scores) == set(feedback.keywords) == {"expression", "gaze", "blink", "voice", "posture"}
    assert all(score is not None and 0 <= score <= 100 for score in feedback.category_scores.values())
    assert all(re.search(r"\d", word) for words in feedback.keywords.values() for word in words)


async def test_a_wider_swing_of_the_head_never_raises_posture() -> None:
    scores = score_interview(calm(), FLUENT)
    postures = []
    for degrees in range(0, 40, 5):
        head = make_timeline(60, head=during([(0, 30)], (0.0, float(degrees), 0.0), (0.0, -float(degrees), 0.0)))
        swung = dataclasses.replace(scores, head=score_interview(head, None).head)
        postures.append((await written(swung, Language.ENGLISH)).category_scores["posture"] or 0.0)
    assert postures == sorted(postures, reverse=True)
    assert (postures[0], postures[-1]) == (100.0, 0.0)
