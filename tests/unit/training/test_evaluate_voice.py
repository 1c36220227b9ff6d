"""Errors of pace by hand, and on speech that espeak-ng was told to make."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interview_analysis.audio.analyzer import SpeechVoiceAnalyzer
from interview_analysis.domain.voice import VoiceMetrics
from interview_analysis.errors import InputError, ModelUnavailable
from interview_analysis.training.espeak import Manner, speak
from interview_analysis.training.evaluate_voice import evaluate_recordings, evaluate_voice
from interview_analysis.training.spoken_sentences import ANSWERS, SENTENCES

COUNTED = {"a.wav": 9, "b.wav": 24, "c.wav": 10}


def heard(syllables: int | None) -> VoiceMetrics:
    return VoiceMetrics(
        duration=10.0,
        talk_seconds=6.0,
        talk_ratio=0.6,
        speech=(),
        pauses=(),
        response_latency=None,
        loudness_spread=None,
        syllables=syllables,
    )


def measured(path: Path, duration: float) -> VoiceMetrics | None:
    return {"a.wav": heard(9), "b.wav": heard(21), "c.wav": heard(None)}[path.name]


def test_errors_by_hand(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("file,syllables\n" + "".join(f"{name},{n}\n" for name, n in COUNTED.items()))
    result = evaluate_recordings(tmp_path, measured)
    values = {name: figure.value for name, figure in result.metrics.items()}
    assert values == pytest.approx({"count_error": 30 / 33 - 1, "count_error_each": (0 + 3 / 24) / 2})
    assert result.n == 3
    assert result.coverage == pytest.approx(2 / 3)


def test_recordings_without_any_speech_have_no_figure(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("file,syllables\na.wav,9\n")
    result = evaluate_recordings(tmp_path, lambda path, duration: None)
    assert (result.coverage, str(result.metrics["count_error"].value)) == (0.0, "nan")


@pytest.mark.parametrize(
    "labels", ["file,syllables\n", "file\na.wav\n", "file,syllables\na.wav,many\n", "file,syllables\na.wav,0\n"]
)
def test_a_folder_without_counts_is_refused(tmp_path: Path, labels: str) -> None:
    (tmp_path / "labels.csv").write_text(labels)
    with pytest.raises(InputError):
        evaluate_recordings(tmp_path, measured)


def test_sentences_have_their_syllables() -> None:
    assert (SENTENCES[0].text, SENTENCES[0].syllables) == ("안녕하십니까 개발 직무에 지원한 박서준입니다", 20)
    assert (SENTENCES[10].text, SENTENCES[10].syllables) == (
        "Good morning and thank you for taking the time to talk with me",
        15,
    )
    assert sum(answer.syllables for answer in ANSWERS) == sum(sentence.syllables for sentence in SENTENCES)


def test_what_makes_the_speech_may_be_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ModelUnavailable, match="apt-get install espeak-ng"):
        speak("one", Manner("en-us"), tmp_path / "a.wav")


@pytest.mark.espeak
def test_a_voice_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="espeak-ng"):
        speak("one", Manner("xx"), tmp_path / "a.wav")


@pytest.mark.espeak
@pytest.mark.slow
def test_pace_and_pitch_of_made_speech_are_right() -> None:
    """Three answers in two voices each, at three rates: the syllables within 10 %, and their rate."""
    result = evaluate_voice(SpeechVoiceAnalyzer().analyse, answers=ANSWERS[::4])
    errors = {name: abs(figure.value) for name, figure in result.metrics.items() if re.match("(ko|en)_", name)}
    assert len(errors) == 12
    assert {name: error for name, error in errors.items() if not error <= 0.10} == {}
    assert (result.n, result.coverage) == (18, 1.0)
    assert result.metrics["pitch_as_told"].value == 1.0
    assert result.metrics["tone_error_cents"].value < 10
    assert result.metrics["tone_gross_errors"].value == 0
