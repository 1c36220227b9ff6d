"""What every ``VideoStore`` keeps. A subclass provides ``store``, limited to ``MAX_BYTES``, and ``oversized``."""

from __future__ import annotations

from pathlib import Path

import pytest

from interview_analysis.application.ports import VideoStore
from interview_analysis.domain.analysis import VideoReference
from interview_analysis.errors import NotFound, VideoError
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

    async def test_an_erased_video_is_gone(self, store: VideoStore, tmp_path: Path) -> None:
        video = VideoReference(BUCKET, "a/b.webm")
        await store.put(video, chunked(b"x"))
        assert [await store.delete(video), await store.delete(video)] == [True, False]
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
