"""Where somebody speaks: Silero VAD on OpenVINO, and its stretches of speech.

Network, window and context: silero-vad 6.2 (MIT), ``OnnxWrapper``; thresholds and hysteresis: the defaults of its
``get_speech_timestamps``. The file comes with the silero-vad package, whose own code (it needs torch) is not imported.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openvino
from numpy.typing import NDArray

from interview_analysis.audio.decoder import SAMPLE_RATE
from interview_analysis.domain.episode import Episode
from interview_analysis.errors import ModelUnavailable

WINDOW = 512
"""Samples judged at once."""
WINDOW_SECONDS = WINDOW / SAMPLE_RATE

_CONTEXT = 64
_STATE_SHAPE = (2, 1, 128)
_MODEL_FILE = "silero_vad_openvino_16k.onnx"
_MODEL_SHA256 = "7776b81ad1b0350c15d7f1555943b9232eb53e9ca5d989c6d0cea9ebc8664d87"
_ENTER, _LEAVE = 0.5, 0.35
_MIN_SPEECH_SECONDS = 0.25
_MIN_SILENCE_SECONDS = 0.1
_PAD_SECONDS = 0.03
_OPTIONS = {
    "INFERENCE_NUM_THREADS": 1,
    "NUM_STREAMS": 1,
    "ENABLE_CPU_PINNING": False,
    "INFERENCE_PRECISION_HINT": "f32",
}


def bundled_model() -> Path:
    """The network's file inside the installed silero-vad package. Raises ``ModelUnavailable``."""
    package = importlib.util.find_spec("silero_vad")
    if package is None or not package.submodule_search_locations:
        raise ModelUnavailable("the package silero-vad is not installed")
    return Path(package.submodule_search_locations[0]) / "data" / _MODEL_FILE


class SpeechModel:
    """The loaded network; each sound gets its own ``SpeechStream``. Raises ``ModelUnavailable``."""

    def __init__(self, path: Path) -> None:
        try:
            weights = path.read_bytes()
        except OSError as error:
            raise ModelUnavailable(f"{path.name} cannot be read: {error.strerror}") from None
        if hashlib.sha256(weights).hexdigest() != _MODEL_SHA256:
            raise ModelUnavailable(f"{path.name} has another checksum than expected")
        self._compiled = openvino.Core().compile_model(path, "CPU", _OPTIONS)

    def stream(self) -> SpeechStream:
        return SpeechStream(self._compiled.create_infer_request())


class SpeechStream:
    """One sound, window after window."""

    def __init__(self, request: openvino.InferRequest) -> None:
        self._request = request
        self._input = np.zeros((1, _CONTEXT + WINDOW), dtype=np.float32)
        self._state = np.zeros(_STATE_SHAPE, dtype=np.float32)

    def probability(self, window: NDArray[np.float32]) -> float:
        """Probability 0–1 that the next window, float32 (512,) at 16 kHz, is speech."""
        self._input[0, :_CONTEXT] = self._input[0, -_CONTEXT:]
        self._input[0, _CONTEXT:] = window
        found = self._request.infer({"input": self._input, "state": self._state})
        self._state = found["stateN"].copy()
        return float(found["output"][0, 0])


def find_speech(probabilities: Sequence[float], duration: float) -> list[Episode]:
    """Stretches of speech, apart by at least 0.1 s, padded by 30 ms within 0…``duration``."""
    stretches: list[tuple[int, int]] = []
    start = silence = -1
    for index, probability in enumerate(probabilities):
        if probability >= _ENTER:
            start, silence = (index if start < 0 else start), -1
        elif start >= 0 and probability < _LEAVE:
            silence = index if silence < 0 else silence
            if (index - silence) * WINDOW_SECONDS >= _MIN_SILENCE_SECONDS:
                stretches.append((start, silence))
                start = silence = -1
    if start >= 0:
        stretches.append((start, len(probabilities)))
    return [
        _padded(first, last, duration) for first, last in stretches if (last - first) * WINDOW_SECONDS > _MIN_SPEECH_SECONDS
    ]


def _padded(first: int, last: int, duration: float) -> Episode:
    start, end = first * WINDOW_SECONDS - _PAD_SECONDS, last * WINDOW_SECONDS + _PAD_SECONDS
    return Episode(max(0.0, start), min(duration, end))
