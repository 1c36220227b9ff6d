"""The worker command on its own: how it starts, refuses and ends."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from interview_analysis.adapters.jobs.folders import living_workers
from interview_analysis.cli import build_app
from interview_analysis.domain.analysis import AnalysisStatus
from jobs_builders import eventually, has_status, open_store, queued
from server_builders import temporary_files, worker_process


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder that every test must leave without temporary files."""
    yield tmp_path
    assert temporary_files(tmp_path) == []


async def ready(process: subprocess.Popen[bytes]) -> None:
    """Until the worker listens to signals, the last thing that it does before it opens the stores."""
    await eventually(lambda: _handles(process.pid, signal.SIGTERM))


@pytest.mark.slow
async def test_without_models_an_analysis_fails_with_the_reason(data: Path) -> None:
    async with open_store(data) as store:
        await store.add(queued("a"))
        with worker_process(data, data / "no-models") as process:
            await eventually(has_status(store, "a", AnalysisStatus.FAILED))
            process.terminate()
            assert process.wait(timeout=60.0) == 0
        failure = (await store.get("a")).failure
    assert failure is not None
    assert failure.code == "model_unavailable"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_idle_worker_ends_on_signal(data: Path, number: signal.Signals) -> None:
    with worker_process(data, data / "no-models") as process:
        await ready(process)
        process.send_signal(number)
        assert process.wait(timeout=60.0) == 0


@pytest.mark.punctual
async def test_supervised_worker_ends_with_its_input(data: Path) -> None:
    with worker_process(data, data / "no-models", "--supervised", "--name", "w0") as process:
        await ready(process)
        assert living_workers(data / "work") == ["w0"]
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=60.0)


@pytest.mark.slow
async def test_name_of_a_running_worker_is_refused(data: Path) -> None:
    with worker_process(data, data / "no-models", "--name", "w0") as first:
        await ready(first)
        with worker_process(data, data / "no-models", "--name", "w0") as second:
            assert second.wait(timeout=60.0) == 4
        first.terminate()
        first.wait(timeout=60.0)


@pytest.mark.parametrize("name", ["../up", "a b", "x" * 41, ".hidden"])
def test_name_that_is_no_folder_name_is_refused(name: str) -> None:
    assert CliRunner().invoke(build_app(), ["worker", "--name", name]).exit_code == 2


def test_several_processes_need_a_queue(clean_environment: Path) -> None:
    outcome = CliRunner().invoke(build_app(), ["worker", "--concurrency", "2"])
    assert (outcome.exit_code, "RABBITMQ_URL" in outcome.output) == (2, True)


def _handles(pid: int, number: signal.Signals) -> bool:
    """Whether the process has a handler for this signal installed (the kernel's own mask of caught signals)."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)
