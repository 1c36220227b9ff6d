"""All servers that the service may stand on, behind proxies, and what must be true of an analysis after any fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pymysql
from pymongo import MongoClient

from interview_analysis.adapters.relational.engine import MariaDbServer
from jobs_builders import eventually
from mariadb_servers import MariaDb, mariadb_server
from media_builders import make_clip
from mongo_servers import MongoServer, mongo_server
from s3_servers import moto_server
from server_builders import BUCKET, Server
from tcp_proxy import TcpProxy, tcp_proxy

_KEY, _REGION = "test", "us-east-1"


@dataclass(frozen=True, slots=True)
class Site:
    """The three servers, and the proxies through which the service reaches them."""

    mariadb: MariaDb
    account: MariaDbServer
    mongo: MongoServer
    proxies: dict[str, TcpProxy]

    def settings(self) -> dict[str, str]:
        return {
            "MARIADB_HOST": "127.0.0.1",
            "MARIADB_PORT": str(self.proxies["mariadb"].port),
            "MARIADB_USER": self.account.user,
            "MARIADB_PASSWORD": self.account.password,
            "MARIADB_DATABASE": self.account.database,
            "MONGODB_URL": f"mongodb://127.0.0.1:{self.proxies['mongo'].port}/?directConnection=true",
            "S3_ENDPOINT_URL": f"http://127.0.0.1:{self.proxies['s3'].port}",
            "AWS_DEFAULT_REGION": _REGION,
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": _KEY,
            "JOB_LEASE_SECONDS": "5",
            "JOB_RETRY_SECONDS": "0.5",
            "JOB_MAX_ATTEMPTS": "10",
        }

    def traces(self, analysis: str) -> dict[str, int]:
        """How often the analysis stands in each store."""
        host, port, user, password, name = self.account
        found = {}
        with closing(pymysql.connect(host=host, port=port, user=user, password=password, database=name)) as connection:
            cursor = connection.cursor()
            for table, column in (("analyses", "id"), ("feedback", "analysis_id")):
                cursor.execute(f"SELECT COUNT(*) FROM {table} WHERE {column} = %s", (analysis,))  # noqa: S608 - names above
                found[table] = int((cursor.fetchone() or (0,))[0])
        with closing(MongoClient[dict[str, Any]](self.mongo.url)) as client:
            database = client["interview_analysis"]
            for collection, key in (("frame_timelines", "_id"), ("frame_chunks", "analysis_id")):
                found[collection] = database[collection].count_documents({key: analysis})
        return found


@contextmanager
def open_site(folder: Path) -> Iterator[Site]:
    """MariaDB, MongoDB and S3; the bucket holds one clip of 3 s as ``a.webm``."""
    with ExitStack() as stack:
        mariadb = stack.enter_context(mariadb_server(_made(folder / "mariadb")))
        mongo = stack.enter_context(mongo_server(_made(folder / "mongo")))
        address = stack.enter_context(moto_server())
        clip = make_clip(folder / "a.webm", seconds=3.0, fps=15, size=(320, 240), audio=True)
        s3 = boto3.Session(_KEY, _KEY, region_name=_REGION).client("s3", endpoint_url=address)
        s3.create_bucket(Bucket=BUCKET)
        s3.upload_file(str(clip), BUCKET, "a.webm")
        s3.close()
        account = mariadb.create("practice")
        ports = {"mariadb": account.port, "mongo": mongo.port, "s3": int(address.rpartition(":")[2])}
        proxies = {name: stack.enter_context(tcp_proxy(port)) for name, port in ports.items()}
        yield Site(mariadb, account, mongo, proxies)


async def ends_once_and_whole(server: Server, site: Site, analysis: str) -> None:
    await eventually(lambda: has_ended(server, analysis), 120.0, 0.2)
    done = await server.read(analysis)
    assert done["status"] == "completed", done["error"]
    page = (await server.http.get(f"/analysis/{analysis}/frames?limit=1")).json()
    assert page["total"] == done["video"]["analysed_frames"] > 0
    assert site.traces(analysis) == {"analyses": 1, "feedback": 1, "frame_timelines": 1, "frame_chunks": 1}


async def has_ended(server: Server, analysis: str) -> bool:
    """``False`` also while the store does not answer."""
    answer = await server.http.get(f"/analysis/{analysis}")
    return answer.is_success and answer.json()["status"] not in ("queued", "processing")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
