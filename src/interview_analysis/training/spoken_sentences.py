"""Sentences with known numbers of syllables, written for this project; none of them served to set a constant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple


class Sentence(NamedTuple):
    """``language``: ISO 639-1; ``syllables``: as spoken in full."""

    language: str
    text: str
    syllables: int


_KOREAN = (
    "안녕하십니까 개발 직무에 지원한 박서준입니다",
    "대학교 삼 학년 때부터 동아리에서 앱을 만들었습니다",
    "처음 맡은 과제는 도서관 자리를 예약하는 화면이었습니다",
    "사용자가 늘면서 서버가 자주 멈추는 문제가 생겼습니다",
    "저는 기록을 살펴보고 느린 질의를 찾아 고쳤습니다",
    "덕분에 응답 시간이 삼 초에서 반 초로 줄었습니다",
    "동료와 다툰 적도 있지만 대화로 오해를 풀었습니다",
    "실패한 일을 숨기지 않고 나누는 태도가 중요합니다",
    "새로운 도구를 배울 때에는 작은 예제부터 만들어 봅니다",
    "기회를 주신다면 맡은 일을 끝까지 책임지겠습니다",
)
_ENGLISH = (
    "Good morn-ing and thank you for tak-ing the time to talk with me",
    "I stud-ied de-sign be-fore I moved in-to soft-ware test-ing",
    "My first task was to check the book-ing sys-tem of a large ho-tel",
    "Guests com-plained that their rooms were giv-en a-way too soon",
    "We found that two re-quests could reach the serv-er to-geth-er",
    "I wrote a small pro-gram that showed the prob-lem a-gain and a-gain",
    "Af-ter that the team re-paired it with-in a sin-gle af-ter-noon",
    "I en-joy work where care-ful think-ing mat-ters more than speed",
    "Some-times I spend too long on de-tails so I now set a lim-it",
    "I hope to learn from peo-ple who have built big-ger prod-ucts",
)
"""Hyphens part the syllables of a word; they are not spoken."""


def _korean(text: str) -> Sentence:
    return Sentence("ko", text, len(re.findall("[가-힣]", text)))


def _english(parted: str) -> Sentence:
    return Sentence("en", parted.replace("-", ""), len(re.split("[ -]", parted)))


def _in_pairs(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(first.language, f"{first.text} {second.text}", first.syllables + second.syllables)
        for first, second in zip(sentences[::2], sentences[1::2], strict=True)
    )


SENTENCES = tuple(map(_korean, _KOREAN)) + tuple(map(_english, _ENGLISH))
ANSWERS = _in_pairs(SENTENCES)
"""Two sentences each, said without a pause: long enough for a rate even where they are spoken fast."""
