"""Voice, 100 points: talk 40, pauses 30, loudness 15, latency 15. Reported beside the overall score.

talk      talk ratio, rising smoothly from 0 to full marks at ``TALK_FULL_RATIO``
pauses    seconds of pause beyond the first of each, as a share of the time between the first and the last speech; 0 is full
          marks, ``PAUSE_ZERO_SHARE`` none
loudness  standard deviation of the speech level; full marks up to 6 dB, none from 15 dB
latency   seconds to the first speech; full marks up to 2 s, none from 10 s

The pace is reported as a band without points: which one is preferred depends on the language, and often nobody has told that.
Its rate leaves out pauses of 0.5 s and more, as they are judged by themselves: who thinks for long does not speak slowly.
"""

from __future__ import annotations

from interview_analysis.domain.scoring import weights as w
from interview_analysis.domain.scoring.curves import ramp, smooth_ramp
from interview_analysis.domain.scoring.evidence import missing, total
from interview_analysis.domain.scoring.results import PaceBand, Reason, Score, ScorePart, VoiceSummary
from interview_analysis.domain.voice import VoiceMetrics

_PARTS = (
    ("talk", w.TALK_POINTS, "share_of_time"),
    ("pauses", w.PAUSE_POINTS, "share_of_time"),
    ("loudness", w.LOUDNESS_POINTS, "decibels"),
    ("latency", w.LATENCY_POINTS, "seconds"),
)


def score_voice(metrics: VoiceMetrics | None, skipped: bool, spoken_language: str | None = None) -> VoiceSummary:
    """``metrics`` is ``None`` where there is no sound; the reason then says whether it was skipped or absent.
    ``spoken_language`` (ISO 639-1) picks the bands of the pace."""
    if skipped or metrics is None:
        return VoiceSummary(score=missing(Reason.SKIPPED if skipped else Reason.NO_AUDIO, w.VOICE_POINTS, _PARTS), metrics=None)
    reason = Reason.TOO_SHORT if metrics.duration < w.MIN_VOICE_SECONDS else None
    if not metrics.speech:
        reason = Reason.NO_SPEECH
    score = _score(metrics) if reason is None else missing(reason, w.VOICE_POINTS, _PARTS, coverage=1.0)
    pace = pace_band(metrics.syllable_rate, spoken_language)
    return VoiceSummary(score=score, metrics=metrics, pace=pace, pace_language=spoken_language)


def pace_band(syllable_rate: float | None, spoken_language: str | None) -> PaceBand | None:
    """Of a rate in syllables a minute; ``None`` where it or the bands of the language are unknown."""
    if syllable_rate is None or spoken_language not in w.PACE_BANDS:
        return None
    low, high = w.PACE_BANDS[spoken_language]
    if syllable_rate < low:
        return PaceBand.SLOW
    return PaceBand.PREFERRED if syllable_rate <= high else PaceBand.FAST


def _score(metrics: VoiceMetrics) -> Score:
    dead_air = _dead_air(metrics)
    values = (metrics.talk_ratio, dead_air, metrics.loudness_spread, metrics.response_latency)
    shares = (
        smooth_ramp(metrics.talk_ratio, 0.0, w.TALK_FULL_RATIO),
        1.0 - ramp(dead_air, 0.0, w.PAUSE_ZERO_SHARE),
        _falling(metrics.loudness_spread, w.LOUDNESS_RAMP),
        _falling(metrics.response_latency, w.LATENCY_RAMP),
    )
    parts = tuple(_part(*part, share, value) for part, share, value in zip(_PARTS, shares, values, strict=True))
    return total(parts, coverage=1.0, bands=w.HUNDRED_BANDS)


def _falling(value: float | None, bounds: tuple[float, float]) -> float | None:
    return None if value is None else 1.0 - smooth_ramp(value, *bounds)


def _part(name: str, maximum: float, unit: str, share: float | None, measured: float | None) -> ScorePart:
    points = None if share is None else float(share) * maximum
    reason = Reason.NO_SPEECH if share is None else None
    return ScorePart(name=name, points=points, maximum=maximum, measured=measured, unit=unit, reason=reason)


def _dead_air(metrics: VoiceMetrics) -> float:
    """Share 0–1 of the answer, from the first to the last speech, spent in the part of pauses beyond a second each."""
    answer = metrics.speech[-1].end - metrics.speech[0].start
    excess = sum(max(0.0, pause.seconds - w.PAUSE_FREE_SECONDS) for pause in metrics.pauses)
    return excess / answer if answer > 0 else 0.0
