"""The made sound counts as speech where it should, and as silence elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from interview_analysis.audio.speech import WINDOW, WINDOW_SECONDS, SpeechModel, bundled_model
from interview_analysis.demo.speech import SAMPLE_RATE, make_speech
from interview_analysis.domain.episode import Episode

PAUSE = Episode(2.0, 3.2)


def test_length_range_and_repeatability() -> None:
    sound = make_speech(4.0, (PAUSE,))
    assert sound.shape == (4 * SAMPLE_RATE,)
    assert 0.3 < np.abs(sound).max() < 0.6
    assert np.array_equal(sound, make_speech(4.0, (PAUSE,)))


@pytest.mark.parametrize(("start", "end", "speech"), [(0.3, 1.8, True), (2.2, 3.1, False), (3.6, 4.8, True)])
def test_voice_activity_hears_speech_and_pauses(start: float, end: float, speech: bool) -> None:
    sound = make_speech(5.0, (PAUSE,))
    stream = SpeechModel(bundled_model()).stream()
    heard = np.array([stream.probability(sound[i : i + WINDOW]) for i in range(0, len(sound) - WINDOW, WINDOW)])
    inside = heard[round(start / WINDOW_SECONDS) : round(end / WINDOW_SECONDS)]
    assert bool(np.mean(inside > 0.5) > 0.9) is speech
    assert bool(np.mean(inside < 0.35) > 0.9) is not speech
