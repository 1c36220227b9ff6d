"""What every ``VideoStore`` keeps. A subclass provides ``store``, limited to ``MAX_BYTES``, and ``oversized``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from interview_analysis.application.ports import VideoStore
from interview_analysis.domain.analysis import VideoReference
from interview_analysis.errors import DependencyUnavailable, NotFound, VideoError
from video_builders import BUCKET, MAX_BYTES, chunked, material


class VideoStoreContract:
    @pytest.mark.parametrize("size", [0, 1, 70_000, MAX_BYTES])
    async def test_an_upload_comes_back_equal(self, store: VideoStore, tmp_path: Path, size: int) -> None:
        video, target = VideoReference(BUCKET, "interviews/2026/면접 1.webm"), tmp_path / "video"
        assert await store.put(video, chunked(material(size))) == size
        assert await store.fetch(video, target) == size
        assert target.read_bytes() == material(size)

    async def test_a_second_upload_replaces_the_first(self, store: VideoStore, tmp_path: Path) -> None:
        video, target = VideoReference(BUCKET, "a.webm"), tmp_path / "video"
        await store.put(video, chunked(material(5000)))
        await store.put(video, chunked(b"short"))
        assert await store.fetch(video, target) == 5
        assert target.read_bytes() == b"short"

    @pytest.mark.parametrize(("bucket", "key"), [(BUCKET, "missing.webm"), ("no-such-bucket", "a.webm"), (BUCKET, "folder")])
    async def test_what_is_not_there_is_not_found(self, store: VideoStore, tmp_path: Path, bucket: str, key: str) -> None:
        await store.put(VideoReference(BUCKET, "folder/a.webm"), chunked(b"x"))
        with pytest.raises(NotFound) as caught:
            await store.fetch(VideoReference(bucket, key), tmp_path / "video")
        assert caught.value.code == "video_not_found"
        assert not (tmp_path / "video").exists()

    async def test_an_upload_above_the_limit_is_refused_and_nothing_stays(self, store: VideoStore, tmp_path: Path) -> None:
        video = VideoReference(BUCKET, "large.webm")
        with pytest.raises(VideoError) as caught:
            await store.put(video, chunked(material(MAX_BYTES + 1)))
        assert caught.value.code == "video_too_large"
        assert await store.delete(video) is False

    async def test_an_upload_that_breaks_off_leaves_the_earlier_video(self, store: VideoStore, tmp_path: Path) -> None:
        video = VideoReference(BUCKET, "a.webm")
        await store.put(video, chunked(b"earlier"))
        with pytest.raises(ConnectionResetError):
            await store.put(video, chunked(material(100_000), breaks_after=50_000))
        await store.fetch(video, tmp_path / "video")
        assert (tmp_path / "video").read_bytes() == b"earlier"

    @pytest.mark.parametrize(("start", "stop"), [(0, 1), (0, 70_000), (5, 5), (69_999, 70_000), (1_000, 60_001)], ids=str)
    async def test_any_part_can_be_read(self, store: VideoStore, start: int, stop: int) -> None:
        video = VideoReference(BUCKET, "a.webm")
        await store.put(video, chunked(material(70_000)))
        found = await store.look_up(video)
        read = [piece async for piece in store.read(video, start, stop, found.tag)]
        assert (found.size, b"".join(read)) == (70_000, material(70_000)[start:stop])

    async def test_a_part_is_of_the_version_that_was_looked_up(self, store: VideoStore) -> None:
        video = VideoReference(BUCKET, "a.webm")
        with pytest.raises(NotFound) as caught:
            await store.look_up(video)
        assert caught.value.code == "video_not_found"
        await store.put(video, chunked(b"first"))
        first = await store.look_up(video)
        await store.put(video, chunked(b"other"))
        second = await store.look_up(video)
        assert first.tag != second.tag
        with pytest.raises(DependencyUnavailable):
            await anext(store.read(video, 0, 5, first.tag))
        assert await anext(store.read(video, 1, 3, second.tag)) == b"th"

    async def test_the_old_are_listed_page_by_page_below_a_prefix(self, store: VideoStore) -> None:
        for key in ("a/1.webm", "a/2/x.webm", "a/3.webm", "ab.webm", "b/1.webm"):
            await store.put(VideoReference(BUCKET, key), chunked(b"x"))
        later = datetime.now(UTC) + timedelta(minutes=1)
        first = await store.list_older(BUCKET, "a/", later, "", 2)
        second = await store.list_older(BUCKET, "a/", later, first.after, 2)
        assert [*first.keys, *second.keys] == ["a/1.webm", "a/2/x.webm", "a/3.webm"]
        assert second.after == ""
        earlier = datetime.now(UTC) - timedelta(minutes=1)
        assert (await store.list_older(BUCKET, "a/", earlier, "", 2)).keys == ()
        with pytest.raises(NotFound):
            await store.list_older("no-such-bucket", "a/", later, "", 2)

    async def test_an_erased_video_is_gone(self, store: VideoStore, tmp_path: Path) -> None:
        video = VideoReference(BUCKET, "a/b.webm")
        await store.put(video, chunked(b"x"))
        assert await store.exists(video)
        assert [await store.delete(video), await store.delete(video)] == [True, False]
        assert not await store.exists(video)
        with pytest.raises(NotFound):
            await store.fetch(video, tmp_path / "video")

    async def test_an_object_above_the_limit_is_not_fetched(
        self, store: VideoStore, oversized: VideoReference, tmp_path: Path
    ) -> None:
        with pytest.raises(VideoError) as caught:
            await store.fetch(oversized, tmp_path / "video")
        assert caught.value.code == "video_too_large"
        assert not (tmp_path / "video").exists()

    async def test_it_answers(self, store: VideoStore) -> None:
        await store.ping()
