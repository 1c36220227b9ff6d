"""The constants of the formulas by the names under which prompts state them: one table for the prompts and for the check
of what comes back."""

from __future__ import annotations

from typing import Final

from interview_analysis.adapters.feedback.figures import Fact, Kind
from interview_analysis.domain.scoring import weights as w


def _scale(kind: Kind, value: float) -> Fact:
    return Fact(kind, value, is_scale=True)


FORMULA_FIGURES: Final[dict[str, Fact]] = {
    "overall_points": _scale(Kind.POINTS, w.EXPRESSION_POINTS + w.EYE_IN_OVERALL * w.EYE_POINTS),
    "expression_points": _scale(Kind.POINTS, w.EXPRESSION_POINTS),
    "composure_points": _scale(Kind.POINTS, w.COMPOSURE_POINTS),
    "calm_points": _scale(Kind.POINTS, w.CALM_POINTS),
    "warmth_points": _scale(Kind.POINTS, w.WARMTH_POINTS),
    "eye_points": _scale(Kind.POINTS, w.EYE_POINTS),
    "eye_in_overall": _scale(Kind.RATIO, w.EYE_IN_OVERALL),
    "eye_overall_points": _scale(Kind.POINTS, w.EYE_IN_OVERALL * w.EYE_POINTS),
    "on_target_points": _scale(Kind.POINTS, w.ON_TARGET_POINTS),
    "stability_points": _scale(Kind.POINTS, w.STABILITY_POINTS),
    "away_points": _scale(Kind.POINTS, w.AWAY_POINTS),
    "blink_points": _scale(Kind.POINTS, w.BLINK_POINTS),
    "voice_points": _scale(Kind.POINTS, w.VOICE_POINTS),
    "expression_excellent": _scale(Kind.POINTS, w.EXPRESSION_BANDS[0]),
    "expression_good": _scale(Kind.POINTS, w.EXPRESSION_BANDS[1]),
    "expression_fair": _scale(Kind.POINTS, w.EXPRESSION_BANDS[2]),
    "hundred_excellent": _scale(Kind.POINTS, w.HUNDRED_BANDS[0]),
    "hundred_good": _scale(Kind.POINTS, w.HUNDRED_BANDS[1]),
    "hundred_fair": _scale(Kind.POINTS, w.HUNDRED_BANDS[2]),
    "smile_goal": _scale(Kind.PERCENT, 100.0 * w.WARMTH_FULL_SHARE),
    "away_seconds": _scale(Kind.SECONDS, w.AWAY_MIN_SECONDS),
    "blink_low": _scale(Kind.PER_MINUTE, w.BLINK_FULL_RATES[0]),
    "blink_high": _scale(Kind.PER_MINUTE, w.BLINK_FULL_RATES[1]),
    "talk_goal": _scale(Kind.PERCENT, 100.0 * w.TALK_FULL_RATIO),
    "pause_free": _scale(Kind.SECONDS, w.PAUSE_FREE_SECONDS),
    "long_pause": _scale(Kind.SECONDS, w.LONG_PAUSE_SECONDS),
    "latency_goal": _scale(Kind.SECONDS, w.LATENCY_RAMP[0]),
    "loudness_goal": _scale(Kind.DECIBELS, w.LOUDNESS_RAMP[0]),
    "pace_ko_low": _scale(Kind.PER_MINUTE, w.PACE_BANDS["ko"][0]),
    "pace_ko_high": _scale(Kind.PER_MINUTE, w.PACE_BANDS["ko"][1]),
    "pace_en_low": _scale(Kind.PER_MINUTE, w.PACE_BANDS["en"][0]),
    "pace_en_high": _scale(Kind.PER_MINUTE, w.PACE_BANDS["en"][1]),
    "fillers_fluent": _scale(Kind.PER_MINUTE, w.FILLERS_FLUENT),
    "fillers_hesitant": _scale(Kind.PER_MINUTE, w.FILLERS_HESITANT),
    "posture_goal": _scale(Kind.DEGREES, w.POSTURE_RAMP[0]),
    "least_expression": _scale(Kind.SECONDS, w.MIN_EXPRESSION_SECONDS),
    "least_gaze": _scale(Kind.SECONDS, w.MIN_GAZE_SECONDS),
    "least_blink": _scale(Kind.SECONDS, w.MIN_BLINK_SECONDS),
    "least_blink_frames": _scale(Kind.PER_SECOND, w.MIN_BLINK_RATE),
    "least_voice": _scale(Kind.SECONDS, w.MIN_VOICE_SECONDS),
    "full_ratio": _scale(Kind.RATIO, 1.0),
}


def shown() -> dict[str, str]:
    """As a prompt states them: no more digits than there are."""
    return {name: f"{fact.value:g}" for name, fact in FORMULA_FIGURES.items()}
