"""How the interviewee speaks: talk time, pauses, response latency, loudness, pace, pitch."""

from __future__ import annotations

import contextlib
import itertools
import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interview_analysis.audio.contours import Contours, ContourStream
from interview_analysis.audio.decoder import decode_audio
from interview_analysis.audio.pace import find_nuclei
from interview_analysis.audio.pitch import describe_pitch, is_voiced
from interview_analysis.audio.speech import WINDOW, WINDOW_SECONDS, SpeechModel, SpeechStream, bundled_model, find_speech
from interview_analysis.domain.episode import Episode
from interview_analysis.domain.voice import VoiceMetrics

_PAUSE_SECONDS = 0.5
"""Shorter breaks belong to fluent speech (scoring.md)."""
_LEVEL_SECONDS = 0.5
_MIN_LEVELS = 4
"""Fewer half seconds of speech say nothing about the spread of loudness."""
_SPEECH_SHARE = 0.8
"""Share of a half second that must be speech for its level to count."""
_SILENCE_POWER = 1e-12
_MIN_PACE_SECONDS = 3.0
"""Of speech, about fifteen syllables: one more or less is 7 %."""
_MIN_VOICED_SHARE = 0.25
"""Of speech, at which pitch is found: with less it is whispered, or too noisy for nuclei to be told."""


class SpeechVoiceAnalyzer:
    """``VoiceAnalyzer`` on Silero VAD. ``seconds_factor`` bounds the decoder's work, see ``decode_audio``."""

    def __init__(self, model: Path | None = None, seconds_factor: float = 4.0) -> None:
        """``model``: the network's file, by default the one of the silero-vad package. Raises ``ModelUnavailable``."""
        self._model = SpeechModel(model or bundled_model())
        self._seconds_factor = seconds_factor

    def analyse(self, path: Path, duration: float) -> VoiceMetrics | None:
        """See ``VoiceAnalyzer``; also ``None`` where not one sample can be decoded. Raises ``VideoError``."""
        with contextlib.closing(decode_audio(path, duration, self._seconds_factor)) as blocks:
            track = _listen(blocks, self._model.stream())
        return _measure(track, duration) if len(track.power) else None


@dataclass(slots=True)
class _Track:
    """Per window of 32 ms: probability of speech, and mean square of the samples."""

    contours: ContourStream = field(default_factory=ContourStream)
    probability: array[float] = field(default_factory=lambda: array("d"))
    power: array[float] = field(default_factory=lambda: array("d"))


def _listen(blocks: Iterable[NDArray[np.float32]], stream: SpeechStream) -> _Track:
    track = _Track()
    for window in _windows(_noted(blocks, track.contours)):
        track.probability.append(stream.probability(window))
        track.power.append(float(np.mean(np.square(window, dtype=np.float64))))
    return track


def _noted(blocks: Iterable[NDArray[np.float32]], contours: ContourStream) -> Iterator[NDArray[np.float32]]:
    for block in blocks:
        contours.add(block)
        yield block


def _windows(blocks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """Windows of 512 samples; the last one is filled up with silence."""
    rest = np.zeros(0, dtype=np.float32)
    for block in blocks:
        samples = np.concatenate([rest, block])
        whole = len(samples) // WINDOW * WINDOW
        yield from samples[:whole].reshape(-1, WINDOW)
        rest = samples[whole:]
    if len(rest):
        yield np.pad(rest, (0, WINDOW - len(rest)))


def _measure(track: _Track, duration: float) -> VoiceMetrics:
    found = find_speech(track.probability, duration)
    speech = _merged(found)
    talk = sum(stretch.seconds for stretch in speech)
    contours = track.contours.finish()
    speaking = contours.within(found)
    pitch = describe_pitch(contours.hertz[speaking], contours.aperiodicity[speaking])
    syllables = _syllables(contours, speaking)
    return VoiceMetrics(
        duration=duration,
        talk_seconds=talk,
        talk_ratio=talk / duration if duration > 0 else 0.0,
        speech=speech,
        pauses=tuple(Episode(before.end, after.start) for before, after in itertools.pairwise(speech)),
        response_latency=speech[0].start if speech else None,
        loudness_spread=_loudness_spread(np.asarray(track.power), found),
        syllables=syllables,
        syllable_rate=None if syllables is None or talk < _MIN_PACE_SECONDS else 60.0 * syllables / talk,
        pitch_median=None if pitch is None else pitch.median,
        pitch_range=None if pitch is None else pitch.semitones,
    )


def _syllables(contours: Contours, speaking: NDArray[np.bool_]) -> int | None:
    """``None`` without speech, or where too little of it is voiced."""
    voiced = is_voiced(contours.aperiodicity)
    if not speaking.any() or voiced[speaking].mean() < _MIN_VOICED_SHARE:
        return None
    return len(find_nuclei(contours.power, voiced, speaking))


def _merged(found: Sequence[Episode]) -> tuple[Episode, ...]:
    """Breaks shorter than a pause are closed."""
    merged: list[Episode] = []
    for stretch in found:
        if merged and stretch.start - merged[-1].end < _PAUSE_SECONDS:
            merged[-1] = Episode(merged[-1].start, stretch.end)
        else:
            merged.append(stretch)
    return tuple(merged)


def _loudness_spread(power: NDArray[np.float64], found: Sequence[Episode]) -> float | None:
    """Standard deviation of the level in dB over half seconds that are mostly speech; ``None`` with fewer than four."""
    speaking = np.zeros(len(power), dtype=np.bool_)
    for stretch in found:
        speaking[round(stretch.start / WINDOW_SECONDS) : round(stretch.end / WINDOW_SECONDS)] = True
    size = round(_LEVEL_SECONDS / WINDOW_SECONDS)
    count = len(power) // size
    shares = speaking[: count * size].reshape(count, size).mean(axis=1)
    powers = power[: count * size].reshape(count, size).mean(axis=1)[shares >= _SPEECH_SHARE]
    if len(powers) < _MIN_LEVELS:
        return None
    levels = 10 * np.log10(powers + _SILENCE_POWER)
    spread = float(levels.std())
    return spread if math.isfinite(spread) else None
