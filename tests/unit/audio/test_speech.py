"""Voice activity, and stretches of speech from its probabilities."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from interview_analysis.audio.speech import WINDOW, WINDOW_SECONDS, SpeechModel, bundled_model, find_speech
from interview_analysis.errors import ModelUnavailable
from media_builders import Samples, silence, speech_like


@pytest.fixture(scope="module")
def model() -> SpeechModel:
    return SpeechModel(bundled_model())


def judge(model: SpeechModel, samples: Samples) -> list[float]:
    stream = model.stream()
    return [stream.probability(samples[i : i + WINDOW]) for i in range(0, len(samples) - WINDOW + 1, WINDOW)]


def noise(seconds: float) -> Samples:
    return np.asarray(0.1 * np.random.default_rng(3).standard_normal(round(seconds * 16_000)), dtype=np.float32)


def hum(seconds: float) -> Samples:
    return np.asarray(0.5 * np.sin(2 * np.pi * 220 * np.arange(round(seconds * 16_000)) / 16_000), dtype=np.float32)


@pytest.mark.parametrize("make", [silence, noise, hum])
def test_what_is_no_voice_is_no_speech(model: SpeechModel, make: type) -> None:
    assert max(judge(model, make(2.0))) < 0.3


@pytest.mark.parametrize("level", [1.0, 0.1, 0.02])
def test_speech_is_found_at_its_place_whatever_the_level(model: SpeechModel, level: float) -> None:
    sound = np.concatenate([silence(1.0), speech_like(2.0), silence(1.0)]) * np.float32(level)
    (stretch,) = find_speech(judge(model, sound), 4.0)
    assert (stretch.start, stretch.end) == pytest.approx((1.0, 3.0), abs=0.2)


def test_streams_do_not_share_their_state(model: SpeechModel) -> None:
    sound = speech_like(1.0)
    alone = judge(model, sound)
    judge(model, noise(1.0))
    assert judge(model, sound) == alone


def windows(*parts: tuple[float, float]) -> list[float]:
    """(probability, seconds) → probabilities by window."""
    return [probability for probability, seconds in parts for _ in range(round(seconds / WINDOW_SECONDS))]


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        (windows((0.1, 3.2)), []),
        (windows((0.1, 0.96), (0.9, 0.96), (0.1, 1.28)), [(0.93, 1.95)]),
        (windows((0.9, 0.96), (0.1, 0.064), (0.9, 0.96), (0.0, 0.32)), [(0.0, 2.014)]),
        (windows((0.9, 0.96), (0.1, 0.32), (0.9, 0.96)), [(0.0, 0.99), (1.25, 2.24)]),
        (windows((0.9, 0.96), (0.4, 0.96), (0.1, 1.28)), [(0.0, 1.95)]),
        (windows((0.4, 0.96), (0.1, 0.96)), []),
        (windows((0.1, 0.96), (0.9, 0.224), (0.1, 0.96)), []),
        (windows((0.1, 0.96), (0.9, 0.96)), [(0.93, 1.92)]),
    ],
    ids=["none", "one", "short break", "two", "fading", "never sure", "a click", "open end"],
)
def test_stretches(probabilities: list[float], expected: list[tuple[float, float]]) -> None:
    duration = len(probabilities) * WINDOW_SECONDS
    found = [time for stretch in find_speech(probabilities, duration) for time in (stretch.start, stretch.end)]
    assert found == pytest.approx([time for pair in expected for time in pair], abs=0.001)


def test_another_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "silero_vad_openvino_16k.onnx"
    other.write_bytes(bundled_model().read_bytes()[:-1] + b"x")
    with pytest.raises(ModelUnavailable, match="checksum"):
        SpeechModel(other)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        SpeechModel(tmp_path / "none.onnx")


def test_it_does_without_torch() -> None:
    code = """if True:
        import sys
        from interview_analysis.audio.speech import SpeechModel, bundled_model
        SpeechModel(bundled_model())
        sys.exit("torch" in sys.modules or "silero_vad" in sys.modules)
    """
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
