"""One analysis on MariaDB, MongoDB and S3 together: nothing of it in the data folder, and nothing left once it is erased."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import boto3
import pymysql
import pytest
from pymongo import MongoClient

from interview_analysis.adapters.relational.engine import MariaDbServer
from mariadb_servers import mariadb_server
from media_builders import make_clip
from mongo_servers import mongo_server
from s3_servers import moto_server
from server_builders import BUCKET, Server

pytestmark = [pytest.mark.slow, pytest.mark.models]

_KEY, _REGION = "test", "us-east-1"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDbServer]:
    with mariadb_server(tmp_path_factory.mktemp("mariadb")) as server:
        yield server.create("practice")


@pytest.fixture(scope="module")
def settings(database: MariaDbServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """As an operator would write them into ``.env``; the bucket holds one clip."""
    with ExitStack() as stack:
        mongo = stack.enter_context(mongo_server(tmp_path_factory.mktemp("mongo")))
        address = stack.enter_context(moto_server())
        clip = make_clip(tmp_path_factory.mktemp("clip") / "a.webm", seconds=3.0, fps=15, size=(320, 240), audio=True)
        s3 = boto3.Session(_KEY, _KEY, region_name=_REGION).client("s3", endpoint_url=address)
        s3.create_bucket(Bucket=BUCKET)
        s3.create_bucket(Bucket="uploads")
        s3.upload_file(str(clip), BUCKET, "a.webm")
        s3.close()
        yield {
            "MARIADB_HOST": database.host,
            "MARIADB_PORT": str(database.port),
            "MARIADB_USER": database.user,
            "MARIADB_PASSWORD": database.password,
            "MARIADB_DATABASE": database.database,
            "MONGODB_URL": mongo.url,
            "S3_ENDPOINT_URL": address,
            "AWS_DEFAULT_REGION": _REGION,
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": _KEY,
        }


@pytest.fixture
async def server(tmp_path: Path, models_dir: Path, settings: dict[str, str]) -> AsyncIterator[Server]:
    started = Server(tmp_path, models_dir, **settings)
    await started.start()
    try:
        yield started
        started.stop()
    finally:
        await started.close()


def rows_in_mariadb(database: MariaDbServer) -> dict[str, int]:
    host, port, user, password, name = database
    with closing(pymysql.connect(host=host, port=port, user=user, password=password, database=name)) as connection:
        cursor = connection.cursor()
        counts = {}
        for table in ("analyses", "feedback", "frame_timelines", "deliveries"):
            cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - names of this file
            counts[table] = int((cursor.fetchone() or (0,))[0])
        return counts


def documents_in_mongo(url: str) -> dict[str, int]:
    with closing(MongoClient[dict[str, Any]](url)) as client:
        database = client["interview_analysis"]
        return {name: database[name].count_documents({}) for name in ("frame_timelines", "frame_chunks")}


def database_files(data: Path) -> list[Path]:
    return list(data.rglob("*.db"))


async def test_an_analysis_from_its_submission_to_its_erasure(
    server: Server, settings: dict[str, str], database: MariaDbServer, tmp_path: Path
) -> None:
    analysis = await server.analyze("a.webm")
    done = await server.until(analysis, "completed", "failed")
    assert done["status"] == "completed", done["error"]
    frames = (await server.http.get(f"/analysis/{analysis}/frames?limit=10")).json()
    assert frames["total"] == done["video"]["analysed_frames"]
    assert rows_in_mariadb(database) == {"analyses": 1, "feedback": 1, "frame_timelines": 0, "deliveries": 0}
    assert documents_in_mongo(settings["MONGODB_URL"]) == {"frame_timelines": 1, "frame_chunks": 1}
    assert not database_files(tmp_path)
    erased = (await server.http.delete(f"/analysis/{analysis}")).json()
    assert erased["verified"] is True
    gone = {
        "analysis": True,
        "frames": frames["total"],
        "feedback": True,
        "video": False,
        "deliveries": 0,
        "llm_wish": False,
        "overlay": False,
    }
    assert erased["erased"] == gone
    assert set(rows_in_mariadb(database).values()) == {0}
    assert documents_in_mongo(settings["MONGODB_URL"]) == {"frame_timelines": 0, "frame_chunks": 0}


async def test_an_uploaded_video_is_erased_from_s3_and_exported_before(server: Server) -> None:
    video = (await server.http.post("/uploads", content=b"no video", headers={"Content-Type": "video/webm"})).json()
    place = {"s3_bucket": video["s3_bucket"], "s3_key": video["s3_key"]}
    asked = await server.http.post("/analyze", json={**place, "user_id": "홍길동"})
    await server.until(asked.json()["analysis_id"], "failed")
    answer = await server.http.get("/users/export", params={"user_id": "홍길동", "videos": True})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.read(f"analyses/{asked.json()['analysis_id']}/video.webm") == b"no video"
    assert (await server.http.delete("/users", params={"user_id": "홍길동"})).json()["erased"]["videos"] == 1
    again = await server.http.post("/analyze", json=place)
    failed = await server.until(again.json()["analysis_id"], "failed")
    assert failed["error"]["code"] == "video_not_found"


async def test_readiness_names_each_store(server: Server) -> None:
    answer = await server.http.get("/health/ready")
    assert answer.status_code == 200, answer.text
