"""The disk fills up under a service that works: the work folder's, and the database's."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from jobs_builders import eventually
from media_builders import concatenate, make_clip
from server_builders import BUCKET, Server, processes_of, put_video, temporary_files
from small_disks import full, small_disk

pytestmark = [pytest.mark.slow, pytest.mark.models, pytest.mark.asyncio(loop_scope="module")]

_SETTINGS = {"JOB_MAX_ATTEMPTS": "4", "JOB_RETRY_SECONDS": "0.2", "JOB_LEASE_SECONDS": "3"}


@dataclass(frozen=True, slots=True)
class Place:
    server: Server
    data: Path

    def videos(self) -> list[Path]:
        """Of running attempts."""
        return list((self.data / "work").glob("*/*/video"))

    async def ends_once_and_whole(self, analysis: str) -> dict[str, Any]:
        done = await self.server.until(analysis, "completed", "failed")
        assert done["status"] == "completed", done["error"]
        with closing(sqlite3.connect(self.data / "interview_analysis.db")) as connection:
            for table in ("feedback", "frame_timelines"):
                count = f"SELECT COUNT(*) FROM {table} WHERE analysis_id = ?"  # noqa: S608 - names above
                assert connection.execute(count, (analysis,)).fetchone() == (1,)
        return done


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> AsyncIterator[Place]:
    """``short`` lasts 3 s, ``long`` 30 s. Database and work folder have a disk each."""
    folder = tmp_path_factory.mktemp("place")
    data = folder / "data"
    short = make_clip(folder / "short.webm", seconds=3.0, fps=15, size=(320, 240), audio=True)
    with ExitStack() as stack:
        stack.enter_context(small_disk(data, 64))
        stack.enter_context(small_disk(data / "work", 8))
        put_video(data, short, "short.webm")
        put_video(data, concatenate(folder / "long.webm", [short] * 10), "long.webm")
        server = Server(data, models_dir, LOGS_DIR=str(folder / "logs"), **_SETTINGS)
        await server.start()
        try:
            yield Place(server, data)
            server.stop()
            await eventually(lambda: processes_of(data) == [])
            assert temporary_files(data) == []
        finally:
            await server.close()


async def test_a_work_folder_without_room_is_told_and_left_clean(place: Place) -> None:
    with full(place.data / "work"):
        failed = await place.server.until(await place.server.analyze("short.webm"), "completed", "failed")
        assert not place.videos()
    assert (failed["status"], failed["error"]["code"]) == ("failed", "storage_full")
    await place.ends_once_and_whole(await place.server.analyze("short.webm"))


async def test_a_work_folder_that_fills_up_under_the_decoder_is_no_matter(place: Place) -> None:
    analysis = await place.server.analyze("long.webm")
    await place.server.until_in_frames(analysis)
    with full(place.data / "work"):
        await place.ends_once_and_whole(analysis)


async def test_a_database_that_cannot_grow_takes_nothing_and_loses_nothing(place: Place) -> None:
    accepted = [await place.server.analyze("long.webm")]
    await place.server.until_in_frames(accepted[0])
    request = {"s3_bucket": BUCKET, "s3_key": "short.webm", "question_text": "?" * 2000}
    with full(place.data):
        while (answer := await place.server.http.post("/analyze", json=request)).status_code == 202:
            accepted.append(answer.json()["analysis_id"])
        await eventually(lambda: not place.videos(), 60.0)
        assert (await place.server.read(accepted[0]))["status"] != "failed"
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    for analysis in accepted:
        await place.ends_once_and_whole(analysis)
