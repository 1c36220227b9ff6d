"""A worker dies by ``kill -9`` in each stage of the line, on MariaDB, MongoDB and S3; the real program takes over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.adapters.relational.engine import mariadb_url, open_database
from interview_analysis.domain.analysis import Analysis, Stage, VideoReference
from jobs_builders import eventually, queued
from jobs_stages import AFTER, reached
from server_builders import BUCKET, Server, environment, processes_of, temporary_files
from site_builders import Site, ends_once_and_whole, open_site

pytestmark = [pytest.mark.slow, pytest.mark.models, pytest.mark.asyncio(loop_scope="module")]

COURSES = [*(stage.value for stage in Stage if stage is not Stage.QUEUED), AFTER]


@dataclass(frozen=True, slots=True)
class Killed:
    """Where every analysis had its worker killed, and a healthy service is running since."""

    server: Server
    site: Site
    data: Path
    store: SqlAnalysisStore


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site")) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def killed(site: Site, tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> AsyncIterator[Killed]:
    """In the end no process and no temporary file may be left."""
    data = tmp_path_factory.mktemp("service")
    async with open_database(mariadb_url(site.account)) as engine:
        store = SqlAnalysisStore(engine, max_attempts=3)
        for course in COURSES:
            await store.add(wanted(course))
        with held_workers(data, environment(data, models_dir, UPLOAD_BUCKET=BUCKET, **site.settings())):
            await eventually(lambda: all(reached(data, wanted(course).id).exists() for course in COURSES), 240.0)
            assert len(temporary_files(data)) == len(COURSES)
        await eventually(lambda: processes_of(data) == [])
        server = Server(data, models_dir, UPLOAD_BUCKET=BUCKET, **site.settings())
        await server.start()
        try:
            yield Killed(server, site, data, store)
            server.stop()
            await eventually(lambda: processes_of(data) == [])
            assert temporary_files(data) == []
        finally:
            await server.close()


async def test_a_worker_that_is_killed_in_a_stage_costs_an_attempt(killed: Killed, subtests: pytest.Subtests) -> None:
    """Subtests, so that one process has all stages: what they share takes half a minute to come about."""
    for course in COURSES:
        with subtests.test(stage=course):
            await ends_once_and_whole(killed.server, killed.site, wanted(course).id)
            assert (await killed.store.get(wanted(course).id)).attempt == (1 if course == AFTER else 2)


def wanted(course: str) -> Analysis:
    analysis = queued(f"analysis_{course}", course, VideoReference(BUCKET, "a.webm"))
    return replace(analysis, request=replace(analysis.request, overlay=course == Stage.OVERLAY))


@contextmanager
def held_workers(data: Path, settings: dict[str, str]) -> Iterator[None]:
    """One for each course; in the end all are killed at once."""
    command = [sys.executable, str(Path(__file__).parents[1] / "jobs_stages.py"), str(len(COURSES))]
    variables = {**settings, "OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}  # it forks
    with subprocess.Popen(command, env=variables, cwd=data, start_new_session=True) as process:
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
