"""What every test may ask for, and which tests cannot run on this machine (with the reason)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rabbitmq_servers import RabbitMq

ROOT = Path(__file__).parents[1]
MODELS = ROOT / "models"
LANDMARKER = MODELS / "face_landmarker.task"
PORTRAIT = MODELS / "astronaut.png"
DATA_VARIABLE = "INTERVIEW_ANALYSIS_DATA"

# Idle threads of torch sleep: by default they spin, which takes the cores from the processes of the tests beside. OpenMP reads
# this as torch is loaded, here and in the processes that tests start.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs files that are not here; ``-ra`` prints why."""
    reasons = {
        "models": None if LANDMARKER.exists() and PORTRAIT.exists() else "no model files: ./run_server.sh setup-dev",
        "espeak": None if shutil.which("espeak-ng") or "CI" in os.environ else "espeak-ng is not installed (Debian: espeak-ng)",
        "data": None if os.environ.get(DATA_VARIABLE) else f"{DATA_VARIABLE} is not set",
    }
    for item in items:
        for marker, reason in reasons.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Recorded clips and labelled data; for tests marked ``data``."""
    return Path(os.environ[DATA_VARIABLE])


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """Pulled and committed model files; for tests marked ``models``."""
    return MODELS


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMq]:
    """One broker for all tests, since it starts slowly: each uses a queue of its own and leaves the broker running. It takes
    messages back after a few seconds, which other brokers do after half an hour."""
    from rabbitmq_servers import rabbitmq_server

    with rabbitmq_server(tmp_path_factory.mktemp("rabbitmq"), consumer_timeout=4.0) as server:
        yield server


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty working directory and no variable that the settings would read; returns the directory."""
    from interview_analysis.settings import Settings

    for group in Settings.model_fields.values():
        for name in getattr(group.annotation, "model_fields", {}):
            monkeypatch.delenv(name.upper(), raising=False)
            monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path
