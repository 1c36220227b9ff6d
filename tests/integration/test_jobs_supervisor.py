"""Supervisor and workers as real processes on a real database: nothing is lost, nothing is left."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import jobs_host
from interview_analysis.adapters.jobs.supervisor import WorkerSupervisor, restart_wait
from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.domain.analysis import AnalysisStatus, Failure
from jobs_builders import eventually, has_status, open_store, processes, queued, release, workers

pytestmark = pytest.mark.slow

QUEUED, PROCESSING, COMPLETED = AnalysisStatus.QUEUED, AnalysisStatus.PROCESSING, AnalysisStatus.COMPLETED


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
async def store(data: Path) -> AsyncIterator[SqlAnalysisStore]:
    async with open_store(data) as opened:
        yield opened


@contextmanager
def host_process(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, str(Path(jobs_host.__file__)), str(data), "1"]) as process:
        try:
            yield process
        finally:
            process.kill()


async def begun(data: Path, store: SqlAnalysisStore, analysis_id: str) -> None:
    """Until the worker is in the middle of this analysis."""
    await eventually(has_status(store, analysis_id, PROCESSING))
    await eventually(lambda: bool(processes(data / "work")))


async def nothing_left(data: Path, seconds: float = 60.0) -> None:
    await eventually(lambda: processes(data) == [], seconds)
    await eventually(lambda: not any((data / "work").iterdir()), seconds)


async def test_workers_carry_out_all_that_is_queued(data: Path, store: SqlAnalysisStore) -> None:
    names = [f"analysis_{number}" for number in range(5)]
    for name in names:
        await store.add(queued(name))
    async with WorkerSupervisor(store, jobs_host.config(data, workers=2)):
        for name in names:
            await eventually(has_status(store, name, COMPLETED))
    await nothing_left(data)


@pytest.mark.slow
async def test_killed_worker_is_replaced_and_its_work_done_again(data: Path, store: SqlAnalysisStore) -> None:
    await store.add(queued("a", "once 60"))
    async with WorkerSupervisor(store, jobs_host.config(data)):
        await begun(data, store, "a")
        workers(data)[0].kill()
        await eventually(has_status(store, "a", COMPLETED))
    assert (await store.get("a")).attempt == 2
    await nothing_left(data)


@pytest.mark.slow
async def test_killed_server_leaves_no_process_and_the_next_one_goes_on(data: Path, store: SqlAnalysisStore) -> None:
    await store.add(queued("a", "held"))
    with host_process(data) as server:
        await begun(data, store, "a")
        server.kill()
        await eventually(has_status(store, "a", QUEUED))
        await nothing_left(data)
    release(data, "a")
    with host_process(data):
        await eventually(has_status(store, "a", COMPLETED))
    assert (await store.get("a")).attempt == 1


@pytest.mark.slow
async def test_after_a_power_cut_the_next_server_does_not_wait_for_leases(data: Path, store: SqlAnalysisStore) -> None:
    await store.add(queued("a", "held"))
    with host_process(data):
        await begun(data, store, "a")
        for process in processes(data):
            process.kill()
    assert any((data / "work").iterdir())
    release(data, "a")
    with host_process(data) as server:
        await eventually(has_status(store, "a", COMPLETED))
        server.terminate()
        await nothing_left(data)


@pytest.mark.slow
async def test_analysis_that_kills_its_workers_fails_after_three_attempts(data: Path, store: SqlAnalysisStore) -> None:
    await store.add(queued("poison", "crash"))
    await store.add(queued("harmless"))
    async with WorkerSupervisor(store, jobs_host.config(data)):
        await eventually(has_status(store, "poison", AnalysisStatus.FAILED))
        await eventually(has_status(store, "harmless", COMPLETED))
    poisoned = await store.get("poison")
    assert isinstance(poisoned.failure, Failure)
    assert (poisoned.failure.code, poisoned.attempt) == ("worker_lost", 3)


@pytest.mark.punctual
async def test_cancelled_work_stops_within_two_seconds_and_the_worker_goes_on(data: Path, store: SqlAnalysisStore) -> None:
    await store.add(queued("a", "busy 60"))
    async with WorkerSupervisor(store, jobs_host.config(data)):
        await begun(data, store, "a")
        worker = workers(data)[0]
        await store.cancel("a")
        await eventually(lambda: worker.children() == [], seconds=2.0)
        await store.add(queued("b"))
        await eventually(has_status(store, "b", COMPLETED))
        assert [process.pid for process in workers(data)] == [worker.pid]
    assert (await store.get("a")).status is AnalysisStatus.CANCELLED


async def test_stopping_gives_work_back_uncounted(data: Path, store: SqlAnalysisStore) -> None:
    await store.add(queued("a", "busy 60"))
    async with WorkerSupervisor(store, jobs_host.config(data)):
        await begun(data, store, "a")
    given_back = await store.get("a")
    assert (given_back.status, given_back.attempt) == (QUEUED, 0)
    await nothing_left(data, seconds=10.0)


async def test_worker_that_hears_nothing_is_killed_with_its_children(data: Path, store: SqlAnalysisStore) -> None:
    await store.add(queued("a", "stubborn"))
    async with WorkerSupervisor(store, jobs_host.config(data, stop_seconds=1.0)):
        await begun(data, store, "a")
    assert (await store.get("a")).attempt == 1
    await nothing_left(data, seconds=2.0)  # by itself it would end three seconds after its server, and its children later


@pytest.mark.slow
async def test_one_of_two_servers_supervises_and_the_other_takes_over(data: Path, store: SqlAnalysisStore) -> None:
    with host_process(data) as first, host_process(data) as second:
        await eventually(lambda: len(workers(data)) == 1)
        (supervising,) = [server for server in (first, second) if workers(data)[0].ppid() == server.pid]
        other = second if supervising is first else first
        supervising.send_signal(signal.SIGKILL)
        await eventually(lambda: [worker.ppid() for worker in workers(data)] == [other.pid])
        other.terminate()
        await nothing_left(data)


@pytest.mark.parametrize(("short_lives", "seconds"), [(0, 0.0), (1, 0.0), (2, 0.5), (3, 1.0), (5, 4.0), (60, 30.0)])
def test_restarts_wait_longer_while_workers_do_not_stay_up(short_lives: int, seconds: float) -> None:
    assert restart_wait(short_lives) == seconds
