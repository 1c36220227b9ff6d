"""Figures in written text: found with their units, true or false by rounding."""

from __future__ import annotations

import pytest

from interview_analysis.adapters.feedback.figures import Fact, Kind, false_figures, find_figures, split_sentences

FACTS = (
    Fact(Kind.PERCENT, 18.34),
    Fact(Kind.POINTS, 45.2),
    Fact(Kind.POINTS, 60.0, is_scale=True),
    Fact(Kind.PERCENT, 25.0, is_scale=True),
    Fact(Kind.PER_MINUTE, 10.5, is_scale=True),
    Fact(Kind.PER_MINUTE, 32.5, is_scale=True),
    Fact(Kind.COUNT, 4),
    Fact(Kind.COUNT, 1240),
    Fact(Kind.PER_MINUTE, 15.3),
    Fact(Kind.SECONDS, 1.7),
    Fact(Kind.SECONDS, 75.0),
    Fact(Kind.MOMENT, 12.4),
    Fact(Kind.MOMENT, 74.6),
    Fact(Kind.DEGREES, 6.0),
    Fact(Kind.SQUARE_DEGREES, 41.0),
    Fact(Kind.DECIBELS, 9.0),
    Fact(Kind.HERTZ, 210.0),
    Fact(Kind.SEMITONES, 7.5),
    Fact(Kind.RATIO, 0.82),
)

TRUE = [
    "미소가 18%에서 보였습니다.",
    "미소가 약18.3 %, 18.34퍼센트입니다.",
    "표정은 60점 만점에 45점(45.2점)입니다.",
    "You scored 45.2 of 60 points.",
    "시선이 네 번, 곧 4회 벗어났습니다.",
    "You looked away four times, that is 4 times.",
    "음절은 1,240개입니다.",
    "눈을 분당 15번, 1분에 15.3회 깜빡였습니다.",
    "You blink 15.3 times per minute.",
    "0:12부터 1.7초 동안, 그리고 1:14와 1:15에.",
    "At 0:12 (12 seconds in) for about 2 s.",
    "1분 15초, 1 minute 15 seconds, 75초.",
    "머리는 6도 안, 6°, 6.0 degrees.",
    "흩어짐은 41제곱도, 41 square degrees.",
    "음량 9dB, 9 dB, 높이 210Hz, 7.5반음, 8 semitones.",
    "안정도는 0.82입니다.",
    "1. 미소가 18%입니다.",
    "한 번 더 해 보세요. 두 번째 답변도 좋습니다.",
    "Look at one place, once more, and take your time.",
    "분당 15.3번입니다(대화할 때 보통 10.5–32.5번).",
    "15.3 blinks per minute; between 10.5 and 32.5 per minute is full.",
    "범위 10.5–32.5번보다 적은 분당 15번입니다.",
    "미소를 18%에서 25%까지 늘려 보세요. 25% 이상이면 만점입니다.",
    "Raise it from 18 % to 25 %; at least 25 % is full.",
    "45.2/60, 45.2 out of 60, 60점 중 45.2점.",
    "수를 쓰지 않은 문장입니다.",
]

FALSE = [
    ("미소가 19%입니다.", ["19%"]),
    ("미소가 18.4%입니다.", ["18.4%"]),
    ("시선이 18번 벗어났습니다.", ["18번"]),
    ("시선이 4% 벗어났습니다.", ["4%"]),
    ("표정은 54점입니다.", ["54점"]),
    ("시선이 다섯 번 벗어났습니다.", ["5 번"]),
    ("You looked away twice.", ["2 times"]),
    ("You looked away five times.", ["5 times"]),
    ("눈을 4번 깜빡였고 분당 4번입니다.", ["4번"]),
    ("You blink 4 times per minute.", ["4 times"]),
    ("0:13에 보았습니다.", ["0:13"]),
    ("미소를 7%p 늘리세요.", ["7%p"]),
    ("It is 3 times as long, 2-fold.", ["3 times as", "2-fold"]),
    ("보통의 3배입니다.", ["3배"]),
    ("왼쪽,99번이고 끝.98번", ["99번", "98번"]),
    ("목소리는 9 semitones입니다.", ["9 semitones"]),
    ("점수는 99입니다.", ["99"]),
    ("표정 점수는 60점입니다!", ["60점"]),
    ("표정은 60점 만점에 60점입니다.", ["60점"]),
    ("You have a score of 60 points.", ["60 points"]),
    ("미소가 보인 시간은 25%입니다.", ["25%"]),
    ("A smile is visible 25 % of the time.", ["25 %"]),
    ("눈 깜빡임은 분당 32.5번입니다.", ["32.5번"]),
    ("Score: 99/100", ["99", "100"]),
    ("3초 동안 숨을 고르세요.", ["3초"]),
    ("2분 동안 말했습니다.", ["2분"]),
    ("20–30% 정도입니다.", ["20", "30%"]),
]


@pytest.mark.parametrize("text", TRUE)
def test_what_rounds_to_a_fact_is_true(text: str) -> None:
    assert false_figures(text, FACTS) == []


@pytest.mark.parametrize(("text", "false"), FALSE)
def test_everything_else_is_false(text: str, false: list[str]) -> None:
    assert false_figures(text, FACTS) == false


def test_units_are_told_apart() -> None:
    found = find_figures("분당 15.3번, 0:12, 41제곱도, 0.82")
    assert [(figure.value, figure.step) for figure in found] == [(15.3, 0.1), (12.0, 1.0), (41.0, 1.0), (0.82, 0.01)]
    assert [set(figure.kinds) for figure in found[:3]] == [
        {Kind.PER_MINUTE},
        {Kind.MOMENT, Kind.SECONDS},
        {Kind.SQUARE_DEGREES},
    ]
    assert found[3].kinds == frozenset(Kind)


def test_sentences_end_at_stops_and_never_within_a_number() -> None:
    assert split_sentences("A 1.5 s pause. 0:12–0:14! 끝입니다.\n\n다음") == [
        "A 1.5 s pause.",
        "0:12–0:14!",
        "끝입니다.",
        "다음",
    ]
