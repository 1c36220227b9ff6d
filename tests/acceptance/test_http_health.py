"""Health of servers that hang: told quickly, one by one, and never in the way of liveness."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from api_builders import RunningApi, api_settings, running_api
from interview_analysis.adapters.relational.engine import MariaDbServer
from interview_analysis.settings.stores import MariaDbSettings, MongoDbSettings, S3Settings
from mariadb_servers import mariadb_server
from mongo_servers import mongo_server
from processes import wait_until
from s3_servers import moto_server
from silent_servers import SilencingProxy

pytestmark = pytest.mark.slow

STORES = ("database", "frame_metrics", "video_store")
Servers = dict[str, tuple[str, int]]
IN_TIME = 4.0
"""Seconds for one time-out (2 s) on a busy machine; two of them one after the other take longer."""
_TRIES = 5


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDbServer]:
    with mariadb_server(tmp_path_factory.mktemp("mariadb")) as server:
        yield server.create("practice")


@pytest.fixture(scope="module")
def servers(database: MariaDbServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with mongo_server(tmp_path_factory.mktemp("mongo")) as mongo, moto_server() as s3:
        address = urlsplit(s3)
        yield {
            "database": (database.host, database.port),
            "frame_metrics": ("127.0.0.1", mongo.port),
            "video_store": (address.hostname or "", address.port or 0),
        }


@pytest.fixture
def proxies(servers: Servers) -> Iterator[dict[str, SilencingProxy]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(SilencingProxy(servers[name])) for name in STORES}


@pytest.fixture
def api(tmp_path: Path, proxies: dict[str, SilencingProxy], database: MariaDbServer) -> Iterator[RunningApi]:
    """Every store behind its proxy."""
    settings = api_settings(
        tmp_path,
        mariadb=MariaDbSettings(
            mariadb_host="127.0.0.1",
            mariadb_port=proxies["database"].port,
            mariadb_user=database.user,
            mariadb_password=database.password,
            mariadb_database=database.database,
        ),
        mongodb=MongoDbSettings(mongodb_url=f"mongodb://127.0.0.1:{proxies['frame_metrics'].port}/?directConnection=true"),
        s3=S3Settings(
            s3_endpoint_url=f"http://127.0.0.1:{proxies['video_store'].port}",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        ),
    )
    with running_api(settings) as running:
        yield running


def readiness(api: RunningApi) -> tuple[int, dict[str, str], float]:
    """Status code, each store's status, seconds."""
    began = time.monotonic()
    answer = api.http.get("/health/ready")
    seconds = time.monotonic() - began
    return answer.status_code, {name: entry["status"] for name, entry in answer.json()["dependencies"].items()}, seconds


def times_told_down(api: RunningApi, *silent: str) -> Iterator[float]:
    """How long each of some askings takes. Neighbours on the machine may hold up several, but not the quickest of all."""
    for _ in range(_TRIES):
        status, stores, seconds = readiness(api)
        assert (status, [name for name in STORES if stores[name] == "down"]) == (503, list(silent))
        yield seconds


@pytest.mark.parametrize("silent", STORES)
def test_one_that_hangs_is_named_in_time_and_well_again_when_it_answers(
    api: RunningApi, proxies: dict[str, SilencingProxy], silent: str
) -> None:
    wait_until(lambda: readiness(api)[:2] == (200, dict.fromkeys(STORES, "ok")), seconds=30.0)
    proxies[silent].silence()
    for _ in range(2):
        assert any(seconds < IN_TIME for seconds in times_told_down(api, silent))
    proxies[silent].speak()
    wait_until(lambda: readiness(api)[0] == 200, seconds=60.0)


def test_with_all_of_them_silent_it_answers_in_time_and_lives(api: RunningApi, proxies: dict[str, SilencingProxy]) -> None:
    for proxy in proxies.values():
        proxy.silence()
    assert any(lives_while_many_ask(api) for _ in range(_TRIES))
    for proxy in proxies.values():
        proxy.speak()


def lives_while_many_ask(api: RunningApi) -> bool:
    """Whether it said that it lives before the eight were told that nothing is ready, and these were told in time."""
    with ThreadPoolExecutor(8) as pool:
        askers = [pool.submit(readiness, api) for _ in range(8)]
        assert api.http.get("/health/live").json() == {"status": "ok"}
        lives_first = not any(asker.done() for asker in askers)
        answers = [asker.result() for asker in askers]
    assert [(status, stores) for status, stores, _ in answers] == [(503, dict.fromkeys(STORES, "down"))] * 8
    return lives_first and max(seconds for *_, seconds in answers) < IN_TIME


def test_a_silent_database_does_not_hang_the_scrape(api: RunningApi, proxies: dict[str, SilencingProxy]) -> None:
    assert "interview_analysis_queue_depth{" in api.http.get("/metrics").text
    proxies["database"].silence()
    wait_until(lambda: "interview_analysis_database_up 0.0" in api.http.get("/metrics").text, seconds=10.0)
    assert "queue_depth" not in api.http.get("/metrics").text
    proxies["database"].speak()
    wait_until(lambda: "interview_analysis_database_up 1.0" in api.http.get("/metrics").text, seconds=60.0)


def test_a_slow_one_is_degraded_and_still_ready(api: RunningApi, proxies: dict[str, SilencingProxy]) -> None:
    proxies["video_store"].delay = 1.2
    slow = 200, {**dict.fromkeys(STORES, "ok"), "video_store": "degraded"}
    wait_until(lambda: readiness(api)[:2] == slow, seconds=30.0)
