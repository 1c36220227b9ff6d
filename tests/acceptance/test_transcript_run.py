"""A whole analysis with a transcriber that the settings name, and with one that fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from api_builders import api_settings
from interview_analysis.demo.script import Script
from interview_analysis.domain.analysis import AnalysisResult, AnalysisStatus
from interview_analysis.one_off import analyse_once
from interview_analysis.settings import Settings
from interview_analysis.settings.feedback import OpenAiSettings
from interview_analysis.settings.stores import PathSettings
from interview_analysis.settings.transcriber import TranscriberSettings
from media_builders import speech_like, write_video
from synthetic_face import synthetic_face
from transcription_stub import KEY, TEXT, heard, refused
from webhook_servers import receiver

pytestmark = [pytest.mark.models, pytest.mark.slow]

SECONDS, RATE = 6.0, 5


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A face at rest that speaks."""
    frames = (frame.image for frame in synthetic_face().frames(Script(duration=SECONDS), RATE))
    return write_video(tmp_path_factory.mktemp("clip") / "clip.webm", frames, RATE, audio=speech_like(SECONDS))


def settings_for(folder: Path, models: Path, port: int) -> Settings:
    return api_settings(
        folder,
        paths=PathSettings(data_dir=folder / "data", models_dir=models, logs_dir=folder / "logs"),
        openai=OpenAiSettings(openai_api_key=SecretStr(KEY), openai_base_url=f"http://127.0.0.1:{port}/v1"),
        transcription=TranscriberSettings(transcriber="openai", transcriber_timeout_seconds=30.0),
    )


async def analysed(clip: Path, settings: Settings) -> AnalysisResult:
    outcome = await analyse_once(str(clip), settings, lambda _: None)
    assert outcome.analysis.status is AnalysisStatus.COMPLETED
    assert outcome.analysis.result is not None
    return outcome.analysis.result


async def test_the_result_has_what_was_said(clip: Path, tmp_path: Path, models_dir: Path) -> None:
    async with receiver(heard()) as server:
        result = await analysed(clip, settings_for(tmp_path, models_dir, server.port))
    found = result.transcription
    assert found is not None
    assert found.transcript is not None
    assert (found.transcript.text, found.transcript.model) == (TEXT, "whisper-1")
    assert found.wording is not None
    assert found.wording.filler_counts == {"um": 1}
    assert "transcript_unavailable" not in result.quality.warnings


async def test_an_analysis_outlives_its_transcriber(clip: Path, tmp_path: Path, models_dir: Path) -> None:
    async with receiver(refused(401)) as server:
        result = await analysed(clip, settings_for(tmp_path, models_dir, server.port))
    assert result.transcription is not None
    assert result.transcription.reason == "transcriber_refused"
    assert "transcript_unavailable" in result.quality.warnings
    assert result.scores.voice.metrics is not None
