"""Uploads that nobody has had analysed go after their time; nothing else in the bucket does."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from interview_analysis.adapters.relational.analyses import SqlAnalysisStore
from interview_analysis.adapters.video_store.local import LocalVideoStore
from interview_analysis.application.erase_uploads import UploadSweep
from interview_analysis.application.uploads import new_upload_key
from interview_analysis.domain.analysis import VideoReference
from store_builders import build_analysis
from video_builders import BUCKET, MAX_BYTES, chunked

KEEP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Ports:
    videos: LocalVideoStore
    analyses: SqlAnalysisStore
    root: Path

    async def put(self, key: str, hours: float) -> VideoReference:
        """An object that was written so many hours ago."""
        video = VideoReference(BUCKET, key)
        await self.videos.put(video, chunked(b"x"))
        written = (datetime.now(UTC) - timedelta(hours=hours)).timestamp()
        os.utime(self.root / BUCKET / key, (written, written))
        return video

    async def upload(self, owner: str, hours: float) -> VideoReference:
        return await self.put(new_upload_key(owner, ".webm", datetime.now(UTC)), hours)


@pytest.fixture
def ports(tmp_path: Path, database: AsyncEngine) -> Ports:
    root = tmp_path / "buckets"
    return Ports(LocalVideoStore(root, MAX_BYTES), SqlAnalysisStore(database, 3), root)


async def test_the_old_go_and_the_young_the_analysed_and_the_strange_stay(ports: Ports) -> None:
    old = [await ports.upload("", 25), await ports.upload("web-app", 300)]
    analysed = await ports.upload("web-app", 300)
    kept = [await ports.upload("", 23), analysed]
    kept += [await ports.put(key, 300) for key in ("uploads/a.webm", "owners/web-app/interview.webm", "interviews/a.webm")]
    analysis = build_analysis()
    await ports.analyses.add(replace(analysis, request=replace(analysis.request, video=analysed)))
    assert await UploadSweep(ports, BUCKET, KEEP).round() == 2
    assert [await ports.videos.exists(video) for video in old] == [False, False]
    assert all([await ports.videos.exists(video) for video in kept])


async def test_rounds_come_to_every_upload_and_begin_anew(ports: Ports) -> None:
    sweep = UploadSweep(ports, BUCKET, KEEP, batch=2)
    for hours in (1, 1, 1, 25, 25):
        await ports.upload("", hours)
    assert sum([await sweep.round() for _ in range(3)]) == 2
    await ports.upload("", 25)
    assert sum([await sweep.round() for _ in range(3)]) == 1


async def test_where_nothing_was_ever_uploaded_there_is_nothing_to_do(ports: Ports) -> None:
    assert await UploadSweep(ports, BUCKET, KEEP).round() == 0
