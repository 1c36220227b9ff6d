"""MariaDB, MongoDB and S3 die, are cut off, fall silent and crawl while analyses run: each ends once and whole."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from jobs_builders import eventually
from server_builders import Server, temporary_files
from site_builders import Site, ends_once_and_whole, open_site
from tcp_proxy import Fault

pytestmark = [pytest.mark.slow, pytest.mark.models, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site")) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(site: Site, tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> AsyncIterator[tuple[Server, Path]]:
    folder = tmp_path_factory.mktemp("service")
    started = Server(folder, models_dir, **site.settings())
    await started.start()
    try:
        yield started, folder
        started.stop()
        assert temporary_files(folder) == []
    finally:
        await started.close()


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.STALLED, Fault.SLOW])
@pytest.mark.parametrize("store", ["mariadb", "mongo", "s3"])
async def test_a_store_that_is_out_of_reach_for_a_while(
    server: tuple[Server, Path], site: Site, store: str, fault: Fault
) -> None:
    service, _ = server
    proxy = site.proxies[store]
    analysis = await service.analyze("a.webm")
    proxy.fault = fault
    try:
        await eventually(lambda: proxy.felt > 0, 60.0)
    finally:
        proxy.fault = Fault.NONE
    await ends_once_and_whole(service, site, analysis)


@pytest.mark.parametrize("store", ["mariadb", "mongo"])
async def test_a_database_that_is_killed_in_the_middle_of_the_work(server: tuple[Server, Path], site: Site, store: str) -> None:
    service, _ = server
    database = site.mariadb if store == "mariadb" else site.mongo
    analyses = [await service.analyze("a.webm") for _ in range(2)]
    await eventually(lambda: is_at_work(service, analyses[0]), 60.0)
    database.kill()
    database.start()
    for analysis in analyses:
        await ends_once_and_whole(service, site, analysis)


async def is_at_work(server: Server, analysis: str) -> bool:
    return bool((await server.read(analysis))["status"] != "queued")
