"""What was measured on the sound."""

from __future__ import annotations

from dataclasses import dataclass

from interview_analysis.domain.episode import Episode


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceMetrics:
    """Seconds, shares 0–1, decibels. ``None`` = not measurable in this recording.

    speech            stretches of speech, merged over breaks shorter than 0.5 s
    pauses            breaks ≥ 0.5 s between the first and the last speech
    response_latency  seconds from the start of the video to the first speech
    loudness_spread   standard deviation of the speech level over 0.5 s windows, dB
    syllables         syllable nuclei counted in speech (de Jong & Wempe 2009)
    syllable_rate     syllables a minute of ``speech``: an articulation rate that leaves out pauses of 0.5 s and more (others
                      leave out 0.25 or 0.3 s already; a speech rate keeps all pauses)
    pitch_median      median of the fundamental frequency over voiced speech, Hz
    pitch_range       distance of its 5th and 95th percentile, semitones
    """

    duration: float
    talk_seconds: float
    talk_ratio: float
    speech: tuple[Episode, ...]
    pauses: tuple[Episode, ...]
    response_latency: float | None
    loudness_spread: float | None
    syllables: int | None = None
    syllable_rate: float | None = None
    pitch_median: float | None = None
    pitch_range: float | None = None
