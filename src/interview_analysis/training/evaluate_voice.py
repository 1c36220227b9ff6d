"""Pace and pitch of the voice measured where they are known: made speech and tones, or recordings with counted syllables."""

from __future__ import annotations

import math
import tempfile
import wave
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interview_analysis.domain.voice import VoiceMetrics
from interview_analysis.errors import InputError
from interview_analysis.training.clip_truth import read_table
from interview_analysis.training.espeak import Manner, speak
from interview_analysis.training.evaluate import Evaluation, Figure, Rows, Statistic, bootstrap
from interview_analysis.training.pitch_tones import TONES, cents_off
from interview_analysis.training.spoken_sentences import ANSWERS, Sentence

LABELS_FILE = "labels.csv"
RATES = (130, 175, 230)
"""Of espeak-ng, nominal words a minute: about 240, 320 and 420 syllables a minute of its Korean."""
_VOICES = {"ko": ("ko", "ko+f2"), "en": ("en-us", "en-us+f2")}
_TOLD_HERTZ = {"": (82.0, 118.0), "f2": (142.0, 220.0)}
"""Base and top of the pitch in the voice files of espeak-ng, which its pitch of 50 leaves as they are; by variant."""
_MAX_SECONDS = 600.0
_AUDIBLE = 0.01
"""Share of the loudest sample with which an utterance begins and ends."""
_GROSS_CENTS = 316.0
"""A fifth of the frequency: a gross error in the literature on pitch."""

MeasureVoice = Callable[[Path, float], VoiceMetrics | None]


class Utterance(NamedTuple):
    """What was found and what was told, NaN where nothing was found. Rates in syllables a minute; ``hertz``: found, lowest and
    highest told; ``group`` among the figures."""

    group: str
    syllables: tuple[float, float]
    rate: tuple[float, float]
    hertz: tuple[float, float, float]


def evaluate_voice(measure: MeasureVoice, rates: Sequence[int] = RATES, answers: Sequence[Sentence] = ANSWERS) -> Evaluation:
    """Relative errors of the syllable count and rate by language and rate of espeak-ng, share of utterances whose median pitch
    lies within what the voice was told, and errors of pitch on tones. The bootstrap draws utterances and tones.

    Raises ``ModelUnavailable`` without espeak-ng.
    """
    with tempfile.TemporaryDirectory(prefix="interview-analysis-") as folder:
        spoken = [_utter(answer, voice, rate, measure, Path(folder)) for answer, voice, rate in _cases(answers, rates)]
    found = np.array([utterance.rate[0] for utterance in spoken])
    return Evaluation(
        task="voice",
        data="espeak-ng and tones",
        n=len(spoken),
        coverage=float(np.isfinite(found).mean()),
        metrics=_speech_figures(spoken) | _tone_figures(),
    )


def evaluate_recordings(folder: Path, measure: MeasureVoice) -> Evaluation:
    """Relative error of the syllable count, in total and by recording, where people have counted them.

    ``folder`` holds recordings of at most ten minutes and ``labels.csv`` with columns file, syllables. Raises ``InputError``.
    """
    rows = read_table(folder / LABELS_FILE)
    if not rows:
        raise InputError(f"{folder / LABELS_FILE} names no recording")
    told = [_count(row) for row in rows]
    pairs = np.array([(_syllables(measure(folder / row["file"], _MAX_SECONDS)), n) for row, n in zip(rows, told, strict=True)])
    known = pairs[np.isfinite(pairs[:, 0])]
    each = known[:, 0] / known[:, 1] - 1
    return Evaluation(
        task="voice",
        data=folder.name,
        n=len(rows),
        coverage=len(known) / len(rows),
        metrics={
            "count_error": bootstrap(_total_error(known), len(known)),
            "count_error_each": bootstrap(lambda drawn: float(np.abs(each[drawn]).mean()), len(known)),
        },
    )


def _cases(answers: Sequence[Sentence], rates: Sequence[int]) -> Iterable[tuple[Sentence, str, int]]:
    return ((answer, voice, rate) for answer in answers for rate in rates for voice in _VOICES[answer.language])


def _utter(answer: Sentence, voice: str, rate: int, measure: MeasureVoice, folder: Path) -> Utterance:
    path = speak(answer.text, Manner(voice, rate), folder / "spoken.wav")
    whole, audible = _seconds(path)
    heard = measure(path, whole)
    return Utterance(
        group=f"{answer.language}_{rate}",
        syllables=(_syllables(heard), answer.syllables),
        rate=(_known(None if heard is None else heard.syllable_rate), 60 * answer.syllables / audible),
        hertz=(_known(None if heard is None else heard.pitch_median), *_TOLD_HERTZ[voice.partition("+")[2]]),
    )


def _seconds(path: Path) -> tuple[float, float]:
    """Length of a WAV file, and of what can be heard in it."""
    with wave.open(str(path), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.float64)
        rate = file.getframerate()
    loud = np.flatnonzero(np.abs(samples) > _AUDIBLE * np.abs(samples).max())
    return len(samples) / rate, (loud[-1] - loud[0]) / rate


def _speech_figures(spoken: Sequence[Utterance]) -> dict[str, Figure]:
    figures = {}
    for group in dict.fromkeys(utterance.group for utterance in spoken):
        said = [utterance for utterance in spoken if utterance.group == group]
        for name, pairs in (("count", [one.syllables for one in said]), ("rate", [one.rate for one in said])):
            known = np.array([pair for pair in pairs if math.isfinite(pair[0])]).reshape(-1, 2)
            figures[f"{group}_{name}_error"] = bootstrap(_total_error(known), len(known))
    found, low, high = np.array([one.hertz for one in spoken if math.isfinite(one.hertz[0])]).reshape(-1, 3).T
    inside = ((low <= found) & (found <= high)).astype(np.float64)
    return figures | {"pitch_as_told": bootstrap(lambda rows: float(inside[rows].mean()), len(inside))}


def _tone_figures() -> dict[str, Figure]:
    errors = [np.abs(cents_off(tone)) for tone in TONES]
    statistics: dict[str, Statistic] = {
        "tone_error_cents": lambda rows: float(np.concatenate([errors[row] for row in rows]).mean()),
        "tone_gross_errors": lambda rows: float((np.concatenate([errors[row] for row in rows]) > _GROSS_CENTS).mean()),
    }
    return {name: bootstrap(statistic, len(errors)) for name, statistic in statistics.items()}


def _total_error(pairs: NDArray[np.float64]) -> Statistic:
    """Of ``pairs`` (N, 2) found and told: how much more was found in all, as a share of what was told."""

    def error(rows: Rows) -> float:
        found, told = pairs[rows].sum(axis=0)
        return float(found / told - 1)

    return error


def _syllables(heard: VoiceMetrics | None) -> float:
    return _known(None if heard is None else heard.syllables)


def _known(value: float | None) -> float:
    return math.nan if value is None else value


def _count(row: dict[str, str]) -> int:
    try:
        count = int(row["syllables"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{LABELS_FILE} needs whole numbers in column syllables") from error
    if count < 1 or not row.get("file"):
        raise InputError(f"{LABELS_FILE} needs a file and at least one syllable a row")
    return count
