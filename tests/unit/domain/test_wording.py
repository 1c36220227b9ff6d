"""Words a minute, fillers and repetitions, from words with times."""

from __future__ import annotations

import pytest

from interview_analysis.domain.wording import MIN_TALK_SECONDS, measure_wording
from transcript_builders import said

FILLERS = {
    "um-uh": ("en", "Um, I led the, uh, team", ["um", "uh"]),
    "longer forms": ("en", "Ummm I was uhh there hmm erm yes", ["um", "uh", "hm", "um"]),
    "not within words": ("en", "The umbrella uhura", []),
    "like set off": ("en", "It was, like, very hard", ["like"]),
    "like at the beginning": ("en", "Like, I had no plan", ["like"]),
    "like after a sentence": ("en", "I left. Like, I had no plan", ["like"]),
    "like between breaks": ("en", "It was | like | very hard", ["like"]),
    "like as a verb": ("en", "I like my team", []),
    "like before a comma": ("en", "This is what I like, and more", []),
    "like before a break": ("en", "Things that I like | are these", []),
    "like as a comparison": ("en", "We work like a family", []),
    "like after a filler": ("en", "Um like | well", ["um", "like"]),
    "음-어": ("ko", "음 저는 어, 개발자입니다", ["음", "어"]),
    "길게": ("ko", "으음... 어어 그래서", ["음", "어"]),
    "낱말 안": ("ko", "음악 어제 에서 그래서", []),
    "그 쉼표": ("ko", "그, 제가 맡았습니다", ["그"]),
    "그 쉼": ("ko", "그 | 제가 맡았습니다", ["그"]),
    "그 말줄임표": ("ko", "그... 제가 맡았습니다", ["그"]),
    "그 다음 음": ("ko", "그 음 제가", ["그", "음"]),
    "관형사 그": ("ko", "그 사람은 그 일을 했습니다", []),
    "저기 쉼표": ("ko", "저기, 질문이 있습니다", ["저기"]),
    "장소 저기": ("ko", "저기 있는 건물입니다", []),
    "문장 끝 저기": ("ko", "회사는 저기. | 집은 여기", []),
    "마지막 말": ("ko", "회사는 저기", []),
}

REPETITIONS = {
    "once": ("en", "I I wrote the plan", ["i"]),
    "twice": ("en", "the the the plan", ["the", "the"]),
    "across a filler": ("en", "I, uh, I wrote", ["i"]),
    "over a short break": ("en", "we | we won", ["we"]),
    "over a long break": ("en", "we won | | | | won", []),
    "over the end of a sentence": ("en", "So did I. I wrote", []),
    "doubled on purpose": ("en", "very very good, no no", []),
    "a number": ("en", "room 2 2 1", []),
    "fillers themselves": ("en", "um um", []),
    "그 그": ("ko", "그 그 프로젝트는", ["그"]),
    "제가 제가": ("ko", "제가 음 제가 맡았습니다", ["제가"]),
    "강조": ("ko", "정말 정말 좋았습니다", []),
}


@pytest.mark.parametrize(("language", "text", "expected"), FILLERS.values(), ids=FILLERS)
def test_fillers(language: str, text: str, expected: list[str]) -> None:
    wording = measure_wording(said(text, language), 60.0)
    assert wording.fillers is not None
    assert [mark.word for mark in wording.fillers] == expected
    assert wording.fillers_per_minute == len(expected)


@pytest.mark.parametrize(("language", "text", "expected"), REPETITIONS.values(), ids=REPETITIONS)
def test_repetitions(language: str, text: str, expected: list[str]) -> None:
    wording = measure_wording(said(text, language), 60.0)
    assert wording.repetitions is not None
    assert [mark.word for mark in wording.repetitions] == expected


def test_a_mark_stands_at_the_time_of_its_word() -> None:
    wording = measure_wording(said("so uh yes"), 60.0)
    assert wording.fillers is not None
    assert [(mark.start, mark.end) for mark in wording.fillers] == [(0.3, 0.6)]


def test_rates_are_over_minutes_of_speech() -> None:
    wording = measure_wording(said("um I led a - team of six"), 12.0)
    assert (wording.words, wording.words_per_minute, wording.fillers_per_minute) == (7, 35.0, 5.0)


def test_each_filler_is_counted_the_most_frequent_first() -> None:
    assert measure_wording(said("um so uh then uh"), 60.0).filler_counts == {"uh": 2, "um": 1}


def test_too_little_speech_has_counts_but_no_rates() -> None:
    wording = measure_wording(said("um yes"), MIN_TALK_SECONDS - 0.1)
    assert (wording.words, wording.filler_counts) == (2, {"um": 1})
    assert (wording.words_per_minute, wording.fillers_per_minute) == (None, None)


def test_a_language_without_tables_is_not_judged() -> None:
    wording = measure_wording(said("euh je je suis", "fr"), 60.0)
    assert wording.words == 4
    assert (wording.words_per_minute, wording.fillers, wording.filler_counts, wording.repetitions) == (None, None, None, None)
