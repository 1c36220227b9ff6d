"""What every ``Transcriber`` keeps to. Each implementation says how it is made and what it is given to hear."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from interview_analysis.application.ports import Transcriber
from interview_analysis.domain.wording import measure_wording
from interview_analysis.errors import DependencyUnavailable, VideoError
from media_builders import make_clip

PATIENCE = 60.0
"""No test comes near it unless the time-out does not work."""


class TranscriberContract:
    """Fixtures of each implementation: ``transcriber``; ``late``, which has too little time for anything; ``speech``, a file
    of ``SECONDS`` that says "Um", then something with "small team"."""

    SECONDS = 4.0

    async def test_words_come_with_their_times_hesitations_included(self, transcriber: Transcriber, speech: Path) -> None:
        transcript = await transcriber.transcribe(speech, self.SECONDS)
        assert transcript is not None
        assert (transcript.language, transcript.model) == ("en", "test-model")
        assert "small team" in transcript.text
        assert all(0 <= word.start <= word.end <= self.SECONDS for word in transcript.words)
        assert all(word.start <= following.start for word, following in itertools.pairwise(transcript.words))
        assert measure_wording(transcript, 60.0).filler_counts == {"um": 1}

    async def test_a_file_without_sound_is_told(self, transcriber: Transcriber, tmp_path: Path) -> None:
        with pytest.raises(VideoError):
            await transcriber.transcribe(make_clip(tmp_path / "mute.webm", seconds=0.5), 0.5)

    async def test_it_ends_when_its_time_is_over(self, late: Transcriber, speech: Path) -> None:
        with pytest.raises(DependencyUnavailable) as caught:
            await asyncio.wait_for(late.transcribe(speech, self.SECONDS), PATIENCE)
        assert caught.value.code == "transcriber_timed_out"

    async def test_cancelled_it_is_over(self, transcriber: Transcriber, speech: Path) -> None:
        work = asyncio.create_task(transcriber.transcribe(speech, self.SECONDS))
        await asyncio.sleep(0)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(work, PATIENCE)
