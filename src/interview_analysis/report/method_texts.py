"""How each part is calculated and what the numbers cannot say, with the constants that calculate."""

from __future__ import annotations

from typing import Final

from interview_analysis.domain.moments import MOMENT_SECONDS
from interview_analysis.domain.scoring import weights as w
from interview_analysis.messages import Message

_FIGURES: Final[dict[str, float]] = {
    "expression_points": w.EXPRESSION_POINTS,
    "composure_points": w.COMPOSURE_POINTS,
    "surprise": w.SURPRISE_COMPOSURE,
    "calm_points": w.CALM_POINTS,
    "warmth_points": w.WARMTH_POINTS,
    "warmth_full": 100 * w.WARMTH_FULL_SHARE,
    "eye_in_overall": w.EYE_IN_OVERALL,
    "eye_share": w.EYE_IN_OVERALL * w.EYE_POINTS,
    "overall_points": w.EXPRESSION_POINTS + w.EYE_IN_OVERALL * w.EYE_POINTS,
    "on_target_points": w.ON_TARGET_POINTS,
    "stability_points": w.STABILITY_POINTS,
    "bcea_share": 100 * w.BCEA_SHARE,
    "away_points": w.AWAY_POINTS,
    "away_half": w.AWAY_HALF_RATE,
    "away_short": w.AWAY_RAMP[0],
    "away_full": w.AWAY_RAMP[1],
    "blink_points": w.BLINK_POINTS,
    "blink_low": w.BLINK_FULL_RATES[0],
    "blink_high": w.BLINK_FULL_RATES[1],
    "blink_zero": w.BLINK_ZERO_RATE,
    "talk_points": w.TALK_POINTS,
    "talk_full": 100 * w.TALK_FULL_RATIO,
    "pause_points": w.PAUSE_POINTS,
    "pause_free": w.PAUSE_FREE_SECONDS,
    "pause_zero": 100 * w.PAUSE_ZERO_SHARE,
    "latency_points": w.LATENCY_POINTS,
    "latency_full": w.LATENCY_RAMP[0],
    "latency_zero": w.LATENCY_RAMP[1],
    "loudness_points": w.LOUDNESS_POINTS,
    "loudness_full": w.LOUDNESS_RAMP[0],
    "loudness_zero": w.LOUDNESS_RAMP[1],
    "least_share": 100 * w.MIN_SHARE,
    "least_expression": w.MIN_EXPRESSION_SECONDS,
    "least_gaze": w.MIN_GAZE_SECONDS,
    "least_blink": w.MIN_BLINK_SECONDS,
    "least_rate": w.MIN_BLINK_RATE,
    "stretched": w.MAX_RENORMALISED_POINTS,
    "moment_seconds": MOMENT_SECONDS,
}

_TEMPLATES: Final[dict[str, Message]] = {
    "formula_overall": Message(
        "표정 점수({expression_points}점 만점) + {eye_in_overall} × 시선 점수. 말소리와 머리 움직임은 넣지 않습니다.",
        "Expression (of {expression_points}) + {eye_in_overall} × attention. Voice and head are left out.",
    ),
    "formula_expression": Message("표정 점수 그대로", "the expression score as it is"),
    "formula_eye": Message("{eye_in_overall} × 시선 점수", "{eye_in_overall} × the attention score"),
    "formula_composure": Message(
        "{composure_points} × 평균(P(미소) + P(무표정) + {surprise}·P(놀람))",
        "{composure_points} × mean of P(happy) + P(neutral) + {surprise}·P(surprise)",
    ),
    "formula_absence_of_negative": Message(
        "{calm_points} × (1 − 평균(P(화남) + P(불쾌) + P(두려움) + P(슬픔)))",
        "{calm_points} × (1 − mean of P(angry) + P(disgust) + P(fear) + P(sad))",
    ),
    "formula_warmth": Message(
        "{warmth_points} × 미소가 보인 시간의 비율, {warmth_full} %부터 만점",
        "{warmth_points} × share of time a smile is visible, full from {warmth_full} %",
    ),
    "formula_on_target": Message(
        "{on_target_points} × 시선이 기준 범위 안에 있던 시간의 비율",
        "{on_target_points} × share of time with gaze inside the target's allowance",
    ),
    "formula_stability": Message(
        "{stability_points} ÷ (1 + 흩어짐 ÷ 기준 범위의 넓이); "
        "흩어짐은 시선의 {bcea_share} %를 담는 타원의 넓이(BCEA)를 원으로 고른 값",
        "{stability_points} ÷ (1 + scatter ÷ area of the allowance); scatter is the area that holds {bcea_share} % of gaze "
        "(BCEA), evened to a circle",
    ),
    "formula_looking_away": Message(
        "{away_points} × {away_half} ÷ ({away_half} + 분당 횟수); {away_short}초부터 조금씩, {away_full}초부터 온전히 셈",
        "{away_points} × {away_half} ÷ ({away_half} + times a minute); counted in part from {away_short} s, whole from "
        "{away_full} s",
    ),
    "formula_blink": Message(
        "분당 {blink_low}–{blink_high}번이면 {blink_points}점, 0번과 {blink_zero}번 쪽으로 서서히 0점",
        "{blink_points} at {blink_low}–{blink_high} a minute, falling smoothly to 0 at 0 and at {blink_zero}",
    ),
    "formula_talk": Message(
        "{talk_points} × 말한 시간의 비율(부드러운 곡선), {talk_full} %부터 만점",
        "{talk_points} × talk ratio on a smooth curve, full from {talk_full} %",
    ),
    "formula_pauses": Message(
        "{pause_points} × (1 − 멈춤마다 {pause_free}초를 넘는 시간의 비율 ÷ {pause_zero} %)",
        "{pause_points} × (1 − share of pause time beyond {pause_free} s each ÷ {pause_zero} %)",
    ),
    "formula_loudness": Message(
        "{loudness_points}점은 표준편차 {loudness_full} dB까지, {loudness_zero} dB부터 0점",
        "{loudness_points} up to a standard deviation of {loudness_full} dB, 0 from {loudness_zero} dB",
    ),
    "formula_latency": Message(
        "{latency_points}점은 {latency_full}초까지, {latency_zero}초부터 0점",
        "{latency_points} up to {latency_full} s, 0 from {latency_zero} s",
    ),
    "moments_note": Message(
        "{moment_seconds}초 구간마다 종합 점수와 같은 재료(표정 {expression_points}점, "
        "시선이 머문 시간 {eye_share}점)로 매긴 값입니다. "
        "서로 비교하는 눈금이며 종합 점수와 같지 않습니다.",
        "Each stretch of {moment_seconds} s is judged by what the overall score is made of (expression {expression_points} "
        "points, time on target {eye_share}). A scale to compare stretches by, not the overall score.",
    ),
    "limit_expression": Message(
        "표정 값은 얼굴의 모양을 일곱 가지로 분류한 확률입니다. 속마음, 성격, 진실 여부는 알 수 없습니다.",
        "Expression values are probabilities of seven classes of how a face looks. They say nothing about what is felt, about "
        "character or about truthfulness.",
    ),
    "limit_gaze": Message(
        "시선은 이 영상에서 가장 많이 바라본 곳을 기준으로 한 상대 값입니다. "
        "웹캠 시선은 사람에 따라 여러 도씩 어긋나므로 화면의 어느 글자를 "
        "보았는지는 알 수 없습니다.",
        "Gaze is relative to where it stayed most in this video. From a webcam it is off by several degrees, differing by "
        "person: which word on a screen was read cannot be told.",
    ),
    "limit_evidence": Message(
        "얼굴이 영상의 {least_share} % 이상에서 측정되어야 점수를 냅니다"
        "(표정 {least_expression}초, 시선 {least_gaze}초, 깜빡임 "
        "{least_blink}초 이상, 초당 {least_rate}장 이상). 모자라면 점수 대신 이유를 적습니다.",
        "A score needs the face measured on at least {least_share} % of the video (expression {least_expression} s, gaze "
        "{least_gaze} s, blinks {least_blink} s at {least_rate} frames a second or more). Where that lacks, the reason stands "
        "in place of the score.",
    ),
    "limit_missing": Message(
        "측정하지 못한 항목이 {stretched}점 이하이면 나머지로 환산하고, 그보다 크면 합계를 내지 않습니다.",
        "Where parts worth up to {stretched} points are missing, the others are stretched to the full scale; where more is "
        "missing there is no total.",
    ),
    "limit_use": Message(
        "점수는 자신의 연습을 견주어 보는 눈금입니다. 합격 여부를 예측하지 않으며 사람을 뽑거나 떨어뜨리는 데 쓰면 안 됩니다.",
        "Scores are a scale to follow one's own practice by. They forecast no decision and must not be used to select people.",
    ),
}


def _filled(template: str) -> str:
    return template.format(**{name: f"{value:g}" for name, value in _FIGURES.items()})


METHOD: Final[dict[str, Message]] = {name: Message(_filled(entry.ko), _filled(entry.en)) for name, entry in _TEMPLATES.items()}
