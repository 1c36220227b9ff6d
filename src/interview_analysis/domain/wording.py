"""How something was worded: pace in words, filler words, repeated words. Korean and English; other languages are not judged.

words       recognised words, fillers and repetitions included; what holds no letter or digit is no word. A Korean word is what
            stands between spaces (eojeol).
per minute  of speech as voice activity found it: breaks of 0.5 s and more left out, as for the syllable rate. Nothing is said
            from less than ``MIN_TALK_SECONDS`` of it.
filler      um, uh, hm and 음, 어 in all their lengths, wherever they stand alone. "like", "그" and "저기" are ordinary words
            too and count only where they are set off: by a comma, dots, a break of ``BREAK_SECONDS`` or another filler
            behind them, "like" in front of it as well. So a "like" spoken without a break is missed where the recogniser
            writes no comma, and a "저기" that points at a place is counted where a break follows it.
repetition  the same word again within a second and one sentence, a filler between them allowed. Words that are doubled on
            purpose (``very very``, ``정말 정말``) and numbers do not count.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from interview_analysis.domain.transcript import Transcript, Word

MIN_TALK_SECONDS: Final = 5.0
BREAK_SECONDS: Final = 0.3
"""A silent break that passes for hesitation: above the 0.25 s that Goldman-Eisler (1968) left to articulation."""
_REPEAT_SECONDS: Final = 1.0

_EDGES = re.compile(r"^[^\w]+|[^\w]+$")
_SET_OFF = (",", "、", "…", "...", "-", "–", "—", "~")
_SENTENCE_END = (".", "?", "!", "。")


class _Language(NamedTuple):
    """``always``: forms of each filler. ``behind``: fillers where a break follows; ``around``: also one in front."""

    always: dict[str, re.Pattern[str]]
    behind: frozenset[str]
    around: frozenset[str]
    doubled: frozenset[str]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LANGUAGES: Final = {
    "en": _Language(
        always={"um": re.compile("u+h*m+|e+r+m+"), "uh": re.compile("u+h+|e+r+"), "hm": re.compile("h+m+|m{2,}")},
        behind=frozenset(),
        around=_set("like"),
        doubled=_set("very really so much many no yes yeah okay bye that had long far more again blah"),
    ),
    "ko": _Language(
        always={"음": re.compile("음+|으+음+"), "어": re.compile("어+")},
        behind=_set("그 저기"),
        around=frozenset(),
        doubled=_set("정말 진짜 너무 매우 아주 빨리 많이 계속 점점 조금 조금씩 하나 네 예 아니 또 더 꼭"),
    ),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A word at its time, in seconds of the video: a filler in its plain form, or a word that is said again."""

    word: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """See the module. ``None``: too little speech for a rate, or a language without tables."""

    words: int
    words_per_minute: float | None
    fillers: tuple[Mark, ...] | None
    fillers_per_minute: float | None
    repetitions: tuple[Mark, ...] | None

    @property
    def filler_counts(self) -> dict[str, int] | None:
        """How often each filler was said, the most frequent first."""
        return None if self.fillers is None else dict(Counter(mark.word for mark in self.fillers).most_common())


@dataclass(frozen=True, slots=True)
class Transcription:
    """What became of the wish for a transcript: it and its wording, or a stable code that says why there is none."""

    transcript: Transcript | None = None
    wording: Wording | None = None
    reason: str | None = None

    @property
    def language(self) -> str | None:
        """As recognised, ISO 639-1."""
        return None if self.transcript is None else self.transcript.language


def measure_wording(transcript: Transcript, talk_seconds: float) -> Wording:
    """``talk_seconds``: time of speech without breaks of 0.5 s and more, ``VoiceMetrics.talk_seconds``."""
    words = [word for word in transcript.words if _plain(word)]
    language = _LANGUAGES.get(transcript.language)
    minutes = talk_seconds / 60 if talk_seconds >= MIN_TALK_SECONDS else None
    if language is None:
        return Wording(words=len(words), words_per_minute=None, fillers=None, fillers_per_minute=None, repetitions=None)
    fillers = _fillers(words, language)
    return Wording(
        words=len(words),
        words_per_minute=None if minutes is None else len(words) / minutes,
        fillers=tuple(mark for mark in fillers if mark is not None),
        fillers_per_minute=None if minutes is None else sum(mark is not None for mark in fillers) / minutes,
        repetitions=_repetitions([word for word, mark in zip(words, fillers, strict=True) if mark is None], language),
    )


def _plain(word: Word) -> str:
    return _EDGES.sub("", word.text).casefold()


def _fillers(words: Sequence[Word], language: _Language) -> list[Mark | None]:
    """For each word its mark if it is a filler."""
    found = [_always(word, language) for word in words]
    for index, word in enumerate(words):
        plain = _plain(word)
        if plain not in language.behind | language.around:
            continue
        behind = index + 1 < len(words) and (found[index + 1] is not None or _breaks(word, words[index + 1]))
        behind = behind or word.text.endswith(_SET_OFF)
        in_front = index == 0 or found[index - 1] is not None or _breaks(words[index - 1], word) or _ends(words[index - 1])
        if behind and not _ends(word) and (in_front or plain in language.behind):
            found[index] = Mark(plain, word.start, word.end)
    return found


def _always(word: Word, language: _Language) -> Mark | None:
    plain = _plain(word)
    name = next((name for name, forms in language.always.items() if forms.fullmatch(plain)), None)
    return None if name is None else Mark(name, word.start, word.end)


def _breaks(word: Word, following: Word) -> bool:
    return word.text.endswith(_SET_OFF) or following.start - word.end >= BREAK_SECONDS


def _ends(word: Word) -> bool:
    """A sentence ends with it; dots are a hesitation."""
    return word.text.endswith(_SENTENCE_END) and not word.text.endswith(_SET_OFF)


def _repetitions(words: Sequence[Word], language: _Language) -> tuple[Mark, ...]:
    """``words`` without fillers."""
    return tuple(
        Mark(_plain(word), word.start, word.end)
        for before, word in itertools.pairwise(words)
        if _plain(word) == _plain(before)
        and _plain(word) not in language.doubled
        and not _plain(word)[0].isdigit()
        and not _ends(before)
        and word.start - before.end < _REPEAT_SECONDS
    )
