"""``Transcriber`` on faster-whisper (CTranslate2): the sound stays on this machine."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from interview_analysis.adapters.transcribe.config import TranscriberConfig
from interview_analysis.adapters.transcribe.sound import finish_in_thread, read_samples
from interview_analysis.domain.transcript import Transcript, Word
from interview_analysis.errors import DependencyUnavailable, ModelUnavailable
from interview_analysis.ffmpeg import ProcessLimits

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

_THREADS = 1
"""Networks of the frames keep the other cores busy meanwhile."""

_SILENCE_SECONDS = 2.0
"""Longer silences around doubtful words are passed over."""


class FasterWhisperTranscriber:
    """``locate`` gives the folder of the model, verified; it is asked, and the model loaded, when first needed.

    A time-out or a cancellation takes effect between two windows of 30 s of sound.
    """

    def __init__(self, locate: Callable[[], Path], config: TranscriberConfig) -> None:
        self._locate = locate
        self._config = config
        self._model: WhisperModel | None = None
        self._loading = threading.Lock()

    async def transcribe(self, path: Path, duration: float) -> Transcript | None:
        """See ``Transcriber``."""
        stop = threading.Event()
        try:
            async with asyncio.timeout(self._config.timeout):
                return await finish_in_thread(lambda: self._recognise(path, duration, stop), stop.set)
        except TimeoutError:
            raise _timed_out(self._config.timeout) from None

    def _recognise(self, path: Path, duration: float, stop: threading.Event) -> Transcript | None:
        samples = read_samples(path, duration, ProcessLimits(seconds=self._config.timeout))
        try:
            segments, info = self._loaded().transcribe(
                samples,
                language=self._config.language,
                initial_prompt=self._config.prompt,
                word_timestamps=True,
                hallucination_silence_threshold=_SILENCE_SECONDS,
                condition_on_previous_text=False,
            )
            words = []
            for segment in segments:
                if stop.is_set():
                    raise _timed_out(self._config.timeout)
                words += [Word(word.word.strip(), float(word.start), float(word.end)) for word in segment.words or ()]
        except (RuntimeError, ValueError) as error:
            raise DependencyUnavailable(f"{type(error).__name__} in CTranslate2", code="transcriber_failed") from error
        return Transcript(language=info.language, words=tuple(words), model=self._config.model) if words else None

    def _loaded(self) -> WhisperModel:
        with self._loading:
            if self._model is None:
                self._model = _load(self._locate())
            return self._model


def _load(folder: Path) -> WhisperModel:
    try:
        from faster_whisper import WhisperModel  # noqa: PLC0415 - an optional package, and half a second
    except ImportError as error:
        raise ModelUnavailable("the package is missing: pip install 'interview-analysis[transcribe]'") from error
    return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=_THREADS, local_files_only=True)


def _timed_out(seconds: float) -> DependencyUnavailable:
    return DependencyUnavailable(f"not done in {seconds:g} s", code="transcriber_timed_out")
