"""The rule-based writer: numbers and moments in, honest sentences out."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_figures import keywords, shared, texts, unknown_figures
from interview_analysis.adapters.feedback.bands import Tone
from interview_analysis.adapters.feedback.claims import faults_of
from interview_analysis.adapters.feedback.evidence import gather_evidence
from interview_analysis.adapters.feedback.figures import split_sentences
from interview_analysis.adapters.feedback.findings import find_all
from interview_analysis.adapters.feedback.phrases import PhraseBook
from interview_analysis.adapters.feedback.rules import RulesFeedbackWriter
from interview_analysis.adapters.feedback.rules_en import ENGLISH
from interview_analysis.adapters.feedback.rules_ko import KOREAN
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.feedback import Feedback, FeedbackRequest, FeedbackSource, Language
from interview_analysis.domain.media import VideoSummary
from interview_analysis.domain.scoring import score_interview
from interview_analysis.domain.scoring.results import InterviewScores
from interview_analysis.domain.skippable import Skippable
from interview_analysis.domain.timeline import FrameTimeline
from interview_analysis.domain.voice import VoiceMetrics
from interview_analysis.domain.wording import Transcription, measure_wording
from timeline_builders import blinking, during, expression, make_timeline, mixed, wandering
from transcript_builders import said

MOST_SHARED = 0.4
"""Share of the shorter one's sentences that two analyses may have in common."""
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


CASES = {
    "calm": (calm(), FLUENT, frozenset[Skippable]()),
    "restless": (restless(), HALTING, frozenset[Skippable]()),
    "silent": (calm(), None, frozenset[Skippable]()),
    "no face": (make_timeline(20, face=0.0), None, frozenset[Skippable]()),
    "one frame": (make_timeline(1 / 15), None, frozenset[Skippable]()),
    "all skipped": (calm(), None, frozenset(Skippable)),
    "one smile, one look aside": (
        make_timeline(
            30,
            emotions=during([(2, 4)], expression("happy"), mixed("neutral", "sad", 0.3)(np.arange(450) / 15)),
            gaze=during([(10, 12)], (15.0, 3.0), TARGET),
            openness=blinking(np.arange(1, 30, 1.2)),
            head=during([(10, 16)], (0.0, 10.0, 0.0), (0.0, -4.0, 0.0)),
        ),
        dataclasses.replace(FLUENT, syllables=280, syllable_rate=305.0, pitch_median=196.0, pitch_range=7.4),
        frozenset[Skippable](),
    ),
    "slow": (make_timeline(60, 6), FLUENT, frozenset[Skippable]()),
    "no model": (make_timeline(60, emotions=np.full(7, np.nan)), FLUENT, frozenset[Skippable]()),
}

RECORDINGS = ("calm", "restless", "no face", "one frame", "all skipped", "one smile, one look aside")
"""Those that have nothing in common: the others repeat a timeline or a voice, and with it what is said of them."""


def scores_of(case: str) -> InterviewScores:
    timeline, voice, skip = CASES[case]
    return score_interview(timeline, voice, skip)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("case", CASES)
async def test_every_case_is_put_into_whole_sentences(case: str, language: Language) -> None:
    feedback = await written(scores_of(case), language)
    assert all(texts(feedback))
    assert not [text for text in texts(feedback) if re.search(r"[{}]|None|nan", text)]


@pytest.mark.parametrize("case", CASES)
async def test_korean_has_no_english_but_units(case: str) -> None:
    feedback = await written(scores_of(case), Language.KOREAN)
    words = " ".join([*texts(feedback), *keywords(feedback)])
    assert set(re.findall(r"[A-Za-z]+", words)) <= {"dB", "Hz"}


@pytest.mark.parametrize("case", CASES)
async def test_english_has_no_korean(case: str) -> None:
    feedback = await written(scores_of(case), Language.ENGLISH)
    assert not re.search(r"[가-힣]", " ".join(texts(feedback)))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("case", CASES)
async def test_no_strength_weakness_or_advice_without_a_number(case: str, language: Language) -> None:
    feedback = await written(scores_of(case), language)
    judged = [*feedback.strengths, *feedback.weaknesses, *feedback.improvement_suggestions]
    assert not [sentence for sentence in judged if not re.search(r"\d", sentence)]


@pytest.mark.parametrize("language", list(Language))
async def test_moments_and_numbers_of_this_recording_are_named(language: Language) -> None:
    scores = scores_of("restless")
    text = " ".join(texts(await written(scores, language)))
    assert all(moment in text for moment in ("0:30–0:33", "0:18–0:33"))
    assert "(0:03–0:07, 0:39–0:43, 0:51–0:55)" in text
    assert f"{scores.expression.score.value:.1f}" in text
    assert f"{scores.eye.blink_rate:.1f}" in text


@pytest.mark.parametrize(
    ("case", "word"), [("restless", "A frown"), ("calm", "A smile"), ("no face", "no face"), ("slow", "frames per second")]
)
async def test_it_speaks_of_what_can_be_seen(case: str, word: str) -> None:
    text = " ".join(texts(await written(scores_of(case), Language.ENGLISH)))
    assert word.lower() in text.lower()


@pytest.mark.parametrize("language", list(Language))
async def test_nothing_is_said_of_feelings_or_character(language: Language) -> None:
    everything = [await written(scores_of(case), language) for case in CASES]
    text = " ".join(sentence for feedback in everything for sentence in texts(feedback)).lower()
    forbidden = r"nervous|anxious|honest|dishonest|lying|cheat|confiden|sincer|긴장|불안|정직|거짓|부정행위|자신감|성격|진실"
    assert not re.search(forbidden, text)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(("first", "second"), list(combinations(RECORDINGS, 2)))
async def test_two_recordings_share_few_sentences(first: str, second: str, language: Language) -> None:
    one, other = [await written(scores_of(case), language) for case in (first, second)]
    assert shared(one, other) < MOST_SHARED


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("case", CASES)
async def test_no_text_contradicts_its_numbers(case: str, language: Language) -> None:
    assert unknown_figures(await written(scores_of(case), language), scores_of(case)) == []


async def test_a_text_about_another_recording_does_contradict_them() -> None:
    feedback = await written(scores_of("restless"), Language.KOREAN)
    assert len(unknown_figures(feedback, scores_of("calm"))) > 10


async def test_calm_has_strengths_and_restless_has_weaknesses() -> None:
    calm_words, restless_words = [await written(scores_of(case), Language.ENGLISH) for case in ("calm", "restless")]
    assert len(calm_words.strengths) > len(calm_words.weaknesses) == 0
    assert len(restless_words.weaknesses) > len(restless_words.strengths)
    assert 1 <= len(restless_words.improvement_suggestions) <= 5


async def test_weaknesses_come_from_every_category_before_a_second_of_one() -> None:
    feedback = await written(scores_of("restless"), Language.ENGLISH)
    firsts = ["smile", "silence", "head", "blinks", "Your gaze scatters"]
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


def _categories(feedback: Feedback) -> dict[str, tuple[set[str], set[str]]]:
    """Strengths and weaknesses by category, without their numbers."""

    def bare(words: Iterable[str]) -> set[str]:
        return {re.sub(r"[\d.]+", "", word) for word in words}

    return {name: (bare(one.strengths), bare(one.weaknesses)) for name, one in feedback.keyword_analysis.items()}


PAIRS = {
    "expression": (
        make_timeline(60, emotions=mixed("neutral", "angry", 0.5)),
        make_timeline(60, emotions=mixed("neutral", "sad", 0.5)),
    ),
    "gaze": (
        make_timeline(60, gaze=during([(t, t + 4) for t in (3, 15, 27, 39, 51)], (-11.0, 35.0), TARGET)),
        make_timeline(60, gaze=during([(t, t + 4) for t in (3, 15, 27, 39, 51)], (-11.0, -29.0), TARGET)),
    ),
}


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("category", PAIRS)
async def test_the_same_score_of_different_measurements_has_different_keywords(category: str, language: Language) -> None:
    first, second = [await written(score_interview(timeline, FLUENT), language) for timeline in PAIRS[category]]
    assert first.category_scores[category] == pytest.approx(second.category_scores[category])
    assert _categories(first)[category] != _categories(second)[category]


async def test_keywords_say_what_is_strong_and_what_is_weak() -> None:
    analysis = (await written(scores_of("restless"), Language.KOREAN)).keyword_analysis
    assert analysis["gaze"].weaknesses
    assert analysis["gaze"].strengths == ()
    assert any("찌푸린 표정" in word for word in analysis["expression"].weaknesses)
    assert analysis["voice"].weaknesses == ("적은 발화 33%", "긴 침묵 40%", "늦은 첫마디 8.0초")


@pytest.mark.parametrize("language", list(Language))
async def test_the_voice_has_a_text_of_its_own(language: Language) -> None:
    feedback = await written(scores_of("one smile, one look aside"), language)
    assert all(number in feedback.voice_feedback for number in ("305", "196 Hz", "7.4", "92%"))
    assert "305" not in feedback.overall_feedback


@pytest.mark.parametrize(
    ("rate", "spoken", "said"),
    [
        (200.0, "ko", "below the 270–370"),
        (305.0, "ko", "within the 270–370"),
        (450.0, "ko", "above the 270–370"),
        (305.0, "en", "above the 180–240"),
        (305.0, None, "you spoke 305 syllables a minute."),
    ],
)
async def test_pace_is_held_against_the_language_that_is_spoken(rate: float, spoken: str | None, said: str) -> None:
    voice = dataclasses.replace(FLUENT, syllable_rate=rate)
    scores = score_interview(calm(), voice, spoken_language=spoken)
    assert said in (await written(scores, Language.ENGLISH)).voice_feedback


async def test_pace_that_was_not_measured_is_not_told() -> None:
    scores = score_interview(calm(), dataclasses.replace(FLUENT, syllable_rate=None))
    assert "syllables" not in (await written(scores, Language.ENGLISH)).voice_feedback


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(("seconds", "held_against"), [(60.0, False), (15.0, True)], ids=["few", "many"])
async def test_fillers_are_told_and_many_are_held_against_the_answer(
    language: Language, seconds: float, held_against: bool
) -> None:
    transcript = said("Um, I led the team | um, and we shipped")
    transcription = Transcription(transcript, measure_wording(transcript, seconds))
    scores = score_interview(calm(), FLUENT)
    request = FeedbackRequest(scores=scores, video=VIDEO, language=language, transcription=transcription)
    feedback = await RulesFeedbackWriter().write(request)
    assert ("fillers" if language is Language.ENGLISH else "군말") in feedback.voice_feedback
    assert any("8.0" in weakness for weakness in feedback.weaknesses) == held_against
    known = gather_evidence(scores, transcription.wording)
    assert [fault for text in texts(feedback) for one in split_sentences(text) for fault in faults_of(one, known)] == []


@pytest.mark.parametrize(("blinks", "band"), [(9, "rare"), (15, "high"), (33, "often"), (50, "often"), (2, "rare")])
def test_blinks_outside_the_range_are_no_strength(blinks: int, band: str) -> None:
    timeline = make_timeline(60, openness=blinking(np.linspace(1, 59, blinks)))
    (finding,) = [one for one in find_all(score_interview(timeline, None)) if one.part == "blink"]
    assert (finding.band, finding.tone is Tone.STRENGTH) == (band, band == "high")


@pytest.mark.parametrize("book", [KOREAN, ENGLISH], ids=["ko", "en"])
def test_judged_phrases_say_so_and_weak_ones_say_what_to_try(book: PhraseBook) -> None:
    bands = {topic: topic.partition(".")[2] for topic in book.phrases}
    judged = [topic for topic, band in bands.items() if band in ("high", "all", "none", "low", "rare", "often", "brief")]
    weak = [topic for topic, band in bands.items() if band in ("low", "middle", "rare", "often", "brief")]
    assert [topic for topic in judged if not book.phrases[topic].point] == []
    assert [topic for topic in weak if not book.phrases[topic].suggestion] == []


def test_both_languages_have_words_for_the_same() -> None:
    for name in ("phrases", "moments", "parts", "reasons", "remedies", "openings", "least_points", "emotions", "relaxing"):
        assert set(getattr(KOREAN, name)) == set(getattr(ENGLISH, name)), name


@given(data=st.data())
@settings(max_examples=60, deadline=None)
async def test_no_measurement_is_without_words(data: st.DataObject) -> None:
    shares, seconds = st.floats(0, 1), st.floats(0, 12)
    timeline = make_timeline(
        30,
        emotions=mixed("neutral", data.draw(st.sampled_from(["happy", "angry", "sad", "fear"])), data.draw(shares)),
        gaze=during(
            [(5, 5 + data.draw(seconds))], data.draw(st.sampled_from([(-45.0, 3.0), (20.0, 3.0), (-11.0, 40.0)])), TARGET
        ),
        openness=blinking(np.linspace(1, 29, data.draw(st.integers(0, 30)))),
        head=during([(0, data.draw(seconds))], (0.0, data.draw(st.floats(-45, 45)), 0.0), (0.0, 0.0, 0.0)),
        face=during([(20, 20 + data.draw(seconds))], 0, 1),
    )
    scores = score_interview(timeline, data.draw(st.sampled_from([FLUENT, HALTING, None])))
    for language in Language:
        feedback = await written(scores, language)
        assert all(texts(feedback))
        assert unknown_figures(feedback, scores) == []
