"""Figures in written text, held against what was measured.

A figure is true where a known one of the same unit rounds to it at the digits that are shown; without a unit, where any
known one does. A maximum or a goal is no measurement: it is true only where something is held against it. Derived figures
(differences, sums) are not known and so count as false: the writer is told to use what it was given. What a figure is said of
is not understood here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Units. ``RATIO`` is 0–1, ``MOMENT`` seconds from the start of the video."""

    PERCENT = "percent"
    POINTS = "points"
    COUNT = "count"
    PER_MINUTE = "per_minute"
    PER_SECOND = "per_second"
    SECONDS = "seconds"
    MOMENT = "moment"
    DEGREES = "degrees"
    SQUARE_DEGREES = "square_degrees"
    DECIBELS = "decibels"
    HERTZ = "hertz"
    SEMITONES = "semitones"
    RATIO = "ratio"


class Fact(NamedTuple):
    """Something that was measured; ``is_scale``: something that the formulas state, such as a maximum or a goal."""

    kind: Kind
    value: float
    is_scale: bool = False


class Figure(NamedTuple):
    """A number as it stands in a text. ``step`` is the last digit's worth; ``kinds`` what its unit may mean; ``is_compared``:
    something is held against it, as in "of 100 points", "from 25 %"."""

    text: str
    value: float
    step: float
    kinds: frozenset[Kind]
    is_compared: bool = False


_ANY = frozenset(Kind)
_NO_KNOWN = frozenset[Kind]()
_UNITS: tuple[tuple[str, frozenset[Kind]], ...] = (
    (r"%\s?p|%\s?포인트|퍼센트\s?포인트|percentage points?", _NO_KNOWN),
    (r"배|times as|-?fold", _NO_KNOWN),
    (r"%|퍼센트|percent|per cent", frozenset({Kind.PERCENT})),
    (r"점|points?|pts", frozenset({Kind.POINTS})),
    (r"제곱도|square degrees?", frozenset({Kind.SQUARE_DEGREES})),
    (r"°|도(?![가-힣])|도(?=[는가를의로였입])|degrees?", frozenset({Kind.DEGREES})),
    (r"초|seconds?|secs?|s", frozenset({Kind.SECONDS, Kind.MOMENT})),
    (r"(?i:db)|데시벨|decibels?", frozenset({Kind.DECIBELS})),
    (r"(?i:hz)|헤르츠", frozenset({Kind.HERTZ})),
    (r"반음|semitones?", frozenset({Kind.SEMITONES})),
    (
        r"번|회|차례|개|음절|times|episodes?|blinks?|nods?|shakes?|pauses?|syllables?|glances?|moments?",
        frozenset({Kind.COUNT}),
    ),
)
_NUMBER = r"(?<![A-Za-z0-9:])(?<!\d[.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d:])"
_UNIT = re.compile(r"[ -]?(?:" + "|".join(f"(?P<u{i}>{pattern})" for i, (pattern, _) in enumerate(_UNITS)) + ")(?![A-Za-z])")
_SECONDS = r"\s*(?:초|seconds?|s)(?![A-Za-z])"
_FORMS = re.compile(
    r"(?<![\d:])(?P<minute>\d{1,3}):(?P<second>[0-5]\d)(?:\.\d+)?(?![\d:])"
    rf"|(?<!\d)(?P<long_minute>\d{{1,3}})\s*(?:분|minutes?|min)(?:\s*and)?\s*(?P<long_second>\d{{1,2}}){_SECONDS}"
    rf"|(?<!\d)(?P<whole_minute>\d{{1,3}})\s*(?:분(?!당|에)|minutes?|min)(?![A-Za-z])"
    rf"|(?P<number>{_NUMBER})"
)
_RATE = re.compile(r"분당|분에|per minute|a minute|each minute|/\s?min|/\s?분")
_RATE_BEFORE = re.compile(r"(?:분당|분에|per minute|a minute)[^\d.]{0,12}$")
_RATE_AFTER = re.compile(r"^[^\d.,]{0,16}(?:per minute|a minute|each minute|/\s?min|/\s?분)")
_RANGE_AFTER = re.compile(r"^\s*(?:[-–—~]|to\b|and\b|에서|부터)\s*(?=\d)")
_COMPARED_BEFORE = re.compile(
    r"(?i)(?:\d\s*(?:points?|점|%)?\s*(?:of|out of|/)(?: a possible)?|between [\d.]+[^\d.]{0,12} and"
    r"|목표는?|기준은?|범위는?|보통|\b(?:to|from|aim for|at least|at most|up to|under|over|below|above|than(?: the)?|within"
    r"|between|pass|goal|target|range|usual(?:ly)?))[\s(:]*(?:[\d.]+\W{1,3})?$"
)
_COMPARED_AFTER = re.compile(
    r"(?i)^\s?(?:만점|중(?![가-힣])|중에|가운데|부터|이상|이하|미만|이내|까지|보다|[를을]? ?넘|면 [^.]{0,8}만점|이 걸린"
    r"|or more|or longer|or less|or above|of the time earns full marks|(?:is|are) (?:full|usual|the (?:goal|maximum)))"
)
_RANGE_REST = re.compile(r"^\s*(?:[-–—~]|to|and|에서)\s*[\d.]+")
_SPELLED_KO = {"두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10}
_SPELLED_EN = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_COUNTED_KO = re.compile(rf"(?<![가-힣])({'|'.join(_SPELLED_KO)})(?=\s*(?:번|차례)(?!째))")
_COUNTED_EN = re.compile(
    rf"(?i)\b({'|'.join(_SPELLED_EN)})(?= (?:times|seconds|percent|points|degrees|episodes|blinks|nods|pauses|glances)\b)"
)
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+|\n+")


def split_sentences(text: str) -> list[str]:
    """Where a full stop is followed by a space, so never within a number."""
    return [sentence for part in _SENTENCE_END.split(text) if (sentence := part.strip())]


def find_figures(text: str) -> list[Figure]:
    """All numbers with their units: digits in either language, spelled ones where they clearly count something."""
    return list(_figures(_in_digits(text)))


def false_figures(text: str, facts: Iterable[Fact]) -> list[str]:
    """Those that no fact bears out, as they stand in the text."""
    known = tuple(facts)
    return [figure.text for figure in find_figures(text) if not any(_bears_out(fact, figure) for fact in known)]


def _in_digits(text: str) -> str:
    """Spelled counts as digits; a leading list number, and the one of "1분에" (a minute), are no figures."""
    text = re.sub(r"^\s*\d{1,2}[.)]\s+", "", text)
    text = re.sub(r"(?<!\d)1\s?분(?=당|에)", "분", text)
    text = re.sub(r"(?i)\btwice\b", "2 times", text)
    text = _COUNTED_KO.sub(lambda found: str(_SPELLED_KO[found[1]]), text)
    return _COUNTED_EN.sub(lambda found: str(_SPELLED_EN[found[1].lower()]), text)


def _figures(text: str) -> Iterator[Figure]:
    times = frozenset({Kind.MOMENT, Kind.SECONDS})
    for found in _FORMS.finditer(text):
        if found["number"] is not None:
            yield _number(text, found)
        elif found["whole_minute"] is not None:
            yield Figure(found[0], 60.0 * int(found["whole_minute"]), 60.0, times)
        else:
            minute, second = (
                (found["minute"], found["second"]) if found["minute"] else found.group("long_minute", "long_second")
            )
            yield Figure(found[0], 60.0 * int(minute) + int(second), 1.0, times)


def _number(text: str, found: re.Match[str]) -> Figure:
    digits = found["number"].replace(",", "")
    decimals = len(digits.partition(".")[2])
    unit, kinds = _unit_after(text, found.end())
    rate = _RATE_BEFORE.search(text[: found.start()]) or _RATE_AFTER.search(text[found.end() :])
    if rate and kinds in (_ANY, frozenset({Kind.COUNT}), frozenset({Kind.DEGREES})):
        kinds = frozenset({Kind.PER_MINUTE})
    elif kinds == frozenset({Kind.COUNT}) and (decimals or _RATE.search(text)):
        kinds = frozenset({Kind.COUNT, Kind.PER_MINUTE})  # "15.3 a minute (10.5–32.5 times in conversation)"
    return Figure(found["number"] + unit, float(digits), 10.0**-decimals, kinds, _is_compared(text, found))


def _is_compared(text: str, found: re.Match[str]) -> bool:
    rest = _RANGE_REST.sub("", text[found.end() :])
    unit = _UNIT.match(rest)
    after = rest[unit.end() :] if unit else rest
    return bool(_COMPARED_BEFORE.search(text[: found.start()]) or _COMPARED_AFTER.search(after))


def _unit_after(text: str, place: int) -> tuple[str, frozenset[Kind]]:
    """The unit that follows; that of the second number of a range counts for the first."""
    unit = _UNIT.match(text, place)
    if unit is not None and unit.lastgroup is not None:
        return unit[0], _UNITS[int(unit.lastgroup[1:])][1]
    reach = _RANGE_AFTER.match(text[place:])
    second = re.compile(_NUMBER).match(text, place + reach.end()) if reach else None
    if second is None:
        return "", _ANY
    return "", _unit_after(text, second.end())[1]


def _bears_out(fact: Fact, figure: Figure) -> bool:
    if fact.kind not in figure.kinds or (fact.is_scale and not figure.is_compared):
        return False
    value = abs(fact.value)
    if figure.step >= 1.0 and fact.kind in (Kind.MOMENT, Kind.SECONDS):
        steps = value / figure.step
        return figure.value / figure.step in (math.floor(steps), math.floor(steps + 0.5))
    return abs(value - figure.value) <= 0.5 * figure.step + 1e-9
