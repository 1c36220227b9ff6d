"""The voice score."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from interview_analysis.domain.episode import Episode
from interview_analysis.domain.scoring.results import PaceBand, Reason
from interview_analysis.domain.scoring.voice import pace_band, score_voice
from interview_analysis.domain.voice import VoiceMetrics


def spoken(*speech: tuple[float, float], duration: float = 60.0, spread: float | None = 4.0) -> VoiceMetrics:
    """Metrics of the given stretches of speech; the breaks between them are the pauses."""
    parts = tuple(Episode(*part) for part in speech)
    talk = sum(part.seconds for part in parts)
    return VoiceMetrics(
        duration=duration,
        talk_seconds=talk,
        talk_ratio=talk / duration if duration else 0.0,
        speech=parts,
        pauses=tuple(Episode(a.end, b.start) for a, b in pairwise(parts)),
        response_latency=parts[0].start if parts else None,
        loudness_spread=spread,
    )


FLUENT = spoken((1, 20), (20.8, 40), (40.9, 59))


def test_fluent_speech_is_full_marks() -> None:
    assert score_voice(FLUENT, skipped=False).score.value == pytest.approx(100)


@pytest.mark.parametrize(
    ("metrics", "part"),
    [
        (spoken((1, 10), (10.8, 20)), 0),
        (spoken((1, 20), (30, 59)), 1),
        (spoken((1, 20), (20.8, 40), (40.9, 59), spread=12.0), 2),
        (spoken((7, 25), (25.8, 45), (45.9, 59)), 3),
    ],
    ids=["little talk", "a long pause", "uneven loudness", "a late start"],
)
def test_one_fault_costs_one_part(metrics: VoiceMetrics, part: int) -> None:
    shares = [(p.points or 0.0) / p.maximum for p in score_voice(metrics, skipped=False).score.parts]
    assert shares[part] < 0.95
    assert [share for i, share in enumerate(shares) if i != part] == pytest.approx([1.0] * 3)


def test_longer_pauses_never_score_better_and_never_jump() -> None:
    scores = [score_voice(spoken((1, 25), (25 + x, 59)), skipped=False).score.value for x in np.arange(0, 30, 0.25)]
    steps = np.diff(np.array(scores, dtype=float))
    assert steps.max() <= 1e-9
    assert steps.min() > -2.0


@pytest.mark.parametrize(
    ("metrics", "skipped", "reason"),
    [
        (None, False, Reason.NO_AUDIO),
        (None, True, Reason.SKIPPED),
        (spoken(), False, Reason.NO_SPEECH),
        (spoken((1, 3), duration=4.0), False, Reason.TOO_SHORT),
    ],
)
def test_what_cannot_be_scored_has_a_reason(metrics: VoiceMetrics | None, skipped: bool, reason: Reason) -> None:
    summary = score_voice(metrics, skipped)
    assert (summary.score.value, summary.score.reason) == (None, reason)
    assert summary.metrics is metrics


def test_unknown_loudness_is_left_out_and_named() -> None:
    score = score_voice(spoken((1, 20), (30, 59), spread=None), skipped=False).score
    assert score.parts[2].points is None
    assert score.value == pytest.approx(sum(part.points or 0 for part in score.parts) / 0.85)


@pytest.mark.parametrize(
    ("rate", "language", "band"),
    [
        (220.0, "ko", PaceBand.SLOW),
        (320.0, "ko", PaceBand.PREFERRED),
        (420.0, "ko", PaceBand.FAST),
        (150.0, "en", PaceBand.SLOW),
        (210.0, "en", PaceBand.PREFERRED),
        (320.0, "en", PaceBand.FAST),
        (320.0, None, None),
        (320.0, "fi", None),
        (None, "ko", None),
    ],
)
def test_pace_is_judged_by_the_language_that_is_spoken(rate: float | None, language: str | None, band: PaceBand | None) -> None:
    assert pace_band(rate, language) is band


def test_pace_is_told_beside_the_score_and_does_not_change_it() -> None:
    slow, fast = (score_voice(replace(FLUENT, syllable_rate=rate), skipped=False, spoken_language="ko") for rate in (150, 500))
    assert (slow.pace, fast.pace, slow.pace_language) == (PaceBand.SLOW, PaceBand.FAST, "ko")
    assert slow.score == fast.score == score_voice(FLUENT, skipped=False).score
